"""Weights and everything that belongs to them in one safetensors file, known by its SHA-256. No pickle.

The file's metadata hold one JSON text under 'clavier': variant, preparation, conformal quantile, parent, metrics,
recipe.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from ml.header import KEY
from ml.models.variants import Variant, build, variant
from ml.preparation import Preparation

if TYPE_CHECKING:
    from ml.models.fusion import FusionNet

FORMAT = 1
READ_BYTES = 1 << 20


class CheckpointError(Exception):
    """The model file cannot be used; the message says why."""


@dataclass(frozen=True)
class About:
    """What a checkpoint says of itself."""

    variant: Variant
    preparation: Preparation
    quantile: float | None = None  # conformal, in units of `calibration.spread`; None: not calibrated yet
    parent: str | None = None  # SHA-256 of the checkpoint that training began from
    starter: bool = False  # trained on generated performances alone
    metrics: Mapping[str, float] = field(default_factory=dict)
    recipe: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Checkpoint:
    about: About
    network: FusionNet
    digest: str  # SHA-256 of the file


def save(network: FusionNet, about: About, path: Path) -> str:
    """Write the checkpoint under a temporary name, then rename it. Returns the file's SHA-256."""
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in network.state_dict().items()}
    write_tensors(tensors, {KEY: json.dumps({"format": FORMAT, **dataclasses.asdict(about)}, sort_keys=True)}, path)
    return digest_of(path)


def load(path: Path, *, digest: str | None = None) -> Checkpoint:
    """The network in evaluation mode, on the CPU, with what belongs to it.

    Raises CheckpointError when the file is missing, damaged, not ours, or not the one `digest` names.
    """
    found = _digest_or_error(path)
    if digest is not None and found != digest:
        raise CheckpointError(
            f"The model file {path.name} is not the one that was registered: its SHA-256 begins with {found[:12]}, "
            f"not with {digest[:12]}."
        )
    tensors, metadata = read_tensors(path)
    about = _about(metadata, path)
    network = build(about.variant)
    try:
        network.load_state_dict(tensors)
    except RuntimeError as error:
        raise CheckpointError(f"The weights in {path.name} do not fit the network '{about.variant.name}'.") from error
    return Checkpoint(about, network.eval(), found)


def describe(path: Path) -> About:
    """What the checkpoint at `path` says of itself, without loading its weights. Raises CheckpointError."""
    try:
        with safe_open(path, "pt") as file:
            return _about(file.metadata() or {}, path)
    except (SafetensorError, OSError) as error:
        raise CheckpointError(f"The model file {path.name} cannot be read: {error}.") from error


def backbone_digest(checkpoint: Checkpoint) -> str:
    """SHA-256 of both backbones and the preparation: clip features carry it, whatever the heads."""
    sha = hashlib.sha256(json.dumps(dataclasses.asdict(checkpoint.about.preparation), sort_keys=True).encode())
    for name, tensor in sorted(checkpoint.network.state_dict().items()):
        if not name.startswith("heads."):
            sha.update(name.encode())
            sha.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return sha.hexdigest()


def write_tensors(
    tensors: Mapping[str, Tensor], metadata: Mapping[str, str], path: Path, *, lasting: bool = True
) -> None:
    """One safetensors file, complete or not there at all. What is not `lasting` may be lost when the power fails."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half_done = path.with_name(f".{path.name}.{secrets.token_hex(6)}.part")
    try:
        save_file(dict(tensors), half_done, metadata=dict(metadata))
        if lasting:
            with half_done.open("rb") as file:
                os.fsync(file.fileno())
        os.replace(half_done, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            half_done.unlink()


def read_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Tensors and metadata. Raises CheckpointError."""
    try:
        with safe_open(path, "pt") as file:
            return {name: file.get_tensor(name) for name in file.keys()}, dict(file.metadata() or {})  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise CheckpointError(f"The model file {path.name} cannot be read: {error}.") from error


def digest_of(path: Path) -> str:
    """SHA-256 of a file, as hex."""
    sha = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(READ_BYTES):
            sha.update(block)
    return sha.hexdigest()


def new(shape: Variant, preparation: Preparation, *, seed: int) -> tuple[FusionNet, About]:
    """A network with fresh weights, the same for the same seed."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return build(shape).eval(), About(shape, preparation)


def _digest_or_error(path: Path) -> str:
    try:
        return digest_of(path)
    except OSError as error:
        raise CheckpointError(f"The model file {path} is not there or cannot be read.") from error


def _about(metadata: Mapping[str, str], path: Path) -> About:
    try:
        told = json.loads(metadata[KEY])
        if told.pop("format") != FORMAT:
            raise CheckpointError(f"The model file {path.name} was written by another version of the program.")
        shape = told.pop("variant")
        preparation = {k: tuple(v) if isinstance(v, list) else v for k, v in told.pop("preparation").items()}
        known = variant(shape["name"], width=shape["width"], aural_width=shape["aural_width"])
        return About(variant=known, preparation=Preparation(**preparation), **told)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CheckpointError(f"{path.name} is not one of our model files.") from error
