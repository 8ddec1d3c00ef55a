"""Who is learned from, who selects, who is tested: the released protocol and the repaired one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ml.data.pisa import Pisa, Sample

VALIDATION = 5  # every fifth learning video
PROTOCOLS = ("released", "repaired")
TITLES = {
    "released": "the papers' own protocol: released split, videos shared between its sides, no validation",
    "repaired": "no source video on two sides, the epoch chosen on a validation part",
}


@dataclass(frozen=True)
class Split:
    """Samples to learn from, to choose the epoch by (none in the papers' protocol), and to test on."""

    name: str
    train: tuple[Sample, ...]
    validation: tuple[Sample, ...]
    test: tuple[Sample, ...]

    @property
    def samples(self) -> tuple[Sample, ...]:
        return (*self.train, *self.validation, *self.test)

    @property
    def learning(self) -> tuple[Sample, ...]:
        """All that is not tested on: what the controls learn from."""
        return (*self.train, *self.validation)

    def limited(self, count: int | None) -> Split:
        """At most `count` samples a part, spread over it."""
        return Split(self.name, *(spread(part, count) for part in (self.train, self.validation, self.test)))

    def without(self, lost: set[Sample]) -> Split:
        parts = (self.train, self.validation, self.test)
        return Split(self.name, *(tuple(sample for sample in part if sample not in lost) for part in parts))


def split(pisa: Pisa, protocol: str) -> Split:
    """The split that `protocol` names."""
    return {"released": released, "repaired": repaired}[protocol](pisa)


def released(pisa: Pisa) -> Split:
    return Split("released", pisa.of("train"), (), pisa.of("test"))


def repaired(pisa: Pisa) -> Split:
    """Disjoint by source video: what the sides share is learned from, and every fifth learning video selects."""
    learned = pisa.videos_of(pisa.of("train"))
    levels = {performance.video: performance.level for performance in reversed(pisa.performances_of(pisa.samples))}
    in_order = sorted(learned, key=lambda video: (levels[video], video))
    chosen = set(in_order[VALIDATION // 2 :: VALIDATION])
    parts: dict[str, list[Sample]] = {"train": [], "validation": [], "test": []}
    for sample in pisa.samples:
        video = pisa.performances[sample.performance].video
        parts["validation" if video in chosen else "train" if video in learned else "test"].append(sample)
    return Split("repaired", *(tuple(part) for part in parts.values()))


def shared(pisa: Pisa) -> set[str]:
    """Source videos on both sides of the released split."""
    return pisa.videos_of(pisa.of("train")) & pisa.videos_of(pisa.of("test"))


def spread(samples: Sequence[Sample], count: int | None) -> tuple[Sample, ...]:
    """At most `count` of the samples, evenly along their order."""
    if count is None or count >= len(samples):
        return tuple(samples)
    return tuple(samples[int(place)] for place in np.linspace(0, len(samples) - 1, count))
