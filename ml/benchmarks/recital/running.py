"""A whole run: render, say what it takes, train every backbone once, judge, write down."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch

from ml.benchmarks.recital import recipe
from ml.benchmarks.recital.circumstances import Circumstances
from ml.benchmarks.recital.confound import telltale
from ml.benchmarks.recital.cost import cost
from ml.benchmarks.recital.jobs import Job, Tell, learn_all
from ml.benchmarks.recital.judging import Judged, judge_both, judge_one
from ml.benchmarks.recital.page import write
from ml.benchmarks.recital.recipe import Piece
from ml.benchmarks.recital.sets import Examples, Sets, missing, part, sets_of, stand_ins
from ml.benchmarks.recital.settings import Settings
from ml.metrics import Estimate
from ml.models.variants import AURAL, variant


@dataclass(frozen=True)
class Confounded:
    """The main row on a set in which a nuisance follows the level, judged there and on the fair audit part."""

    nuisance: str
    counts: dict[str, int]
    there: Judged
    fair: Judged
    told_there: Estimate  # by metadata within the training part
    told_fair: Estimate


@dataclass(frozen=True)
class Findings:
    """What a run found; a part that was not asked for is empty."""

    rows: Sequence[Judged] = ()
    confounded: Confounded | None = None
    pieces: Sequence[Piece] = ()


@dataclass(frozen=True)
class Jobs:
    """Every backbone of a run."""

    fair: dict[str, Job] = field(default_factory=dict)
    confounded: dict[str, Job] = field(default_factory=dict)
    sound: dict[str, Job] = field(default_factory=dict)
    picture: dict[str, Job] = field(default_factory=dict)

    @property
    def all(self) -> list[Job]:
        return [job for jobs in (self.fair, self.confounded, self.sound, self.picture) for job in jobs.values()]


def benchmark(
    settings: Settings,
    *,
    work: Path,
    out: Path,
    command: str,
    threads: int,
    only_estimate: bool = False,
    tell: Tell = lambda line: None,
) -> Findings:
    """Write recital.md and recital.json into `out`. Killed and called again, it goes on where it was."""
    torch.set_num_threads(threads)
    tell(f"Rows at width {settings.width}: {', '.join(settings.rows)}.")
    films, sounds = missing(settings, work)
    judged = settings.fair.audit + settings.fair.train + settings.fair.validation
    tell(cost(jobs_of(settings, stand_ins(settings)).all, films=films, sounds=sounds, judged=judged).line(threads))
    if only_estimate:
        return Findings()
    began = time.perf_counter()
    sets = sets_of(settings, work, processes=threads, tell=tell)
    jobs = jobs_of(settings, sets)
    trained = learn_all(jobs.all, work, processes=threads, tell=tell)
    findings = Findings(
        rows=rows(settings, jobs, sets, work, tell) if "rows" in settings.parts else (),
        confounded=confounded(settings, jobs, sets, work, tell) if "confounded" in settings.parts else None,
        pieces=pieces(settings, jobs, sets, work, tell) if "recipe" in settings.parts else (),
    )
    minutes = (time.perf_counter() - began) / 60
    write(findings, settings, Circumstances.here(command, minutes, trained), out)
    return findings


def jobs_of(settings: Settings, sets: Sets) -> Jobs:
    """Each backbone once, whatever networks it stands in."""
    learned, heard = part(sets.fair, "train", "validation"), sets.heard
    eyes, ears = settings.main.split("+")
    names = [name for row in settings.rows for name in row.split("+")] if "rows" in settings.parts else []
    names += [eyes, ears] if "recipe" in settings.parts else []
    fair = {name: job(settings, name, learned, heard) for name in dict.fromkeys(names)}
    jobs = Jobs(fair)
    if "confounded" in settings.parts:
        skewed = part(sets.confounded, "train", "validation")
        jobs = dataclasses.replace(jobs, confounded={name: job(settings, name, skewed) for name in (eyes, ears)})
    if "recipe" in settings.parts:
        sound = recipe.sound_jobs(settings, part(sets.sounds, "train", "validation"))
        jobs = dataclasses.replace(jobs, sound=sound, picture=recipe.picture_jobs(fair[eyes]))
    return jobs


def job(settings: Settings, backbone: str, learned: Examples, heard: Examples = ()) -> Job:
    """Ears learn from what is only heard too."""
    examples = (*learned, *heard) if backbone in AURAL else learned
    return Job(backbone, settings.shape(backbone), settings.preparation, settings.config(backbone), examples)


def rows(settings: Settings, jobs: Jobs, sets: Sets, work: Path, tell: Tell) -> list[Judged]:
    found = []
    for name in settings.rows:
        shape = variant(name)
        if shape.visual and shape.aural:
            eyes, ears = jobs.fair[shape.visual], jobs.fair[shape.aural]
            judged = judge_both(name, eyes, ears, settings.heads, sets.fair, work, tell=tell)
        else:
            judged = judge_one(name, jobs.fair[name], sets.fair, work, tell=tell)
        fused = judged.report["branches"]["fused"]
        tell(f"{name}: {fused['mae']['value']:.2f} levels off, weighted kappa {fused['qwk']['value']:.2f}.")
        found.append(judged)
    return found


def confounded(settings: Settings, jobs: Jobs, sets: Sets, work: Path, tell: Tell) -> Confounded:
    learned, audit = part(sets.confounded, "train", "validation"), part(sets.confounded, "audit")
    fair_audit = part(sets.fair, "audit")
    eyes, ears = (jobs.confounded[name] for name in settings.main.split("+"))
    there, fair = (
        judge_both(f"{settings.confound} {kind}", eyes, ears, settings.heads, (*learned, *judged), work, tell=tell)
        for kind, judged in (("confounded", audit), ("fair", fair_audit))
    )
    for sentence in there.report["flags"]:
        tell(f"Flag: {sentence}")
    return Confounded(
        nuisance=settings.confound,
        counts=vars(settings.confounded),
        there=there,
        fair=fair,
        told_there=telltale(part(sets.confounded, "train")),
        told_fair=telltale(part(sets.fair, "train")),
    )


def pieces(settings: Settings, jobs: Jobs, sets: Sets, work: Path, tell: Tell) -> list[Piece]:
    if not jobs.picture:
        return []
    eyes, ears = (jobs.fair[name] for name in settings.main.split("+"))
    found = [
        *recipe.sound_pieces(jobs.sound, sets.sounds, work, tell=tell),
        *recipe.picture_pieces(jobs.picture, sets.fair, work, tell=tell),
        *recipe.heads_pieces(eyes, ears, settings, sets.fair, work, tell=tell),
    ]
    for each in found:
        tell(f"{each.name}: {each.verdict} ({each.mae.value:+.2f} levels).")
    return found
