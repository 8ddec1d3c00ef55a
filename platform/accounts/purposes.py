"""What is asked of a student, purpose by purpose, in words for the student and for a guardian."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from .models import Consent

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Purpose = Consent.Purpose


@dataclass(frozen=True)
class Words:
    title: str | _StrPromise
    ask: str | _StrPromise  # of the student
    ask_guardian: str | _StrPromise
    means: str | _StrPromise  # what a yes does
    without: str | _StrPromise  # what a no changes, which is never the grade's fairness


WORDS: dict[str, Words] = {
    Purpose.GRADING: Words(
        title=_("The model listens first"),
        ask=_("May a model grade my recordings before my teacher does?"),
        ask_guardian=_("May a model grade the recordings before the teacher does?"),
        means=_("A computer model of this school watches and listens, and says a provisional level."),
        without=_("Without it the teacher listens alone, and the teacher's level counts either way."),
    ),
    Purpose.SECOND: Words(
        title=_("A second teacher listens"),
        ask=_("May a second teacher mark my recordings?"),
        ask_guardian=_("May a second teacher mark the recordings?"),
        means=_("Some recordings are marked by two teachers, each alone, so that grades are fair."),
        without=_("Without it one teacher marks. Asking for another look at a result stays possible."),
    ),
    Purpose.TRAINING: Words(
        title=_("The school's model learns"),
        ask=_("May my recordings and grades help to train the school's model?"),
        ask_guardian=_("May the recordings and grades help to train the school's model?"),
        means=_("The model of this school learns from released recordings how its teachers hear. It stays here."),
        without=_("Without it nothing changes for the grades. Once taken back, no later training uses them."),
    ),
    Purpose.SHOWING: Words(
        title=_("The class listens"),
        ask=_("May my teachers show recordings of mine to the class?"),
        ask_guardian=_("May the teachers show recordings to the class?"),
        means=_(
            "A teacher may play a recording to the classmates of its course, with the piece and the player's name. "
            "Teachers may also use it as an example of a level among themselves. No classmate sees grade or comments."
        ),
        without=_("Without it only the teachers see and hear the recordings."),
    ),
}


def in_order() -> Iterator[tuple[Purpose, Words]]:
    for purpose in Purpose:
        yield purpose, WORDS[purpose]
