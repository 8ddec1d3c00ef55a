"""Several grades of the model at once: each is seen, heard for ten seconds, and ticked by itself."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.requests import SignedInRequest
from grading import evidence
from grading.models import Autograde
from submissions.models import Submission

from .. import desk as desks
from .. import queries
from ..access import get_several_for_review, get_taught_courses
from ..requests import number
from ..rows import Row
from ..services import batch as batches
from ..services.marking import Released

SECONDS = 10.0  # of each that are played before it can be ticked


@dataclass(frozen=True)
class Take:
    """A line of the page: a row of the queue, and the stretch of the proxy that is played, in seconds."""

    row: Row
    start: float
    end: float


@require_http_methods(["GET", "HEAD", "POST"])
def batch(request: SignedInRequest) -> HttpResponse:
    get_taught_courses(request.user)
    return _accept(request) if request.method == "POST" else _look(request)


def _look(request: SignedInRequest) -> HttpResponse:
    picked = get_several_for_review(request.user, request.GET.getlist("pick"))
    course = number(request.GET.get("course"))
    takes = _takes(request.user, picked)
    if not takes:
        messages.info(request, _("Tick some rows first: free ones, about which the model is sure."))
        return redirect(_queue(course))
    context = {"takes": takes, "seconds": int(SECONDS), "course": course, "others": len(picked) - len(takes)}
    return render(request, "reviews/batch.html", context)


def _accept(request: SignedInRequest) -> HttpResponse:
    ticked = get_several_for_review(request.user, request.POST.getlist("accept"))
    picks = [batches.Pick(each, number(request.POST.get(f"grade-{each.pk}")) or 0) for each in ticked]
    accepted = batches.accept(teacher=request.user, picks=picks)
    for sentence in _said(accepted):
        messages.success(request, sentence)
    for submission, why in accepted.left_out.items():
        messages.warning(request, _("Left out: %(submission)s. %(why)s") % {"submission": submission, "why": why})
    if not picks:
        messages.info(request, _("Nothing was ticked, so nothing was accepted."))
    return redirect(_queue(number(request.POST.get("course"))))


def _said(accepted: batches.Accepted) -> list[str]:
    released = [taken for taken in accepted.taken if taken.result is not None]
    kept = len(accepted.taken) - len(released)
    sentences = []
    if released:
        players = ", ".join(_player(taken) for taken in released)
        sentences.append(_("Released as the model had them: %(players)s.") % {"players": players})
    if kept:
        more = ngettext(
            "%(count)s more is kept until another teacher has marked it too.",
            "%(count)s more are kept until another teacher has marked them too.",
            kept,
        )
        sentences.append(more % {"count": kept})
    return sentences


def _player(taken: Released) -> str:
    told = {"player": taken.rating.performance.player, "level": taken.rating.level}
    return _("%(player)s (level %(level)s)") % told


def _takes(teacher: User, picked: list[Submission]) -> list[Take]:
    """Those that may be accepted together, in the order of the queue."""
    rows: Any = queries.queue(teacher).filter(pk__in=[each.pk for each in picked], narrow=True).in_order()
    rows = [Row(row, teacher) for row in rows.for_rows()]
    chosen = [row for row in rows if row.may_be_chosen][: batches.MOST]
    grades = Autograde.objects.in_bulk([row.submission.performance.autograde_id for row in chosen])
    return [
        Take(row, *stretch(grades[performance.autograde_id], performance.duration))
        for row in chosen
        for performance in (row.submission.performance,)
    ]


def stretch(autograde: Autograde, duration: float) -> tuple[float, float]:
    """Ten seconds around what moved the grade most; where nothing did, around what is most like the whole."""
    strongest = max(evidence.highlights(autograde), key=lambda highlight: abs(highlight.pull), default=None)
    if strongest is not None:
        middle = (strongest.start + strongest.end) / 2
    elif autograde.windows:
        usual = min(autograde.windows, key=lambda window: abs(window["fused"] - autograde.level))
        middle = (usual["start"] + usual["end"]) / 2
    else:
        middle = duration / 2
    start = max(0.0, min(middle - SECONDS / 2, duration - SECONDS))
    return round(start, 1), round(min(start + SECONDS, duration), 1)


def _queue(course: int | None) -> str:
    return desks.address("reviews:queue") + (f"?course={course}" if course else "")
