"""The error of the model against the true level, month by month, while the school's loop trains it."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..bench import LEVELS, Looker, Model
from ..figures import Claim, by_player, table
from ..house import STARTER
from ..year import Told, months

LATE = 3  # months at the end over which it must be better than the starter would have been


@dataclass(frozen=True)
class Graded:
    """One recording as it was graded when it came in, and as the starter would have graded it."""

    year: int
    month: int
    player: str
    off: float
    starter_off: float


def graded(told: Told, looker: Looker, year: int) -> list[Graded]:
    rows = []
    for month, handed in months(told):
        films = [looker.at(one.take, one.phone) for one in handed]
        starter = Model(STARTER).says(films)["fused"] @ LEVELS
        rows += [
            Graded(year, month, film.player, abs(_first(one) - one.true_level), abs(level - one.true_level))
            for one, film, level in zip(handed, films, starter.tolist(), strict=True)
        ]
    return rows


def _first(one: object) -> float:
    """What the champion of that moment said of it."""
    grade = one.submission.performance.autogrades.filter(shadow=False).order_by("created_at").first()  # type: ignore[attr-defined]
    return float(grade.level)


def claim(years: Sequence[Sequence[Graded]], champions: Sequence[Sequence[int]]) -> Claim:
    """`champions`: of each year the months (from 1) after which a new version took over."""
    rows = [row for year in years for row in year]
    last = max(row.month for row in rows)
    lines = []
    for month in range(last + 1):
        own = [row for row in rows if row.month == month]
        lines.append((month + 1, *_figures(own)))
    late = [row for row in rows if row.month > last - LATE]
    gain = by_player([row.starter_off - row.off for row in late], [(row.year, row.player) for row in late])
    told = "; ".join(", ".join(str(month) for month in year) or "never" for year in champions)
    return Claim(
        "The model comes closer to the true level over the year",
        gain.low > 0,
        (
            *table(("month", "levels off", "the starter would be", "gain"), lines),
            "",
            f"- Over the last {LATE} months the loop's model is {gain.signed()} levels closer than the starter.",
            f"- A new version became champion after month: {told} (one list for each year).",
        ),
    )


def _figures(rows: Sequence[Graded]) -> tuple[object, ...]:
    players = [(row.year, row.player) for row in rows]
    gain = by_player([row.starter_off - row.off for row in rows], players)
    return (
        by_player([row.off for row in rows], players),
        by_player([row.starter_off for row in rows], players),
        gain.signed(),
    )
