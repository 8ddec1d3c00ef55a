"""The appeals of a course and what came of them: for its heads and the house's admins."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from courses.access import get_headed_course

from .. import appeals as read


@require_safe
def appeals(request: SignedInRequest, course: int) -> HttpResponse:
    headed = get_headed_course(request.user, course)
    return render(request, "reviews/appeals.html", {"course": headed, "page": read.page(headed), "fewest": read.FEWEST})
