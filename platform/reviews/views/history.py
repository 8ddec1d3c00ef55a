"""Who did what, when, and what it was before: of one recording for its teachers, of a course for its heads."""

import uuid

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from core.history import told
from core.models import Event
from courses.access import get_headed_course
from grading.models import Rating

from .. import visibility
from ..access import get_for_review
from ..requests import number

PAGE = 50


@require_safe
def history(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    submission = get_for_review(request.user, pk)
    events = Event.objects.about(submission.performance_id).select_related("actor")
    names = dict(submission.assignment.rubric.criteria.values_list("key", "name"))
    context = {
        "submission": submission,
        "acts": [(event, told(event)) for event in visibility.events(request.user, events)],
        "ratings": [(rating, _marks(rating, names)) for rating in visibility.ratings(request.user, submission)],
    }
    return render(request, "reviews/history.html", context)


@require_safe
def course_history(request: SignedInRequest, course: int) -> HttpResponse:
    headed = get_headed_course(request.user, course)
    events = Event.objects.of_course(headed.pk).select_related(
        "actor", "performance__submission__assignment__piece", "performance__submission__student"
    )
    page = Paginator(visibility.events(request.user, events), PAGE).get_page(number(request.GET.get("page")) or 1)
    acts = [(event, told(event)) for event in page]
    return render(request, "reviews/history_course.html", {"course": headed, "page": page, "acts": acts})


def _marks(rating: Rating, names: dict[str, str]) -> list[tuple[str, int]]:
    """The marks of the criteria by their names; what the rubric does not know any more by its key."""
    return [(names.get(key, key), mark) for key, mark in rating.criteria.items()]
