"""Backbones that begin at published weights: Kinetics for the 3D networks, ImageNet for the 2D ones, or a file.

Nothing is silently left out: what was asked for and cannot be had is an error, and what was loaded is told.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Literal

import torch
from torch import Tensor, nn
from torchvision.models import WeightsEnum

from ml.checkpoint import CheckpointError, digest_of, new, read_tensors, save
from ml.models.fusion import FusionNet
from ml.models.variants import Variant
from ml.preparation import Preparation

Visual = Literal["kinetics"] | Path | None
Aural = Literal["imagenet"] | Path | None

CLASSIFIERS = ("fc.", "fc7.", "fc8.")  # of the published networks: they answer another question and are left out
WRAPPED = ("module.", "backbone.")  # prefixes that training programs leave on names
# Sports-1M names of C3D's parts → ours.
C3D_NAMES = {
    "conv1": "group1.0",
    "conv2": "group2.0",
    "conv3a": "group3.0",
    "conv3b": "group3.2",
    "conv4a": "group4.0",
    "conv4b": "group4.2",
    "conv5a": "group5.0",
    "conv5b": "group5.2",
    "fc6": "fc6.0",
}


class PretrainedError(Exception):
    """The weights that were asked for cannot be had or do not fit; the message says why and what to do."""


@dataclass(frozen=True)
class Weights:
    """A file of published weights: where it lies and what to call it."""

    path: Path
    source: str


def start_from(network: FusionNet, shape: Variant, *, visual: Visual = None, aural: Aural = None) -> dict[str, str]:
    """Load published weights into the backbones of `network` (of `shape`), in place, and tell what they began from.

    `visual` is 'kinetics' (fetched by torchvision's address, kept in torch's cache) or a file; `aural` is 'imagenet'
    or a file; None leaves the backbone fresh. A file is .safetensors or a torch .pth of plain tensors under
    torchvision's names, or under the Sports-1M names (conv1 … conv5b, fc6) for C3D. No pickled object is ever built.

    Returns for each backbone there is: its source or 'fresh', and of a source '…_sha256' and '…_tensors'. It belongs
    into the checkpoint's recipe under 'started_from'. Raises PretrainedError.
    """
    told: dict[str, str] = {}
    ready: list[tuple[nn.Module, dict[str, Tensor]]] = []
    wanted = {"visual": (network.visual, shape.visual, visual), "aural": (network.aural, shape.aural, aural)}
    for branch, (backbone, name, origin) in wanted.items():
        if backbone is None or name is None:
            if origin is not None:
                raise PretrainedError(f"'{shape.name}' has no {branch} backbone that could begin at {origin}.")
        elif origin is None:
            told[branch] = "fresh"
        else:
            weights = Weights(origin, origin.name) if isinstance(origin, Path) else fetched(name, origin)
            tensors, notes = fitting(read(weights.path), backbone, name, weights.source)
            ready.append((backbone, tensors))
            told[branch] = weights.source
            told[f"{branch}_sha256"] = digest_of(weights.path)
            told[f"{branch}_tensors"] = "; ".join([f"{len(tensors)} loaded, none left fresh", *notes])
    for backbone, tensors in ready:
        backbone.load_state_dict(tensors)
    return told


def begun(
    shape: Variant, preparation: Preparation, path: Path, *, seed: int, visual: Visual = None, aural: Aural = None
) -> str:
    """Write a checkpoint to train from: fresh weights by `seed`, backbones as `start_from` loads them.

    Its recipe tells what it began from. Returns the file's SHA-256. Raises PretrainedError.
    """
    network, about = new(shape, preparation, seed=seed)
    told = start_from(network, shape, visual=visual, aural=aural)
    return save(network, dataclasses.replace(about, recipe={"started_from": told, "seed": seed}), path)


def read(path: Path) -> dict[str, Tensor]:
    """Names and tensors of a .safetensors or torch file. Raises PretrainedError for anything else."""
    if path.suffix == ".safetensors":
        try:
            return read_tensors(path)[0]
        except CheckpointError as error:
            raise PretrainedError(str(error)) from error
    try:
        found = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise PretrainedError(f"There is no file of weights at {path}.") from error
    except Exception as error:
        raise PretrainedError(
            f"{path.name} does not hold plain tensors, and nothing else is opened. "
            "Save it again as .safetensors, or with torch.save(network.state_dict())."
        ) from error
    inner = found.get("state_dict", found) if isinstance(found, Mapping) else None
    if not isinstance(inner, Mapping) or not inner or not all(isinstance(value, Tensor) for value in inner.values()):
        raise PretrainedError(f"{path.name} holds no names with tensors, so it is not a file of weights.")
    return dict(inner)


def fitting(
    tensors: Mapping[str, Tensor], backbone: nn.Module, name: str, source: str
) -> tuple[dict[str, Tensor], list[str]]:
    """The tensors under our names, complete and of our shapes, and what was done to make them so."""
    named = {_our_name(key, name): value for key, value in tensors.items()}
    left_out = sorted(key for key in named if key.startswith(CLASSIFIERS))
    notes = [f"the published classifier left out ({', '.join(left_out)})"] if left_out else []
    own = backbone.state_dict()
    found = {key: value for key, value in named.items() if key not in left_out}
    first = found.get("conv1.weight")
    if name.endswith("-2d") and first is not None and first.dim() == 4 and first.shape[1] == 3:
        found["conv1.weight"] = one_channel(first)
        notes.append("conv1 summed over its three colours")
    # Files older than torch 0.4.1 lack the counters of their batch norms, which nothing reads.
    found = {key: value for key, value in own.items() if key.endswith("num_batches_tracked")} | found
    missing, strange = sorted(own.keys() - found.keys()), sorted(found.keys() - own.keys())
    if missing or strange:
        wrong = " and ".join(_some(word, keys) for word, keys in (("missing", missing), ("unknown", strange)) if keys)
        raise PretrainedError(f"The weights in {source} are not those of {name}: {wrong}.")
    misfits = [key for key in own if own[key].shape != found[key].shape]
    if misfits:
        key = misfits[0]
        raise PretrainedError(
            f"The weights in {source} do not fit {name} as wide as it is: '{key}' is {tuple(found[key].shape)} there "
            f"and {tuple(own[key].shape)} here. Published weights need the full width."
        )
    return found, notes


def one_channel(weight: Tensor) -> Tensor:
    """`[out, 3, k, k]` to `[out, 1, k, k]` by summing.

    A mel picture is grey. The sum answers one grey channel exactly as the three-channel filter answers the same grey
    thrice, so that later layers meet responses of the size they were trained on; a mean would shrink them to a third.
    """
    return weight.sum(dim=1, keepdim=True)


def fetched(name: str, origin: str) -> Weights:
    """torchvision's published file for a backbone: out of torch's cache, or over the network and verified."""
    published = _published(name, origin)
    path = Path(torch.hub.get_dir()) / "checkpoints" / published.url.rsplit("/", 1)[-1]
    marked = re.search(r"-([a-f0-9]{8,})\.", path.name)
    prefix = marked[1] if marked else ""
    if not (path.is_file() and digest_of(path).startswith(prefix)):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            torch.hub.download_url_to_file(published.url, str(path), hash_prefix=prefix or None, progress=False)
        except (OSError, HTTPException, RuntimeError) as error:
            branch = "visual" if origin == "kinetics" else "aural"
            raise PretrainedError(
                f"The {origin} weights of {name} could not be fetched from {published.url} ({error}). Fetch that file "
                f"where a network is there, and give it with --pretrained-{branch} FILE."
            ) from error
    return Weights(path, f"{origin}: torchvision {published}")


def _published(name: str, origin: str) -> WeightsEnum:
    from torchvision.models import ResNet18_Weights, ResNet34_Weights, ResNet50_Weights
    from torchvision.models.video import R3D_18_Weights

    offered = {
        ("resnet18-3d", "kinetics"): R3D_18_Weights.KINETICS400_V1,
        ("resnet18-2d", "imagenet"): ResNet18_Weights.IMAGENET1K_V1,
        ("resnet34-2d", "imagenet"): ResNet34_Weights.IMAGENET1K_V1,
        ("resnet50-2d", "imagenet"): ResNet50_Weights.IMAGENET1K_V1,
    }
    if (name, origin) not in offered:
        had = ", ".join(f"{backbone} ({where})" for backbone, where in offered)
        raise PretrainedError(
            f"torchvision has no {origin} weights for {name}. There are: {had}. For {name}, give a file of weights."
        )
    return offered[name, origin]


def _our_name(key: str, name: str) -> str:
    for prefix in WRAPPED:
        key = key.removeprefix(prefix)
    part, _, kind = key.rpartition(".")
    return f"{C3D_NAMES[part]}.{kind}" if name == "c3d" and part in C3D_NAMES else key


def _some(word: str, names: list[str], most: int = 4) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{word} {', '.join(names[:most])}{more}"
