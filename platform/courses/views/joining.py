"""In by a code: a new account, or one more course for somebody who is signed in."""

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.models import User
from core.models import School

from ..join_forms import CodeForm, JoinForm
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
    return render(request, "courses/join.html", {"form": form, "school": School.current()})


def _enter(request: HttpRequest, form: CodeForm) -> Enrolment:
    code = form.cleaned_data["code"]
    if not isinstance(form, JoinForm):
        assert isinstance(request.user, User)
        return invitations.redeem(code=code, user=request.user)
    account = {field: form.cleaned_data[field] for field in ("email", "name", "password", "born", "guardian")}
    enrolment = invitations.join(code=code, granted=form.granted, language=get_language() or "", **account)
    login(request, enrolment.user)
    return enrolment
