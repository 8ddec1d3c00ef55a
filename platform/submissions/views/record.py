"""Recording in the browser: a page of scripts over the same upload as every other file."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from accounts.services import guardians

from .. import retakes
from ..access import get_assignment_to_play


@require_safe
def record(request: SignedInRequest, pk: int) -> HttpResponse:
    """Nobody plays for nothing: what would refuse the recording afterwards is said before."""
    assignment = get_assignment_to_play(request.user, pk)
    return render(
        request,
        "submissions/record.html",
        {
            "assignment": assignment,
            "refusal": guardians.objection(request.user) or retakes.may_hand_in(request.user, assignment),
            "max_bytes": settings.RECORDING_MAX_BYTES,
            "max_seconds": settings.RECORDING_MAX_SECONDS,
        },
    )
