"""What waits for a teacher, and taking it."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.requests import SignedInRequest

from .. import queries, ranking, standards
from ..access import get_for_review, get_taught_courses
from ..forms import QueueFilter
from ..requests import number
from ..rows import Row
from ..services import claims
from ..ways import address

PAGE = 25
COLUMNS = {
    "piece": gettext_lazy("Piece"),
    "student": gettext_lazy("Player"),
    "level": gettext_lazy("Provisional level"),
    "why": gettext_lazy("Why here"),
    "since": gettext_lazy("Since"),
    "due": gettext_lazy("Due"),
    "claim": gettext_lazy("With"),
}


@dataclass(frozen=True)
class Column:
    """A heading that sorts: the first press upwards, the next one downwards."""

    name: str
    title: str | Promise
    sorted: str  # as aria-sort has it: ascending, descending or nothing

    @property
    def next(self) -> str:
        return f"-{self.name}" if self.sorted == "ascending" else self.name


@require_safe
def queue(request: SignedInRequest) -> HttpResponse:
    courses = get_taught_courses(request.user)
    form = QueueFilter(request.GET, courses=courses)
    rows = form.narrow(queries.queue(request.user), request.user)
    counts = queries.counts(rows)
    form.count(counts)
    why, sort = form.chosen.get("why"), request.GET.get("sort", "")
    ordered = (rows.filter(why=why) if why else rows).in_order(sort).for_rows()
    total = counts.get(why, 0) if why else sum(counts.values())
    context = {
        "form": form,
        "page": _page(ordered, request.user, total, request.GET.get("page")),
        "total": total,
        "course": form.chosen.get("course"),
        "filtered": bool(form.chosen),
        "sort": sort if sort.removeprefix("-") in COLUMNS else "",
        "columns": [Column(name, title, _sorted(name, sort)) for name, title in COLUMNS.items()],
        "courses": courses,
        "ranking": ranking,
        "standards_due": standards.due(request.user, course=form.chosen.get("course")),
    }
    return render(request, "reviews/queue.html", context)


@require_POST
def take_next(request: SignedInRequest) -> HttpResponse:
    courses = get_taught_courses(request.user)
    course = number(request.POST.get("course"))
    if course not in {taught.pk for taught in courses}:
        course = None
    turn = claims.next_for(teacher=request.user, course=course)
    if turn is None:
        messages.info(request, _("Nothing is free just now. What colleagues have comes back when their time runs out."))
        return redirect(address("reviews:queue", course))
    return redirect(address("reviews:desk", course, turn.submission_id))


@require_POST
def claim(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    submission = get_for_review(request.user, pk)
    course = number(request.POST.get("course"))
    if not queries.queue(request.user).filter(pk=pk).exists():
        messages.info(request, _("%(submission)s does not wait for you any more.") % {"submission": submission})
        return redirect(address("reviews:queue", course))
    try:
        claims.take(submission=submission, teacher=request.user)
    except claims.Held as held:
        told = {"submission": submission, "why": held}
        messages.info(request, _("%(submission)s is not free: %(why)s") % told)
        return redirect(address("reviews:queue", course))
    return redirect(address("reviews:desk", course, pk))


@require_POST
def give_back(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    submission = get_for_review(request.user, pk)
    if claims.give_back(submission=submission, teacher=request.user):
        free = _("%(submission)s is free for your colleagues again. Your draft is kept.")
        messages.success(request, free % {"submission": submission})
    return redirect(address("reviews:queue", number(request.POST.get("course"))))


def _page(rows: queries.QueueQuerySet, teacher: User, total: int, page: str | None) -> Page[Any]:
    """Rows of one page; their number is known already."""
    paginator: Any = Paginator(rows, PAGE)
    paginator.count = total
    found: Page[Any] = paginator.get_page(page)
    found.object_list = [Row(row, teacher) for row in found]
    return found


def _sorted(name: str, sort: str) -> str:
    return {name: "ascending", f"-{name}": "descending"}.get(sort, "")
