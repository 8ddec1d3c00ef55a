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
from ml.losses import LOSSES
from ml.metrics import Estimate

CLIP_SECONDS = 16 / 30  # of sixteen frames at the native rate: what a clip hears of itself in the papers
BY_EAR, BY_EYE = "sound alone", "picture alone"
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
    ears = Job(backbone, settings.shape(backbone), ours, settings.config(backbone), tuple(examples))
    ways = {
        "short": dataclasses.replace(ears, preparation=dataclasses.replace(ours, sound_seconds=CLIP_SECONDS)),
        "own maximum": dataclasses.replace(ears, preparation=dataclasses.replace(ours, reference=None)),
    }
    return named({**by_either_loss(ears), **ways})


def picture_jobs(eyes: Job) -> dict[str, Job]:
    """The same eyes, told off in either way, and with the square always cut from the middle."""
    still = dataclasses.replace(eyes, config=dataclasses.replace(eyes.config, crop_jitter=False))
    return named({**by_either_loss(eyes), "still": still})


def by_either_loss(job: Job) -> dict[str, Job]:
    """'ours' and the loss that ours is not, by its name."""
    return {
        "ours" if job.config.loss == loss else loss: dataclasses.replace(
            job, config=dataclasses.replace(job.config, loss=loss)
        )
        for loss in LOSSES
    }


def named(jobs: dict[str, Job]) -> dict[str, Job]:
    return {way: dataclasses.replace(job, name=f"{job.name}, {way}") for way, job in jobs.items()}


def sound_pieces(jobs: dict[str, Job], examples: Sequence[LabelledExample], work: Path, *, tell: Tell) -> list[Piece]:
    judged = {way: judge_one(f"recipe {way}", job, examples, work, tell=tell) for way, job in jobs.items()}
    return [
        piece("3.5 s of sound around each clip, instead of its own 0.53 s", BY_EAR, judged["ours"], judged["short"]),
        piece(
            "decibels against a fixed reference, instead of each clip's own maximum",
            BY_EAR,
            judged["ours"],
            judged["own maximum"],
        ),
        ordinal_piece(BY_EAR, judged),
    ]


def picture_pieces(jobs: dict[str, Job], examples: Sequence[LabelledExample], work: Path, *, tell: Tell) -> list[Piece]:
    judged = {way: judge_one(f"recipe {job.name}", job, examples, work, tell=tell) for way, job in jobs.items()}
    return [
        piece("crop jitter, instead of the middle always", BY_EYE, judged["ours"], judged["still"]),
        ordinal_piece(BY_EYE, judged),
    ]


def ordinal_piece(judged_on: str, judged: dict[str, Judged]) -> Piece:
    """Of 'ours' and the other loss, whichever is in the default."""
    with_it, without = (judged.get(loss, judged["ours"]) for loss in ("ordinal", "pisa"))
    return piece(
        "soft ordinal targets, instead of the published loss", judged_on, with_it, without, default="pisa" in judged
    )


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
