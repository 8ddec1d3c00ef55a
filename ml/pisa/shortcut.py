"""What can be had on PISA without a pixel or a sound: the most frequent level, and the nearest camera."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml import controls
from ml.data.examples import LabelledExample
from ml.data.pisa import BOX, Performance, Pisa, Sample
from ml.metrics import Estimate, estimate, exact
from ml.pisa.splits import PROTOCOLS, TITLES, Split, shared, split

Floats = NDArray[np.float64]
NAMES = {
    "majority": "always the most frequent level",
    "metadata": "nearest training performance by crop box and frame rate",
    "box": "nearest training performance by crop box alone",
}


@dataclass(frozen=True)
class Side:
    """How much there is on one side."""

    samples: int
    performances: int
    videos: int

    @classmethod
    def of(cls, pisa: Pisa, samples: Sequence[Sample]) -> Side:
        return cls(len(samples), len(pisa.performances_of(samples)), len(pisa.videos_of(samples)))


@dataclass(frozen=True)
class Shortcut:
    """One protocol: its sides, and the exact accuracy of each guess over the test samples, clustered by performance."""

    protocol: str
    learning: Side
    validation: Side
    test: Side
    accuracy: dict[str, Estimate]


@dataclass(frozen=True)
class Findings:
    """The shortcut in both protocols, and how far the released sides overlap."""

    performances: int
    videos: int
    shared_videos: int
    shared_samples: float  # share of the test samples whose video is learned from
    shortcuts: tuple[Shortcut, ...]


def find(pisa: Pisa) -> Findings:
    both = shared(pisa)
    test = pisa.of("test")
    return Findings(
        performances=len(pisa.performances_of(pisa.samples)),
        videos=len(pisa.videos_of(pisa.samples)),
        shared_videos=len(both),
        shared_samples=float(np.mean([pisa.performances[sample.performance].video in both for sample in test])),
        shortcuts=tuple(_shortcut(pisa, split(pisa, protocol)) for protocol in PROTOCOLS),
    )


def _shortcut(pisa: Pisa, parts: Split) -> Shortcut:
    labels = levels_of(parts.test)
    clusters = [str(sample.performance) for sample in parts.test]
    return Shortcut(
        parts.name,
        Side.of(pisa, parts.learning),
        Side.of(pisa, parts.validation),
        Side.of(pisa, parts.test),
        {name: estimate(exact, labels, levels, clusters) for name, levels in guesses(pisa, parts).items()},
    )


def guesses(pisa: Pisa, parts: Split) -> dict[str, Floats]:
    """`[tested samples]` levels by each of NAMES, learned from everything that is not tested on."""
    asked = [as_example(pisa.performances[sample.performance]) for sample in parts.test]
    cameras = [as_example(performance) for performance in pisa.performances_of(parts.learning)]
    heard = [as_example(pisa.performances[sample.performance]) for sample in parts.learning]
    return {
        "majority": controls.majority(heard, asked),
        "metadata": controls.metadata(cameras, asked),
        "box": controls.metadata([_boxed(example) for example in cameras], [_boxed(example) for example in asked]),
    }


def levels_of(samples: Sequence[Sample]) -> Floats:
    return np.array([sample.level for sample in samples], dtype=float)


def as_example(performance: Performance) -> LabelledExample:
    """A performance as the controls take it."""
    return LabelledExample(
        id=str(performance.id),
        features=Path(),
        level=performance.level,
        weight=1.0,
        player=str(performance.id),
        piece="",
        split="audit",
        metadata=performance.metadata,
    )


def _boxed(example: LabelledExample) -> LabelledExample:
    return replace(example, metadata={edge: example.metadata[edge] for edge in BOX})


def told(findings: Findings) -> str:
    """The findings as text."""
    lines = [
        f"PISA: {findings.performances} performances from {findings.videos} source videos.",
        f"{findings.shared_videos} of them stand in both training and test; "
        f"{findings.shared_samples:.1%} of the test samples come from these.",
    ]
    for found in findings.shortcuts:
        lines += ["", f"{found.protocol}: {TITLES[found.protocol]}"]
        sides = {"learning": found.learning, "of which validation": found.validation, "test": found.test}
        for word, side in sides.items():
            if side.samples:
                lines.append(
                    f"  {word}: {side.samples} samples of {side.performances} performances from {side.videos} videos"
                )
        lines.append("  exact accuracy on the test samples, 95 % interval clustered by performance:")
        for name, value in found.accuracy.items():
            lines.append(f"    {NAMES[name]:56} {value.value:6.1%}  {value.low:6.1%} to {value.high:6.1%}")
    return "\n".join(lines)
