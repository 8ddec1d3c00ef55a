"""Giving no level, with a reason: a window of the desk, and a page of its own without scripts."""

import uuid
from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest
from grading.models import Abstention

from ..access import get_for_review
from ..requests import number
from ..services import marking
from ..ways import onward

KINDS = (
    (
        Abstention.Kind.UNUSABLE.value,
        gettext_lazy("The recording cannot be judged. The student is asked to record it again, with your words."),
    ),
    (Abstention.Kind.CONFLICT.value, gettext_lazy("Somebody else should judge it. It goes back to your colleagues.")),
)


class AbstainForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("Why"), choices=KINDS, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=gettext_lazy("In a few words"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


@require_http_methods(["GET", "HEAD", "POST"])
def abstain(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    submission = get_for_review(request.user, pk)
    form = AbstainForm(request.POST or None)
    course = number(request.POST.get("course") or request.GET.get("course"))
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                abstention = marking.abstain(submission=submission, teacher=request.user, **form.cleaned_data)
            except marking.NotReady as reason:
                form.add_error("reason", str(reason))
            else:
                messages.success(request, _said(abstention, str(submission.student)))
                return redirect(onward(request, course))
    context = {"submission": submission, "form": form, "course": course}
    return render(request, "reviews/abstain.html", context, status=status)


def _said(abstention: Abstention, student: str) -> str:
    if abstention.kind == Abstention.Kind.UNUSABLE:
        return _("%(student)s is asked to record it again, with your reason.") % {"student": student}
    return _("It is left to your colleagues and stands in your queue no more.")
