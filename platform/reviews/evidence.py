"""What moved the model's grade, in words for the desk and for the answer to 'where did it look and listen?'."""

from typing import Any

from django.urls import reverse

from core.templatetags.clavier import seconds_tag as written
from grading import evidence
from grading.models import Autograde, Study
from grading.services import studies
from submissions.models import Submission

LEAST_PART = 0.05  # levels: a part that is written 0.0 is not worth a word
ACROSS = ("on the left", "in the middle", "on the right")
DOWN = ("top", "middle", "bottom")
PITCH = ("the high notes", "the middle of the keyboard", "the low notes")
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
        sense: sum(clip[branch] for clip in answer["clips"])
        for sense, branch, found in (("the picture", "visual", "seen"), ("the sound", "aural", "heard"))
        if answer[found]
    }
    begins = f"The model puts this stretch at {level:.1f} and the whole recording at {whole:.1f}."
    telling = [(sense, part) for sense, part in parts.items() if abs(part) >= LEAST_PART]
    if not telling:
        return f"{begins} Nothing in it pulls far either way."
    told = ", ".join(f"{sense} pulls it {'up' if part > 0 else 'down'} by {abs(part):.1f}" for sense, part in telling)
    strongest = answer["strongest"]
    most = f"most of all from {written(strongest['start'])} to {written(strongest['end'])}"
    return f"{begins} {told[0].upper()}{told[1:]}, {most}."


def pictures(submission: Submission, study: Study) -> list[dict[str, Any]]:
    """The pictures there are, each with its address and what is to be seen on it for those who do not see it."""
    answer: dict[str, Any] = study.answer or {}
    found = []
    if seen := answer.get("seen"):
        x, y = seen["brightest"]
        found.append(
            {
                "sense": "sight",
                "title": f"Where it looked, at {written(seen['moment'])}",
                "hint": "the line is the edge of what it sees",
                "alt": f"The picture at {written(seen['moment'])}. What counted most lies {_third(x, ACROSS)}, "
                f"at the {_third(y, DOWN)} of what the model sees.",
            }
        )
    if heard := answer.get("heard"):
        x, y = heard["brightest"]
        start, end = max(0.0, heard["start"]), heard["end"]
        at = heard["start"] + x * (heard["end"] - heard["start"])
        found.append(
            {
                "sense": "sound",
                "title": f"Where it listened, {written(start)} to {written(end)}",
                "hint": "left to right in time, high notes on top",
                "alt": f"The sound from {written(start)} to {written(end)}, high notes on top. What counted most are "
                f"{_third(y, PITCH)} near {written(at)}.",
            }
        )
    return [
        picture | {"url": reverse("reviews:study_picture", args=(submission.pk, study.pk, picture["sense"]))}
        for picture in found
    ]


def _third(place: float, names: tuple[str, str, str]) -> str:
    return names[min(int(3 * place), 2)]
