"""What waits for a teacher."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest

from .. import queries
from ..access import get_taught_courses
from ..forms import QueueFilter
from ..requests import number

PAGE = 25


@require_safe
def queue(request: SignedInRequest) -> HttpResponse:
    courses = get_taught_courses(request.user)
    course = _course(request.GET.get("course"), [course.pk for course in courses])
    counts = queries.counts(request.user, course=course)
    form = QueueFilter(request.GET, courses=courses, counts=counts)
    why = form.cleaned_data.get("why") if form.is_valid() else None
    rows = queries.queue(request.user, course=course, why=why).for_list()
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    row: Any
    for row in page:
        row.reason = queries.Why(row.why).label
    context = {
        "form": form,
        "page": page,
        "total": sum(counts.values()),
        "course": course,
        "filtered": bool(course or why),
    }
    return render(request, "reviews/queue.html", context)


def _course(value: str | None, allowed: list[int]) -> int | None:
    chosen = number(value)
    return chosen if chosen in allowed else None
