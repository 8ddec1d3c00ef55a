"""In by a code: a new account, or one more course for somebody who is signed in."""

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from ..forms import CodeForm, JoinForm
from ..models import Enrolment
from ..services import invitations


@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    known = request.user.is_authenticated
    form = (CodeForm if known else JoinForm)(request.POST or None, initial={"code": request.GET.get("code", "")})
    if form.is_valid():
        try:
            enrolment = _enter(request, form)
        except invitations.NotInvited as reason:
            form.add_error("code", str(reason))
        else:
            messages.success(request, _("Welcome to %(course)s.") % {"course": enrolment.course})
            return redirect("courses:course", enrolment.course_id)
    return render(request, "courses/join.html", {"form": form})


def _enter(request: HttpRequest, form: CodeForm) -> Enrolment:
    if request.user.is_authenticated:
        return invitations.redeem(code=form.cleaned_data["code"], user=request.user)
    enrolment = invitations.join(**form.cleaned_data)
    login(request, enrolment.user)
    return enrolment
