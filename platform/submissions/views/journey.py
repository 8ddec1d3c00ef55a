"""Progress over time: a student's own, and what a teacher sees of it."""

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedInRequest

from .. import journey as journeys
from ..access import get_own_submission, get_taught_student
from ..practice import weeks
from ..services import practice


@require_safe
def journey(request: SignedInRequest) -> HttpResponse:
    own = journeys.of_student(request.user)
    steps = own.whole.steps if own.whole else []
    page = {"journey": own, "is_own": True, "weeks": weeks(request.user, [step.submission for step in steps])}
    return render(request, "submissions/journey.html", page)


@require_safe
def journey_of(request: SignedInRequest, student: int) -> HttpResponse:
    """Of a student in the courses that this teacher teaches; their weeks are their own."""
    person, courses = get_taught_student(request.user, student)
    found = journeys.of_student_in(courses, person, seen_by=request.user)
    return render(request, "submissions/journey.html", {"journey": found, "student": person, "courses": courses})


@require_POST
def practice_weeks(request: SignedInRequest) -> HttpResponse:
    practice.hide(student=request.user, hidden=request.POST.get("hidden") == "yes")
    return redirect("submissions:journey")


@require_POST
def heard(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """A student's player says that it was started; of which recording is not kept."""
    practice.listened(student=get_own_submission(request.user, pk).student)
    return HttpResponse(status=204)
