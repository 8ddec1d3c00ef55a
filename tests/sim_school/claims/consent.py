"""Withdrawn consent is gone from the next snapshot, and from what is trained on."""

from collections.abc import Sequence
from dataclasses import dataclass

from grading.models import Dataset
from grading.services import datasets

from ..figures import Claim
from ..year import Told


@dataclass(frozen=True)
class Gone:
    """Recordings of those who withdrew: in the snapshot before and after it, and as the later one says they went."""

    students: int
    before: int
    after: int
    later: int  # in all snapshots since
    named: int  # that the next snapshot's manifest lists as withdrawn
    learned: int  # that any training since has read


def gone(told: Told) -> Gone:
    players = {user.pk for user in told.withdrawn}
    assert told.withdrawn_at is not None
    before = [one for one in told.snapshots if one.created_at < told.withdrawn_at]
    after = [one for one in told.snapshots if one.created_at > told.withdrawn_at]
    out = {str(pk) for pk in _recordings(before[-1], players)}
    return Gone(
        students=len(players),
        before=len(out),
        after=len(_recordings(after[0], players)),
        later=sum(len(_recordings(one, players)) for one in after),
        named=sum(entry["performance"] in out for entry in after[0].manifest["withdrawn"]),
        learned=sum(_learned(told, one, players) for one in after),
    )


def _recordings(dataset: Dataset, players: set[int]) -> list[object]:
    return list(dataset.examples.filter(performance__player__in=players).values_list("performance", flat=True))


def _learned(told: Told, dataset: Dataset, players: set[int]) -> int:
    """Of the report of what was trained on it: recordings of these people that it was judged on or learned from."""
    names = {str(pk) for pk in datasets.Performance.objects.filter(player__in=players).values_list("pk", flat=True)}
    runs = dataset.runs.filter(candidate__isnull=False)
    return sum(example["id"] in names for run in runs for example in run.candidate.report.get("examples", ()))


def claim(years: Sequence[Gone]) -> Claim:
    before, after = sum(row.before for row in years), sum(row.later + row.learned for row in years)
    return Claim(
        "Withdrawn consent is gone from the next snapshot",
        before > 0 and after == 0 and all(row.named == row.before for row in years),
        (
            f"- {len(years)} years, {sum(row.students for row in years)} students withdrew in mid-year. Their "
            f"recordings in the snapshot before: {before}; in the next one and all later ones, and among what was "
            f"judged on: {after}. The next snapshot names {sum(row.named for row in years)} of them as withdrawn.",
        ),
    )
