"""Intervals hold nine in ten ratings, give or take three in a hundred, after they were set by recent blind ratings."""

import random
from collections.abc import Sequence

import numpy as np

from grading import engine
from ml import calibration

from ..bench import Film, Model
from ..figures import Claim, Figure, mean, share, table
from ..people import TEACHERS
from ..pool import NEW, OLD

PROMISED, SLACK = 0.90, 0.03
RECENT, NEXT = 120, 60  # blind ratings that a width is set by, and those that come after it


def held(said: np.ndarray, levels: Sequence[int], quantile: float | None) -> float:
    """Share of the ratings inside the intervals of this width."""
    bounds = [calibration.whole_levels(row, quantile) for row in said]
    return float(np.mean([low <= level <= high for level, (low, high) in zip(levels, bounds, strict=True)]))


def draws(films: Sequence[Film], model: Model, seed: str, count: int) -> list[tuple[float, float]]:
    """Share held before and after the width is set by RECENT blind ratings, of the NEXT ones, of other films."""
    said, quantile = model.says(films)["fused"], model.quantile
    found = []
    for draw in range(count):
        dice = random.Random(f"{seed} {draw}")
        places = dice.sample(range(len(films)), min(len(films), RECENT + NEXT))
        levels = [dice.choice(TEACHERS).rates(films[place].true_level, dice) for place in places]
        rows = said[places]
        own = engine.calibrated(rows[:-NEXT].tolist(), levels[:-NEXT])
        found.append((held(rows[-NEXT:], levels[-NEXT:], quantile), held(rows[-NEXT:], levels[-NEXT:], own)))
    return found


def claim(
    films: Sequence[Film],
    model: Model,
    seed: int,
    *,
    count: int,
    live: Sequence[tuple[int, int]],
) -> Claim:
    """`live`: of each year how many blind ratings came after a calibration, and how many of them were held."""
    rows, after = [], []
    for name, some in (
        ("old phone", [film for film in films if film.phone == OLD]),
        ("new phone", [film for film in films if film.phone == NEW]),
    ):
        found = draws(some, model, f"{seed} intervals {name}", count)
        before, now = mean([one[0] for one in found]), mean([one[1] for one in found])
        after.append(now)
        rows.append((name, before, now))
    ratings, hits = sum(row[0] for row in live), sum(row[1] for row in live)
    whole = share(hits, ratings)
    return Claim(
        "Intervals keep 90 ± 3 % after recalibration",
        all(_within(figure) for figure in after)
        and (not ratings or (whole.low <= PROMISED + SLACK and whole.high >= PROMISED - SLACK)),
        (
            *table(("share of ratings held", "as the checkpoint brought it", "after recalibration"), rows),
            "",
            f"- {count} draws of {RECENT} blind ratings to set the width by, and {NEXT} of other recordings to try it.",
            f"- Live, over {len(live)} years: {whole} of the blind ratings of grades whose width had been set.",
        ),
    )


def _within(figure: Figure) -> bool:
    return abs(figure.value - PROMISED) <= SLACK
