"""The performances of a run: planned by its seed, rendered once, shared with the starter's where they are the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ml.benchmarks.recital.jobs import Tell
from ml.benchmarks.recital.settings import Counts, Settings
from ml.data.examples import LabelledExample, Split
from ml.starter.make import SOUND_SEED
from ml.starter.recitals import Planned, plan, rendered, sounded

PARTS: tuple[Split, ...] = ("train", "validation", "audit")
TOLD_EVERY = 20  # performances
Examples = tuple[LabelledExample, ...]


@dataclass(frozen=True)
class Sets:
    """No player stands in two parts of a set, and the audited pieces are in no other part. A set that is not wanted is
    empty.
    """

    fair: Examples
    heard: Examples  # of the training part
    confounded: Examples
    sounds: Examples


def sets_of(settings: Settings, work: Path, *, processes: int, tell: Tell) -> Sets:
    """Everything rendered that is not there yet."""
    planned = plans(settings)

    def films(name: str) -> Examples:
        return tuple(rendered(planned[name], work / "recitals", processes=processes, tell=_teller(name, tell)))

    def heard(name: str) -> Examples:
        return tuple(sounded(planned[name], work / "sounds", processes=processes, tell=_teller(name, tell)))

    return Sets(films("fair"), heard("heard"), films("confounded"), heard("sounds"))


def stand_ins(settings: Settings) -> Sets:
    """The same performances unrendered, for counting."""
    planned = plans(settings)
    return Sets(**{name: tuple(_stand_in(each) for each in of_set) for name, of_set in planned.items()})


def missing(settings: Settings, work: Path) -> tuple[int, int]:
    """How many films, and how many performances that are only heard, are still to be rendered."""
    planned = plans(settings)
    films = [work / "recitals" / f"{each.id}.mp4" for name in ("fair", "confounded") for each in planned[name]]
    sounds = {sound_path(work, each) for name in ("heard", "sounds") for each in planned[name]}
    return sum(not path.exists() for path in films), sum(not path.exists() for path in sounds)


def sound_path(work: Path, planned: Planned) -> Path:
    return work / "sounds" / f"{planned.id}-{planned.recital.seed}-{planned.recital.level}.wav"


def plans(settings: Settings) -> dict[str, list[Planned]]:
    """What each set is made of."""
    seed, apart = settings.seed, SOUND_SEED + settings.seed
    filmed = "rows" in settings.parts or "recipe" in settings.parts

    def whole(counts: Counts, of_seed: int, confound: str | None = None) -> list[Planned]:
        return [each for part in PARTS for each in plan(part, getattr(counts, part), seed=of_seed, confound=confound)]

    fair = whole(settings.fair, seed)
    if not filmed:  # the confounded model is judged on the fair audit part too, beside the fair training part
        fair = [each for each in fair if each.split != "validation"]
    return {
        "fair": fair,
        "heard": plan("train", settings.heard, seed=apart) if filmed else [],
        "confounded": whole(settings.confounded, seed, settings.confound) if "confounded" in settings.parts else [],
        "sounds": whole(settings.sounds, apart) if "recipe" in settings.parts else [],
    }


def part(examples: Sequence[LabelledExample], *names: Split) -> Examples:
    return tuple(example for example in examples if example.split in names)


def _teller(name: str, tell: Tell) -> Callable[[int, int], None]:
    def said(done: int, count: int) -> None:
        if done % TOLD_EVERY == 0 or done == count:
            tell(f"{name}: {done} of {count} performances rendered.")

    return said


def _stand_in(planned: Planned) -> LabelledExample:
    recital = planned.recital
    return LabelledExample(
        id=planned.id,
        features=Path(),
        level=float(recital.level),
        weight=1.0,
        player=str(recital.player),
        piece=str(recital.piece),
        split=planned.split,
    )
