"""What labels have bought."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from grading.models import Rubric
from lab.access import get_rubric, require_admin
from lab.bought import bought as read


@require_safe
def bought(request: SignedInRequest) -> HttpResponse:
    """Of the general model, or of the one for the rubric that the address names."""
    require_admin(request.user)
    asked = request.GET.get("rubric")
    rubric = get_rubric(request.user, asked) if asked else None
    found = read(rubric)
    context = {
        "bought": found,
        "chart": found.chart,
        "rubric": rubric,
        "rubrics": Rubric.objects.filter(versions__isnull=False).distinct().order_by("name"),
    }
    return render(request, "lab/bought.html", context)
