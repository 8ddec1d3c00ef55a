"""What each piece of the recipe is worth: with it and without it, everything else equal, on the same audit part."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ml import metrics
from ml.benchmarks.recital.jobs import Job, Tell
from ml.benchmarks.recital.judging import Judged, judge_both, judge_one
from ml.benchmarks.recital.settings import Settings
from ml.data.examples import LabelledExample
from ml.metrics import Estimate

CLIP_SECONDS = 16 / 30  # of sixteen frames at the native rate: what a clip hears of itself in the papers
DROPPED = 0.3  # share of performances whose picture or sound the multimodal head learns without


@dataclass(frozen=True)
class Piece:
    """One piece of the recipe; the differences are with − without, paired over players."""

    name: str
    judged_on: str
    default: bool  # whether the recipe has it today
    performances: int
    players: int
    mae_with: float
    mae_without: float
    mae: Estimate
    qwk: Estimate

    @property
    def verdict(self) -> str:
        if self.mae.high < 0:
            return "helps"
        return "does harm" if self.mae.low > 0 else "not shown to help"


def sound_jobs(settings: Settings, examples: Sequence[LabelledExample]) -> dict[str, Job]:
    """Ears that learn by our recipe, and by each other way of listening or of being told off."""
    backbone = settings.main.split("+")[1]
    ours = dataclasses.replace(settings.preparation, picture=settings.recipe_picture)
    config = settings.config(backbone)
    ways = {
        "ours": (ours, config),
        "short": (dataclasses.replace(ours, sound_seconds=CLIP_SECONDS), config),
        "own maximum": (dataclasses.replace(ours, reference=None), config),
        "plain targets": (ours, dataclasses.replace(config, loss="pisa")),
    }
    shape = settings.shape(backbone)
    return {
        name: Job(f"{backbone}, {name}", shape, preparation, learning, tuple(examples))
        for name, (preparation, learning) in ways.items()
    }


def still_job(eyes: Job) -> Job:
    """The same eyes, whose square is always cut from the middle."""
    return dataclasses.replace(
        eyes, name=f"{eyes.name}, without crop jitter", config=dataclasses.replace(eyes.config, crop_jitter=False)
    )


def sound_pieces(jobs: dict[str, Job], examples: Sequence[LabelledExample], work: Path, *, tell: Tell) -> list[Piece]:
    judged = {name: judge_one(f"recipe {name}", job, examples, work, tell=tell) for name, job in jobs.items()}
    return [
        piece(name, "sound alone", judged["ours"], judged[other])
        for name, other in (
            ("3.5 s of sound around each clip, instead of its own 0.53 s", "short"),
            ("decibels against a fixed reference, instead of each clip's own maximum", "own maximum"),
            ("soft ordinal targets, instead of the published loss", "plain targets"),
        )
    ]


def picture_piece(eyes: Job, still: Job, examples: Sequence[LabelledExample], work: Path, *, tell: Tell) -> Piece:
    with_it, without = (judge_one(f"recipe {job.name}", job, examples, work, tell=tell) for job in (eyes, still))
    return piece("crop jitter, instead of the middle always", "picture alone", with_it, without)


def heads_pieces(
    eyes: Job, ears: Job, settings: Settings, examples: Sequence[LabelledExample], work: Path, *, tell: Tell
) -> list[Piece]:
    """Pieces that concern the heads alone, on backbones that have learned by our recipe."""
    heads = settings.heads
    plain, dropping = (
        dataclasses.replace(heads, loss="pisa"),
        dataclasses.replace(heads, modality_dropout=DROPPED),
    )
    ours, published, dropped = (
        judge_both(f"recipe {name}", eyes, ears, config, examples, work, tell=tell)
        for name, config in (("heads", heads), ("plain heads", plain), ("dropping heads", dropping))
    )
    return [
        piece(
            "soft ordinal targets for the heads, instead of the published loss", "picture and sound", ours, published
        ),
        piece("modality dropout of the multimodal head", "picture and sound", dropped, ours, default=False),
    ]


def piece(name: str, judged_on: str, with_it: Judged, without: Judged, *, default: bool = True) -> Piece:
    """Both networks on the performances they were both judged on."""
    told = {example["id"]: example for example in without.report["examples"]}
    pairs = [(example, told[example["id"]]) for example in with_it.report["examples"]]
    labels, levels, others = (
        np.array(column, dtype=float)
        for column in zip(*((one["level"], one["fused"], other["fused"]) for one, other in pairs), strict=True)
    )
    players = [one["player"] for one, _ in pairs]
    error, kappa = metrics.mean_absolute_error, metrics.quadratic_weighted_kappa
    return Piece(
        name=name,
        judged_on=judged_on,
        default=default,
        performances=len(pairs),
        players=len(set(players)),
        mae_with=metrics.value(error, labels, levels),
        mae_without=metrics.value(error, labels, others),
        mae=metrics.difference(error, labels, levels, others, players),
        qwk=metrics.difference(kappa, labels, levels, others, players),
    )
