"""Ratings that joined a recording of this house from elsewhere, in its history."""

from typing import Any

from django.utils.translation import ngettext

from grading.models import Performance

from . import history
from .models import Event


def remember(sender: object, performance: Performance, source: str, count: int, by: Any, **_: Any) -> None:
    """A receiver of `ratings_imported`."""
    history.record(kind="ratings_imported", actor=by, performance=performance, after={"source": source, "count": count})


def sentence(event: Event, who: str) -> str:
    told = event.after or {}
    count = told.get("count", 1)
    return ngettext(
        "%(who)s brought in %(count)s rating from %(source)s",
        "%(who)s brought in %(count)s ratings from %(source)s",
        count,
    ) % {"who": who, "count": count, "source": told.get("source", "")}
