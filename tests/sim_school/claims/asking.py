"""What the model is unsure of teaches it more than what chance picks, at equally many labels."""

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from grading import asking

from ..bench import Film, Model, apart, labelled, learned
from ..figures import Claim, Figure, mean, table
from ..house import STARTER
from .labels import rate

WAITING = 0.7  # share of the players whose recordings wait to be rated
SIZES = (12, 24, 48)


def picked(waiting: Sequence[Film], size: int, dice: random.Random) -> list[Film]:
    """By the order of the site, without its random share."""
    said = Model(STARTER).says(waiting)
    rows = [
        asking.Candidate(
            key=place,
            said=tuple(said[name][place].tolist() for name in ("visual", "aural", "fused")),  # type: ignore[arg-type]
            piece=film.take.piece,
            player=film.player,
        )
        for place, film in enumerate(waiting)
    ]
    chosen = asking.choose(rows, size=size, control_share=0.0, dice=np.random.default_rng(dice.getrandbits(32)))
    return [waiting[int(choice.key)] for choice in chosen]  # type: ignore[call-overload]


def errors(
    films: Sequence[Film], folder: Path, dice: random.Random, *, sizes: Sequence[int], epochs: int
) -> dict[int, tuple[float, float]]:
    """Of each size the error of the model against the true level after labels by uncertainty, and after random ones."""
    school, others = apart(films, dice, WAITING)
    found = {}
    for size in sizes:
        ways = (picked(school, size, dice), dice.sample(school, size))
        labels = [[labelled(row.film, row.marks[0][1]) for row in rate(way, dice, twice=0.0)] for way in ways]
        unsure, chance = (learned(rows, folder, epochs=epochs).error(others) for rows in labels)
        found[size] = (unsure, chance)
    return found


def claim(
    films: Sequence[Film], folder: Path, seed: int, *, repetitions: int, epochs: int, sizes: Sequence[int] = SIZES
) -> Claim:
    runs = [
        errors(films, folder, random.Random(f"{seed} asking {run}"), sizes=sizes, epochs=epochs)
        for run in range(repetitions)
    ]
    gains = {size: mean([run[size][1] - run[size][0] for run in runs]) for size in sizes}
    over_all = mean([float(np.mean([run[size][1] - run[size][0] for size in sizes])) for run in runs])
    rows: list[Sequence[object]] = [
        (size, *(_of(runs, size, way) for way in (0, 1)), gains[size].signed()) for size in sizes
    ]
    return Claim(
        "Uncertainty ordering beats random at equal labels",
        over_all.low > 0,
        (
            *table(("labels", "by uncertainty, levels off", "by chance", "gain"), rows),
            "",
            f"- {repetitions} repetitions: the players are parted anew, {WAITING:.0%} of them wait to be rated, the "
            f"model is judged on the others. Gain over all sizes: {over_all.signed()} levels.",
        ),
    )


def _of(runs: Sequence[dict[int, tuple[float, float]]], size: int, way: int) -> Figure:
    return mean([run[size][way] for run in runs])
