"""Who said what of a recording, with names, as the pages of the lab tell it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from grading.models import Example, Rating
from grading.services.labels import Given


@dataclass(frozen=True)
class Word:
    who: str
    level: float
    # In which turn; '' for the usual one.
    turn: str = ""
    # The imported collection it came from; '' for what was said here.
    source: str = ""


@dataclass(frozen=True)
class Row:
    """One recording of a snapshot, and what its label was made of."""

    example: Example
    said: Sequence[Word]


def rows(examples: Iterable[Example], manifest: Mapping[str, Any]) -> list[Row]:
    """An old manifest names one rating alone, whose rater still stands beside the example."""
    examples = list(examples)
    entries = {entry["performance"]: entry for entry in manifest["examples"]}
    said = {example.pk: entries.get(str(example.performance_id), {}).get("said") for example in examples}
    names = names_of(one["rater"] for given in said.values() for one in given or ())
    return [
        Row(example, [_word(one, names) for one in given] if given else _alone(example))
        for example in examples
        for given in (said[example.pk],)
    ]


def words(given: Sequence[Given], names: Mapping[int, str]) -> list[Word]:
    return [Word(names.get(one.rater, ""), one.level, _turn(one.purpose), one.source) for one in given]


def names_of(raters: Iterable[int]) -> dict[int, str]:
    return {user.pk: str(user) for user in User.objects.filter(pk__in=set(raters))}


def raters_of(manifest: Mapping[str, Any], examples: Iterable[Example]) -> int:
    """How many people a snapshot's labels are of."""
    named = {one["rater"] for entry in manifest["examples"] for one in entry.get("said", ())}
    return len(named or {example.rating.rater_id for example in examples if example.rating})


def _word(told: Mapping[str, Any], names: Mapping[int, str]) -> Word:
    return Word(names.get(told["rater"], ""), told["level"], _turn(told["purpose"]), told["source"])


def _alone(example: Example) -> list[Word]:
    return [Word(str(example.rating.rater), example.level)] if example.rating else []


def _turn(purpose: str) -> str:
    return "" if purpose == Rating.Purpose.FIRST else str(Rating.Purpose(purpose).label)
