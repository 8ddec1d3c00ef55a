"""What is to be played, one's attempts so far, and handing in."""

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedInRequest
from courses.access import get_assignment_for, studies, teaches
from courses.models import Assignment

from .. import retakes
from ..access import get_assignment_to_play
from ..forms import RecordingForm
from ..lines import by_student
from ..models import Submission
from ..services import uploads
from ..whole_file import takes_a_whole_file

SHOWN = 500  # recordings of one assignment, the newest


@require_safe
def assignment(request: SignedInRequest, pk: int) -> HttpResponse:
    """A student sees their own attempts, a teacher everybody's: for each the one that counts."""
    assignment = get_assignment_for(request.user, pk)
    teacher = teaches(request.user, assignment.course)
    submissions = assignment.submissions.visible_to(request.user)
    page = {
        "assignment": assignment,
        "teaches": teacher,
        "lines": by_student(submissions.for_list()[:SHOWN], request.user),
        "rules": retakes.rules(assignment),
    }
    if studies(request.user, assignment.course):
        allowance = retakes.allowance(request.user, assignment)
        page |= {"allowance": allowance, "rules": allowance.sentences, "max_bytes": settings.RECORDING_MAX_BYTES}
    return render(request, "submissions/assignment.html", page)


@require_POST
@takes_a_whole_file
def hand_in(request: SignedInRequest, pk: int) -> HttpResponse:
    """The whole file in one form, for a browser without scripts; our page sends it by tus instead."""
    assignment = get_assignment_to_play(request.user, pk)
    form = RecordingForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("Please choose a file that is not empty."))
        return redirect("submissions:assignment", pk)
    try:
        submission = _take(request, assignment, form.cleaned_data["recording"])
    except uploads.UploadRefused as reason:
        messages.error(request, str(reason))
        return redirect("submissions:assignment", pk)
    return redirect("submissions:submission", submission.pk)


def _take(request: SignedInRequest, assignment: Assignment, file: "UploadedFile[bytes]") -> Submission:
    name, size = file.name or "recording", file.size or 0
    return uploads.take(user=request.user, assignment=assignment, name=name, size=size, read=file.read)
