"""What a teacher sets on the desk, in one shape for the draft, the form and the API."""

import json
import math
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from grading.models import Criterion, Remark
from grading.models.grades import LEVELS

TEXT_MAX = 4000
REMARKS_MAX = 200


class MarksError(ValueError):
    """Something on the desk cannot be understood; the message is for the teacher."""


@dataclass(frozen=True)
class Moment:
    """A remark about a moment (`end` is None) or a stretch, in seconds of the proxy."""

    start: float
    end: float | None
    text: str
    mark: str = ""  # grading.models.Remark.Mark
    criterion: str = ""  # the key of one
    technique: int | None = None  # of the school's vocabulary
    spoken: str | None = None  # the id of a grading.models.Spoken

    def to_json(self) -> dict[str, Any]:
        """What is empty of mark, criterion, technique and spoken is left out."""
        always = ("start", "end", "text")
        return {name: value for name, value in asdict(self).items() if value or name in always}

    @classmethod
    def of(cls, remark: Remark) -> "Moment":
        """A remark of a rating that was recorded."""
        spoken = str(remark.spoken_id) if remark.spoken_id else None
        return cls(remark.start, remark.end, remark.text, remark.mark, remark.criterion, remark.technique_id, spoken)


@dataclass(frozen=True)
class Marks:
    level: int | None = None
    criteria: Mapping[str, int] = field(default_factory=dict)
    comment: str = ""
    reason: str = ""
    answer: str = ""
    remarks: tuple[Moment, ...] = ()

    def trimmed(self) -> "Marks":
        """Without spaces around the texts; a draft keeps them, for its teacher may be in the middle of a sentence."""
        texts = {name: getattr(self, name).strip() for name in ("comment", "reason", "answer")}
        return replace(self, **texts)

    def to_json(self) -> dict[str, Any]:
        return {
            "level": self.level,
            "criteria": dict(self.criteria),
            "comment": self.comment,
            "reason": self.reason,
            "answer": self.answer,
            "remarks": [remark.to_json() for remark in self.remarks],
        }


def from_json(body: Any, *, criteria: Sequence[Criterion], duration: float | None) -> Marks:
    """Marks of a draft or of the API; whatever is not understood is refused, nothing is guessed."""
    if not isinstance(body, Mapping):
        raise MarksError(_("The marks must be one JSON object."))
    marks = body.get("criteria") or {}
    if not isinstance(marks, Mapping):
        raise MarksError(_("The criteria must be an object of marks."))
    known = {criterion.key for criterion in criteria}
    if unknown := sorted(str(key) for key in set(marks) - known):
        raise MarksError(_("This rubric has no criterion called %(names)s.") % {"names": ", ".join(unknown)})
    return Marks(
        level=_whole(body.get("level"), LEVELS, _("The level")),
        criteria={
            key: mark
            for key, value in marks.items()
            if (mark := _whole(value, Criterion.MARKS, _("The mark of a criterion"))) is not None
        },
        comment=_text(body.get("comment"), _("The comment")),
        reason=_text(body.get("reason"), _("The reason")),
        answer=_text(body.get("answer"), _("The answer")),
        remarks=_remarks(body.get("remarks") or [], duration, known),
    )


def from_form(post: QueryDict, *, criteria: Sequence[Criterion], duration: float | None) -> Marks:
    """Marks of the desk's form: `level`, `criterion-<key>`, `comment`, `reason`, `answer`, and `remarks` as JSON."""
    try:
        remarks = json.loads(post.get("remarks") or "[]")
    except json.JSONDecodeError:
        raise MarksError(_("The remarks could not be read. Reload the page; your draft is kept.")) from None
    return from_json(
        {
            "level": post.get("level") or None,
            "criteria": {criterion.key: post.get(f"criterion-{criterion.key}") or None for criterion in criteria},
            "comment": post.get("comment", ""),
            "reason": post.get("reason", ""),
            "answer": post.get("answer", ""),
            "remarks": remarks,
        },
        criteria=criteria,
        duration=duration,
    )


def _whole(value: Any, allowed: range, what: str) -> int | None:
    if value is None:
        return None
    try:
        number = int(str(value))
    except ValueError:
        number = None
    if number not in allowed:
        raise MarksError(
            _("%(what)s must be a whole number from %(low)s to %(high)s.")
            % {"what": what, "low": allowed[0], "high": allowed[-1]}
        )
    return number


def _text(value: Any, what: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or "\x00" in value:
        raise MarksError(_("%(what)s must be text.") % {"what": what})
    if len(value) > TEXT_MAX:
        raise MarksError(_("%(what)s is longer than %(count)s characters.") % {"what": what, "count": TEXT_MAX})
    return value


def _remarks(rows: Any, duration: float | None, criteria: set[str]) -> tuple[Moment, ...]:
    if not isinstance(rows, Sequence) or isinstance(rows, str) or not all(isinstance(row, Mapping) for row in rows):
        raise MarksError(_("The remarks must be a list."))
    if len(rows) > REMARKS_MAX:
        raise MarksError(_("More than %(count)s remarks are too many for one recording.") % {"count": REMARKS_MAX})
    return tuple(sorted((_remark(row, duration, criteria) for row in rows), key=lambda remark: remark.start))


def _remark(row: Mapping[str, Any], duration: float | None, criteria: set[str]) -> Moment:
    text, spoken = _text(row.get("text"), _("A remark")).strip(), _id(row.get("spoken"))
    if not text and spoken is None:
        raise MarksError(_("A remark needs some words, written or spoken."))
    mark, criterion, technique = row.get("mark") or "", row.get("criterion") or "", row.get("technique")
    if mark and mark not in Remark.Mark.values:
        raise MarksError(_("A remark is marked as well done, look here, mistake or technique."))
    if criterion and criterion not in criteria:
        raise MarksError(_("A remark names a criterion that this rubric does not have."))
    if technique is not None and (isinstance(technique, bool) or not isinstance(technique, int)):
        raise MarksError(_("A technique is one of the school's vocabulary."))
    start = _second(row.get("start"), duration)
    end = None if row.get("end") in (None, "") else _second(row["end"], duration)
    if end is not None and end <= start:
        raise MarksError(_("A stretch must end after it begins."))
    return Moment(start, end, text, mark, criterion, technique, spoken)


def _id(value: Any) -> str | None:
    if value in (None, ""):
        return None
    try:
        return str(uuid.UUID(str(value)))
    except ValueError:
        raise MarksError(_("A spoken remark could not be found.")) from None


def _second(value: Any, duration: float | None) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise MarksError(_("A remark needs a moment in seconds."))
    # The player may report a hair more than the length that was measured.
    if value < 0 or (duration is not None and value > duration + 0.5):
        raise MarksError(_("A remark must lie inside the recording."))
    return round(float(value), 3)
