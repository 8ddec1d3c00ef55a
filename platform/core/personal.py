"""What the house knows of a person: every table and every folder, and what becomes of it when they ask to be forgotten.

Each app declares its own in `AppConfig.ready`, as with doors. tests/personal finds every table and every folder
that holds something of a person, and fails where nobody has said what is to be done with it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.auth.models import AbstractUser
from django.db.models import Model, QuerySet

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class Fate(StrEnum):
    """What happens to rows when their person is forgotten."""

    DELETE = "delete"
    UNLINK = "unlink"  # the row stays and points at nobody
    KEEP = "keep"  # the row stays and points at a row of accounts.User that names nobody
    GONE = "gone"  # went already, with the recording or the rating it hangs on


@dataclass(frozen=True)
class Table:
    """Rows of one model that belong to a person, by the path from the row to them."""

    model: str  # 'reviews.Draft'
    path: str  # 'teacher'
    fate: Fate
    title: "str | StrPromise"  # what stands over it in a person's archive; '' keeps it out
    why: "str | StrPromise" = ""  # of what is kept
    blank: tuple[str, ...] = ()  # fields with a person's own words, which become empty
    leave_out: tuple[str, ...] = ()  # fields that are not for the archive: others' secrets, or no news
    narrow: Callable[[QuerySet[Any]], QuerySet[Any]] | None = None  # to what the person may read by now

    @property
    def kind(self) -> type[Model]:
        return apps.get_model(self.model)

    def rows(self, user: AbstractUser) -> QuerySet[Any]:
        return self.kind._default_manager.filter(**{self.path: user})

    def told(self, user: AbstractUser) -> QuerySet[Any]:
        rows = self.rows(user).order_by("pk")
        return self.narrow(rows) if self.narrow else rows


@dataclass(frozen=True)
class Folder:
    """A folder with files of people, below one of the roots of the settings."""

    root: str  # the setting: 'MEDIA_ROOT'
    inside: str  # '' is the root itself
    goes: str  # how a file in it goes when its person does
    files: Callable[[AbstractUser], Iterator[tuple[str, Path]]] | None = None  # for the archive: name, and file


class CannotForget(ValueError):
    """Why a person cannot be forgotten yet, in words for them."""


# Refuses with CannotForget, or takes away what needs more than deleting rows. Called before the rows go.
Act = Callable[[Any], None]

_tables: list[Table] = []
_folders: list[Folder] = []
_acts: list[Act] = []


def add(*, tables: tuple[Table, ...] = (), folders: tuple[Folder, ...] = (), acts: tuple[Act, ...] = ()) -> None:
    _tables.extend(tables)
    _folders.extend(folders)
    _acts.extend(acts)


def tables() -> list[Table]:
    return list(_tables)


def folders() -> list[Folder]:
    return list(_folders)


def forget(user: AbstractUser) -> None:
    """Everything about a person but their own row. Inside the transaction of the erasure."""
    for act in _acts:
        act(user)
    for table in _tables:
        if table.blank:
            table.rows(user).update(**dict.fromkeys(table.blank, ""))
    for table in _tables:
        if table.fate == Fate.DELETE:
            table.rows(user).delete()
        elif table.fate == Fate.UNLINK:
            table.rows(user).update(**{table.path: None})
