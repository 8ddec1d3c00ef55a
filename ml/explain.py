"""Why a stretch got the level it got: how much each of its clips moved it, and what in the strongest one counted.

Two questions, two methods, both of captum. Which clips and which sense moved the level away from the whole
performance's: integrated gradients through the heads, from the average over the whole to the average over the stretch
(Sundararajan, Taly and Yan, 'Axiomatic Attribution for Deep Networks', ICML 2017); what they say adds up to the
difference. Where in the picture and in the sound: gradient × activation after the last convolutions (HiResCAM, Draelos
and Carin 2020), which is Grad-CAM (Selvaraju et al., ICCV 2017) wherever a global average follows, as in the residual
networks, and stays true to the network where a layer tells places apart, as in C3D. Its size is shown without its sign:
a stretch may be low because good places speak less than elsewhere, so 'for' and 'against' would mislead.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ml.data.clips import Clip, clip_at
from ml.features_store import ClipFeatures
from ml.inference import Grader
from ml.media.facts import Crop
from ml.models.c3d import C3D
from ml.models.fusion import FusionNet, Heads
from ml.preparation import Preparation

LEEWAY = 0.02  # seconds, less than a frame: moments are rounded on their way here
STEPS = 64  # of the path from the whole to the stretch

Averages = tuple[Tensor, ...]  # [1, size] per sense that the network has: visual before aural
Map = NDArray[np.float32]  # 0 to 1, rows from the top


@dataclass(frozen=True)
class ClipPull:
    """How far one clip (seconds of the proxy) moved the stretch's level, in levels, by what is seen and heard in it."""

    start: float
    end: float
    visual: float
    aural: float

    @property
    def both(self) -> float:
        return self.visual + self.aural


@dataclass(frozen=True)
class Explanation:
    """Levels of the stretch and of the whole, and its clips, whose pulls add up to the difference.

    `strongest` is the clip that pulled most the stretch's way. `seen` and `heard` say what in it the level hangs on, 0
    to 1; None for a sense that the network lacks.
    """

    level: float
    whole: float
    clips: tuple[ClipPull, ...]
    strongest: ClipPull
    seen: Seen | None
    heard: Heard | None


@dataclass(frozen=True)
class Seen:
    """A map over `field`, a part of the proxy's picture as it is (never turned round), shown at `moment` seconds."""

    light: Map
    field: Field
    moment: float

    @property
    def brightest(self) -> tuple[float, float]:
        """x and y in the field, 0 to 1 from its upper left corner."""
        return brightest(self.light)


@dataclass(frozen=True)
class Heard:
    """A map over the network's picture of the sound from `start` to `end` seconds, high notes on top.

    `loudness` is that picture, 0 (silent) to 1.
    """

    light: Map
    loudness: Map
    start: float
    end: float

    @property
    def brightest(self) -> tuple[float, float]:
        """x in time and y from the highest note down, 0 to 1."""
        return brightest(self.light)


@dataclass(frozen=True)
class Field:
    """Fractions of the proxy's picture, x to the right and y down."""

    x: float
    y: float
    width: float
    height: float


def explain(
    grader: Grader,
    proxy: Path,
    crop: Crop,
    *,
    start: float,
    end: float,
    duration: float,
    media_digest: str,
    cache: Path | None = None,
) -> Explanation:
    """Why the clips from `start` to `end` (seconds) got their level. Clip features come from `cache` where they lie."""
    features = grader.clip_features(proxy, crop, duration=duration, cache=cache, media_digest=media_digest)
    chosen = within(features, start, end)
    level, whole, clips = pulls(grader.network.heads, features, chosen)
    way = 1.0 if level >= whole else -1.0
    place = max(range(len(chosen)), key=lambda row: way * clips[row].both)
    preparation = grader.about.preparation
    clip = clip_at(proxy, crop, preparation, float(features.starts[chosen[place]]))
    over_frames, over_sound = maps(grader.network, features, chosen, place, clip)
    return Explanation(
        level=level,
        whole=whole,
        clips=clips,
        strongest=clips[place],
        seen=None if over_frames is None else seen(over_frames, clip, crop, preparation),
        heard=None if over_sound is None else heard(over_sound, clip, preparation),
    )


def within(features: ClipFeatures, start: float, end: float) -> list[int]:
    """The clips that lie from `start` to `end` as a whole; the one nearest to the middle where none does."""
    ends = features.starts + features.clip_seconds
    # The last window ends with the recording, which may be a little shorter than its last clip.
    last = end if end < features.duration - LEEWAY else math.inf
    inside = ((features.starts >= start - LEEWAY) & (ends <= last + LEEWAY)).nonzero().flatten().tolist()
    return inside or [int((ends - features.clip_seconds / 2 - (start + end) / 2).abs().argmin())]


def pulls(heads: Heads, features: ClipFeatures, chosen: list[int]) -> tuple[float, float, tuple[ClipPull, ...]]:
    """The stretch's level, the whole's, and what each clip did to the difference (they sum to it, to a hundredth)."""
    from captum.attr import IntegratedGradients

    device = next(heads.parameters()).device
    rows = tuple(side.float().to(device) for side in (features.visual, features.aural) if side.shape[1])
    stretch = tuple(side[chosen].mean(dim=0, keepdim=True) for side in rows)
    whole = tuple(side.mean(dim=0, keepdim=True) for side in rows)
    along = IntegratedGradients(lambda *averages: levels(heads, averages), multiply_by_inputs=False)
    gradients = along.attribute(stretch, baselines=whole, n_steps=STEPS)
    # The stretch is the mean of its clips, so each one's part is what it adds to the mean, times the gradient.
    parts = [
        ((side[chosen] - base) * gradient).sum(dim=1) / len(chosen)
        for side, base, gradient in zip(rows, whole, gradients, strict=True)
    ]
    named = dict(zip(senses(heads), parts, strict=True))
    nothing = torch.zeros(len(chosen))
    clips = tuple(
        ClipPull(
            start=float(features.starts[clip]),
            end=min(features.duration, float(features.starts[clip]) + features.clip_seconds),
            visual=float(named.get("visual", nothing)[row]),
            aural=float(named.get("aural", nothing)[row]),
        )
        for row, clip in enumerate(chosen)
    )
    with torch.no_grad():
        return float(levels(heads, stretch)), float(levels(heads, whole)), clips


def maps(
    network: FusionNet, features: ClipFeatures, chosen: list[int], place: int, clip: Clip
) -> tuple[NDArray[np.float32] | None, Map | None]:
    """What in clip number `place` of the chosen ones the stretch's level hangs on, for better or worse.

    Over the frames `[steps, rows, columns]` and over the picture of the sound `[rows, columns]`, low notes first.
    """
    from captum.attr import LayerGradientXActivation

    stretch = Stretch(network, features, chosen, place)
    device = next(network.parameters()).device
    senses_given = [(network.visual, clip.frames), (network.aural, clip.picture)]
    given = tuple(inputs[None].to(device) for backbone, inputs in senses_given if backbone is not None)

    def over(backbone: nn.Module | None) -> NDArray[np.float32] | None:
        if backbone is None:
            return None
        found = LayerGradientXActivation(stretch, last_places(backbone)).attribute(given)
        summed: NDArray[np.float32] = found.detach()[0].sum(dim=0).abs().cpu().numpy()
        return summed

    return over(network.visual), over(network.aural)


def seen(over_frames: NDArray[np.float32], clip: Clip, crop: Crop, preparation: Preparation) -> Seen:
    """The brightest step of the map over the frames, laid back on the proxy's picture."""
    step = int(over_frames.sum(axis=(1, 2)).argmax())
    light = over_frames[step][::-1, ::-1] if crop.upside_down else over_frames[step]
    moment = clip.start + preparation.clip_seconds * (step + 0.5) / len(over_frames)
    return Seen(scaled(light), field(crop, preparation), moment)


def field(crop: Crop, preparation: Preparation) -> Field:
    """What of the proxy's picture the network sees: the centre of the crop, in which its camera may be turned round."""
    rows, columns = preparation.resize
    top, left = (rows - preparation.side) // 2, (columns - preparation.side) // 2
    if crop.upside_down:
        top, left = rows - preparation.side - top, columns - preparation.side - left
    return Field(
        x=crop.x + crop.width * left / columns,
        y=crop.y + crop.height * top / rows,
        width=crop.width * preparation.side / columns,
        height=crop.height * preparation.side / rows,
    )


def heard(over_sound: Map, clip: Clip, preparation: Preparation) -> Heard:
    middle, half = clip.start + preparation.clip_seconds / 2, preparation.heard_seconds / 2
    loudness = np.ascontiguousarray((clip.picture[0].numpy()[::-1] + 1) / 2)
    return Heard(scaled(over_sound[::-1]), loudness, middle - half, middle + half)


class Stretch(nn.Module):
    """One clip `[1, …]` per sense to the level of the stretch it stands in, the other clips being what they were.

    Unlike in training, the gradient of the multimodal branch runs on into the backbones.
    """

    def __init__(self, network: FusionNet, features: ClipFeatures, chosen: list[int], place: int) -> None:
        super().__init__()
        self.network, self.count = network, len(chosen)
        others = [clip for row, clip in enumerate(chosen) if row != place]
        device = next(network.parameters()).device
        self.others = {
            "visual": features.visual[others].sum(dim=0).to(device),
            "aural": features.aural[others].sum(dim=0).to(device),
        }

    def forward(self, *inputs: Tensor) -> Tensor:
        """`[1]`, 1 to 10."""
        averages = tuple(
            (self.others[sense] + getattr(self.network, sense)(given).float()) / self.count
            for sense, given in zip(senses(self.network), inputs, strict=True)
        )
        return levels(self.network.heads, averages)


def levels(heads: Heads, averages: Averages) -> Tensor:
    """Expected level `[n]` of the branch whose word counts, with a gradient to every average."""
    head = heads.fused or heads.visual or heads.aural
    assert head is not None
    level: Tensor = head(torch.cat(averages, dim=1)).level
    return level


def senses(network: FusionNet | Heads) -> tuple[str, ...]:
    """The senses a network has, in the order in which they are always given."""
    return tuple(sense for sense in ("visual", "aural") if getattr(network, sense) is not None)


def last_places(backbone: nn.Module) -> nn.Module:
    """The last layer whose values still have a place in the picture."""
    if isinstance(backbone, C3D):
        return backbone.group5[-2]  # before its pooling
    return backbone.layer4  # type: ignore[return-value]


def brightest(light: Map) -> tuple[float, float]:
    """The middle of the brightest cell as (x, y), 0 to 1."""
    row, column = np.unravel_index(int(light.argmax()), light.shape)
    return (float(column) + 0.5) / light.shape[1], (float(row) + 0.5) / light.shape[0]


def scaled(values: NDArray[np.float32]) -> Map:
    """So that the brightest is 1; nothing stays nothing."""
    most = float(values.max())
    return np.ascontiguousarray(values / most if most > 0 else values, dtype=np.float32)
