"""What moved the model's grade, in words for the desk and for the answer to 'where did it look and listen?'."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.figures import tenths
from core.templatetags.clavier import seconds_tag as written
from grading import evidence
from grading.models import Autograde, Study
from grading.services import studies
from submissions.models import Submission

LEAST_PART = 0.05  # levels: a part that is written 0.0 is not worth a word
# Where the brightest spot lies: three rows of three, the top one first.
PLACES = (
    (gettext_lazy("at the top left"), gettext_lazy("at the top"), gettext_lazy("at the top right")),
    (gettext_lazy("on the left"), gettext_lazy("in the middle"), gettext_lazy("on the right")),
    (gettext_lazy("at the bottom left"), gettext_lazy("at the bottom"), gettext_lazy("at the bottom right")),
)
PITCH = (gettext_lazy("the high notes"), gettext_lazy("the middle of the keyboard"), gettext_lazy("the low notes"))
# How far each sense pulls a stretch, up and down.
PULLS = {
    "visual": (
        gettext_lazy("The picture pulls it up by %(levels)s."),
        gettext_lazy("The picture pulls it down by %(levels)s."),
    ),
    "aural": (
        gettext_lazy("The sound pulls it up by %(levels)s."),
        gettext_lazy("The sound pulls it down by %(levels)s."),
    ),
}
# File names are grading.engine's; which of them there are is in the answer.
PICTURES = {"sight": "sight.jpg", "sound": "sound.jpg"}


def context(autograde: Autograde | None) -> dict[str, Any]:
    """What desk_evidence.html shows; without a grade that this teacher may see, nothing."""
    if autograde is None:
        return {"moved_by": "", "highlights": []}
    return {"moved_by": evidence.moved_by(autograde), "highlights": evidence.highlights(autograde)}


def page(highlights: list[evidence.Highlight]) -> list[dict[str, Any]]:
    """The same for desk.js: stretches in seconds of the proxy, to be drawn on the axis and played."""
    return [{"start": h.start, "end": h.end, "pull": h.pull, "label": h.words} for h in highlights]


def study_context(submission: Submission, study: Study) -> dict[str, Any]:
    waiting = studies.progress(study)
    shown = {"submission": submission, "study": study, "waiting": waiting}
    if study.answer is None:
        return shown
    return shown | {
        "difference": difference(study.answer),
        "pictures": pictures(submission, study),
        "clips": study.answer["clips"],
    }


def difference(answer: dict[str, Any]) -> str:
    """How far the stretch lies from the whole, and what of that is the sound's and what the picture's."""
    level, whole = answer["level"], answer["whole"]
    parts = {
        branch: sum(clip[branch] for clip in answer["clips"])
        for branch, found in (("visual", "seen"), ("aural", "heard"))
        if answer[found]
    }
    told = {"level": tenths(level), "whole": tenths(whole)}
    begins = _("The model puts this stretch at %(level)s and the whole recording at %(whole)s.") % told
    telling = [(branch, part) for branch, part in parts.items() if abs(part) >= LEAST_PART]
    if not telling:
        nothing = _("Nothing in it pulls far either way.")
        return f"{begins} {nothing}"
    strongest = answer["strongest"]
    pulls = [str(PULLS[branch][part < 0]) % {"levels": tenths(part)} for branch, part in telling]
    told = {"start": written(strongest["start"]), "end": written(strongest["end"])}
    return " ".join((begins, *pulls, _("Most of all from %(start)s to %(end)s.") % told))


def pictures(submission: Submission, study: Study) -> list[dict[str, Any]]:
    """The pictures there are, each with its address and what is to be seen on it for those who do not see it."""
    answer: dict[str, Any] = study.answer or {}
    found = []
    if seen := answer.get("seen"):
        x, y = seen["brightest"]
        told = {"moment": written(seen["moment"]), "place": PLACES[_third(y)][_third(x)]}
        found.append(
            {
                "sense": "sight",
                "title": _("Where it looked, at %(moment)s") % told,
                "hint": _("the line is the edge of what it sees"),
                "alt": _("The picture at %(moment)s. What counted most lies %(place)s in what the model sees.") % told,
            }
        )
    if heard := answer.get("heard"):
        x, y = heard["brightest"]
        start, end = max(0.0, heard["start"]), heard["end"]
        at = heard["start"] + x * (heard["end"] - heard["start"])
        told = {"start": written(start), "end": written(end), "notes": PITCH[_third(y)], "moment": written(at)}
        found.append(
            {
                "sense": "sound",
                "title": _("Where it listened, %(start)s to %(end)s") % told,
                "hint": _("left to right in time, high notes on top"),
                "alt": _(
                    "The sound from %(start)s to %(end)s, high notes on top. "
                    "What counted most are %(notes)s near %(moment)s."
                )
                % told,
            }
        )
    return [
        picture | {"url": reverse("reviews:study_picture", args=(submission.pk, study.pk, picture["sense"]))}
        for picture in found
    ]


def _third(place: float) -> int:
    return min(int(3 * place), 2)
