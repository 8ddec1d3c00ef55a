"""What the apps above tell those below, because imports point down: doors in the header, parts of a page, and who
may see a recording. Each app adds its own in `AppConfig.ready`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.urls import ResolverMatch
from django.utils.functional import Promise

from grading.models import Performance


@dataclass(frozen=True)
class Door:
    """A word in the header that leads to a page; `opens` says for whom. One `alone` stands for its page only."""

    label: str | Promise
    url_name: str
    order: int
    opens: Callable[[AbstractUser], bool]
    alone: bool = False

    @property
    def section(self) -> str:
        return self.url_name if self.alone else self.url_name.partition(":")[0]


@dataclass(frozen=True)
class Part:
    """A part of a page: a template and its data; `build(user, **about)` gives None where it does not concern one."""

    page: str
    template: str
    order: int
    build: Callable[..., Mapping[str, Any] | None]


_doors: list[Door] = []
_parts: list[Part] = []
_guards: list[Callable[[AbstractUser, Performance], bool]] = []
_listeners: list[Callable[[AbstractUser, Performance], bool]] = []


def add_door(
    label: str | Promise, url_name: str, *, order: int, opens: Callable[[AbstractUser], bool], alone: bool = False
) -> None:
    _doors.append(Door(label, url_name, order, opens, alone))


def add_part(page: str, template: str, *, order: int, build: Callable[..., Mapping[str, Any] | None]) -> None:
    _parts.append(Part(page, template, order, build))


def add_guard(may_see: Callable[[AbstractUser, Performance], bool]) -> None:
    _guards.append(may_see)


def add_listener(may_hear: Callable[[AbstractUser, Performance], bool]) -> None:
    """Lets somebody play a recording who may see nothing else of it."""
    _listeners.append(may_hear)


def doors_for(user: AbstractUser) -> list[Door]:
    return [door for door in sorted(_doors, key=lambda door: door.order) if door.opens(user)]


def section_of(match: ResolverMatch | None) -> str:
    """Behind which door a page lies."""
    if match is None:
        return ""
    alone = {door.url_name for door in _doors if door.alone}
    return match.view_name if match.view_name in alone else match.app_name


def parts_for(page: str, user: AbstractUser, **about: Any) -> list[tuple[str, Mapping[str, Any]]]:
    parts = sorted((part for part in _parts if part.page == page), key=lambda part: part.order)
    built = ((part.template, part.build(user, **about)) for part in parts)
    return [(template, data) for template, data in built if data is not None]


def may_hear(user: AbstractUser, performance: Performance) -> bool:
    """Whoever may see it, and those to whom it is shown without what was said of it."""
    return may_see(user, performance) or any(listens(user, performance) for listens in _listeners)


def may_see(user: AbstractUser, performance: Performance) -> bool:
    """The player's own, and whoever a guard lets in."""
    return performance.player_id == user.pk or any(guard(user, performance) for guard in _guards)
