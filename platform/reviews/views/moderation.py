"""For heads of course: the released results, and sending one back to its teacher."""

import uuid
from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest
from courses.access import get_headed_course
from grading.models.grades import LEVELS

from .. import moderation as read
from ..access import get_for_moderation
from ..services import moderation as services

PAGE = 25


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("What should be looked at again?"),
        help_text=_("The teacher reads it; the student does not."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


@require_safe
def moderation(request: SignedInRequest, course: int) -> HttpResponse:
    headed = get_headed_course(request.user, course)
    distributions = read.distributions(headed, reader=request.user)
    form = read.ResultFilter(request.GET, course=headed, teachers=[row.teacher for row in distributions])
    rows = read.results(headed, reader=request.user, chosen=form.chosen)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "course": headed,
        "distributions": distributions,
        "form": form,
        "page": page,
        "levels": LEVELS,
        "left_out": read.left_out(headed, reader=request.user),
    }
    return render(request, "reviews/moderation.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def send_back(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    submission = get_for_moderation(request.user, pk)
    form = ReasonForm(request.POST or None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                services.send_back(submission=submission, head=request.user, reason=form.cleaned_data["reason"])
            except services.NotSentBack as reason:
                form.add_error("reason", str(reason))
            else:
                told = {"teacher": submission.performance.result.rating.rater}
                said = _("Sent back: it stands in the queue of %(teacher)s, with your reason.")
                messages.success(request, said % told)
                return redirect("reviews:moderation", submission.assignment.course_id)
    return render(request, "reviews/moderation_send_back.html", {"submission": submission, "form": form}, status=status)
