"""Who stands behind a key. The accounts say it: they register themselves in `AppConfig.ready`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from grading.people import User


@dataclass(frozen=True)
class Person:
    """`user` is None for somebody of this house who was forgotten; `own` for one of this house who was not.

    What an own person has agreed to is said here; of everybody else, the archive says it.
    """

    user: User | None
    own: bool = False
    training: bool = False
    grading: bool = False


class People(Protocol):
    def keys(self, people: Collection[int]) -> Mapping[int, str]:
        """A pseudonym for each: made of a secret of the house, or, of whoever was carried in, the one they came by."""

    def behind(self, keys: Collection[str], *, source: str) -> Mapping[str, Person]:
        """Who is meant by each key of that collection; accounts nobody can sign in to are made where there are none."""

    def agree(self, user: User, *, training_since: datetime | None, grading: bool) -> None:
        """Keep what a carried-in player has agreed to, with its time: to training always, to being graded if said."""


_people: list[People] = []


def register(people: People) -> None:
    _people.append(people)


def people() -> People:
    return _people[-1]
