"""A recording to its grade: proxy → clips → clip features → averages per window → levels."""

from __future__ import annotations

import itertools
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ml import calibration, features_store
from ml.checkpoint import About, Checkpoint, backbone_digest, load
from ml.data.clips import Clip, file_to_clips
from ml.fast import fast
from ml.features_store import ClipFeatures
from ml.grades import Grade, WindowGrade
from ml.media.facts import Crop
from ml.models.fusion import Heads, Prediction, Predictions

CLIPS_AT_ONCE = {"cpu": 1, "cuda": 32}  # on a CPU more cost memory and save nothing
AHEAD = 2  # batches that are decoded while one is looked at

Progress = Callable[[float], None]


def load_grader(checkpoint: Path, *, digest: str | None = None, device: str | None = None) -> Grader:
    """The model in `checkpoint`, ready to grade, on `device` (CUDA where there is one, else the CPU).

    Raises CheckpointError when the file is not there, damaged, or not the one whose SHA-256 is `digest`.
    """
    return Grader(load(Path(checkpoint), digest=digest), device=device)


class Grader:
    """One model, loaded once, that grades any number of recordings."""

    def __init__(self, checkpoint: Checkpoint, *, device: str | None = None) -> None:
        self.digest = checkpoint.digest
        self.about: About = checkpoint.about
        self.backbone = backbone_digest(checkpoint)
        self.device = torch.device(device or ("cuda:0" if torch.cuda.is_available() else "cpu"))
        self.network = checkpoint.network.to(self.device).eval()
        self._visual, self._aural = (
            backbone and fast(backbone, self.device) for backbone in (self.network.visual, self.network.aural)
        )

    def grade(
        self,
        proxy: Path,
        crop: Crop,
        *,
        duration: float,
        cache: Path | None = None,
        media_digest: str,
        quantile: float | None = None,
        progress: Progress | None = None,
    ) -> Grade:
        """Grade the proxy of `duration` seconds. Clip features are taken from the folder `cache` or left in it.

        `quantile` (spreads) is how wide intervals are, instead of the checkpoint's own. `progress` hears fractions
        from 0 to 1.
        """
        began = time.perf_counter()
        features = self.clip_features(
            proxy, crop, duration=duration, cache=cache, media_digest=media_digest, progress=progress
        )
        predictions = heads_on(self.network.heads, [features_store.averages(features)])
        fused = ten(predictions.best)
        quantile = self.about.quantile if quantile is None else quantile
        low, high = calibration.whole_levels(fused, quantile)
        return Grade(
            visual=ten(predictions.visual) or fused,
            aural=ten(predictions.aural) or fused,
            fused=fused,
            level=calibration.expected(fused),
            low=low,
            high=high,
            windows=self.windows(features, quantile),
            device=device_name(self.device),
            seconds=time.perf_counter() - began,
            clips=len(features),
        )

    def features(
        self,
        proxy: Path,
        crop: Crop,
        *,
        duration: float,
        cache: Path,
        media_digest: str,
        progress: Progress | None = None,
    ) -> Path:
        """The file of clip features of this recording in the folder `cache`, computed where it is not there yet."""
        self.clip_features(proxy, crop, duration=duration, cache=cache, media_digest=media_digest, progress=progress)
        return features_store.path_for(cache, media_digest=media_digest, crop=crop, backbone=self.backbone)

    def windows(self, features: ClipFeatures, quantile: float | None) -> tuple[WindowGrade, ...]:
        """A grade per window: clip features averaged over ten clips, moving by two, from the start to the end."""
        ranges = self.about.preparation.windows(len(features))
        predictions = heads_on(self.network.heads, [features_store.averages(features, clips) for clips in ranges])
        fused = predictions.best.probabilities.tolist()
        levels = {name: branch.level.tolist() for name, branch in predictions.present.items()}
        best = predictions.best.level.tolist()
        grades = []
        for row, clips in enumerate(ranges):
            low, high = calibration.reach(fused[row], quantile)
            grades.append(
                WindowGrade(
                    start=float(features.starts[clips[0]]),
                    end=min(features.duration, float(features.starts[clips[-1]]) + features.clip_seconds),
                    visual=levels.get("visual", best)[row],
                    aural=levels.get("aural", best)[row],
                    fused=best[row],
                    low=low,
                    high=high,
                )
            )
        return tuple(grades)

    def clip_features(
        self,
        proxy: Path,
        crop: Crop,
        *,
        duration: float,
        cache: Path | None = None,
        media_digest: str,
        progress: Progress | None = None,
    ) -> ClipFeatures:
        """One row per clip of the recording, from the folder `cache` where they are there, else left in it."""
        tell = progress or (lambda fraction: None)
        path = cache and features_store.path_for(cache, media_digest=media_digest, crop=crop, backbone=self.backbone)
        found = features_store.find(path, backbone=self.backbone) if path else None
        if found is None:
            found = self.compute(file_to_clips(proxy, crop, self.about.preparation), duration, tell)
            if path:
                features_store.write(found, path)
        tell(1.0)
        return found

    def compute(self, clips: Iterator[Clip], duration: float, tell: Progress) -> ClipFeatures:
        """Clip features of a recording of `duration` seconds from its clips."""
        expected = max(1, self.about.preparation.count_clips(duration))
        starts: list[float] = []
        rows: list[tuple[Tensor, Tensor]] = []
        count = CLIPS_AT_ONCE[self.device.type]
        clips = ahead(clips, AHEAD * count)
        while batch := list(itertools.islice(clips, count)):
            starts += [clip.start for clip in batch]
            rows.append(self._encode(batch))
            tell(min(1.0, len(starts) / expected))
        return ClipFeatures(
            visual=torch.cat([visual for visual, _ in rows]),
            aural=torch.cat([aural for _, aural in rows]),
            starts=torch.tensor(starts),
            clip_seconds=self.about.preparation.clip_seconds,
            duration=duration,
            backbone=self.backbone,
        )

    @torch.inference_mode()
    def _encode(self, clips: list[Clip]) -> tuple[Tensor, Tensor]:
        def through(backbone: nn.Module | None, inputs: list[Tensor]) -> Tensor:
            if backbone is None:
                return torch.zeros(len(clips), 0)
            features: Tensor = backbone(torch.stack(inputs).to(self.device, next(backbone.parameters()).dtype))
            return features.float().cpu()

        visual = through(self._visual, [clip.frames for clip in clips])
        return visual, through(self._aural, [clip.picture for clip in clips])


def ahead(items: Iterator[Clip], count: int) -> Iterator[Clip]:
    """The same clips, up to `count` of them made beforehand by a thread: a GPU need not wait for the decoder."""
    with ThreadPoolExecutor(1) as reader:
        waiting = deque(reader.submit(next, items, None) for _ in range(count))
        while (item := waiting.popleft().result()) is not None:
            waiting.append(reader.submit(next, items, None))
            yield item


@torch.inference_mode()
def heads_on(heads: Heads, pairs: list[tuple[Tensor | None, Tensor | None]]) -> Predictions:
    """The branches' word on n pairs of averages (visual, aural), computed where the heads are."""
    device = next(heads.parameters()).device
    visual, aural = features_store.stacked(pairs)
    return heads(None if visual is None else visual.to(device), None if aural is None else aural.to(device))  # type: ignore[no-any-return]


def rows_of(predictions: Predictions) -> dict[str, NDArray[np.float64]]:
    """`[n, 10]` probabilities of each branch there is; 'fused' is always among them."""
    named = {**predictions.present, "fused": predictions.best}
    return {name: branch.probabilities.cpu().numpy().astype(np.float64) for name, branch in named.items()}


def ten(prediction: Prediction | None) -> tuple[float, ...]:
    """The first sample's ten probabilities; none without a prediction."""
    return () if prediction is None else tuple(prediction.probabilities[0].tolist())


def device_name(device: torch.device) -> str:
    """'cuda:0 NVIDIA …' or 'cpu'."""
    return f"{device} {torch.cuda.get_device_name(device)}" if device.type == "cuda" else "cpu"
