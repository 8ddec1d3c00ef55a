"""The list of courses, the page of one, and what its teacher or an admin changes there."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import SignedInRequest
from core import doors

from ..access import get_course_for, get_taught_course, require_admin, teaches
from ..forms import CourseForm, EnrolForm, InvitationForm
from ..models import Course, Enrolment
from ..services import courses as course_services
from ..services import enrolments, invitations


@require_safe
def course_list(request: SignedInRequest) -> HttpResponse:
    courses = Course.objects.filter(pk__in=Course.objects.of(request.user)).annotate(
        students=Count("enrolments", Q(enrolments__role=Enrolment.Role.STUDENT), distinct=True),
        tasks=Count("assignments", distinct=True),
    )
    roles = dict(Enrolment.objects.filter(user=request.user).values_list("course_id", "role"))
    context = {
        "rows": [(course, Enrolment.Role(roles[course.pk]).label if course.pk in roles else "") for course in courses],
        "teaches": request.user.is_admin or any(role in Enrolment.TEACHING for role in roles.values()),
    }
    return render(request, "courses/list.html", context)


@require_safe
def course(request: SignedInRequest, pk: int) -> HttpResponse:
    return _page(request, get_course_for(request.user, pk))


def _page(request: SignedInRequest, course: Course, **forms: object) -> HttpResponse:
    teacher = teaches(request.user, course)
    page: dict[str, object] = {
        "course": course,
        "teaches": teacher,
        "teachers": [row.user for row in course.enrolments.filter(role__in=Enrolment.TEACHING).select_related("user")],
        "parts": doors.parts_for("course", request.user, course=course, teaches=teacher),
    }
    if teacher:
        page |= {
            "invitations": list(course.invitations.open().order_by("pk")),
            "invitation_form": InvitationForm(may_invite_teachers=request.user.is_admin),
            "enrol_form": EnrolForm() if request.user.is_admin else None,
        }
    return render(request, "courses/course.html", page | forms)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    require_admin(request.user)
    return _form(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    return _form(request, get_taught_course(request.user, pk))


def _form(request: SignedInRequest, course: Course | None) -> HttpResponse:
    form = CourseForm(request.POST or None, instance=course)
    if form.is_valid():
        saved = course_services.keep(course=course, by=request.user, **form.cleaned_data)
        messages.success(request, _("%(name)s is saved.") % {"name": saved})
        return redirect("courses:course", saved.pk)
    return render(request, "courses/course_form.html", {"form": form, "course": course})


@require_POST
def invite(request: SignedInRequest, pk: int) -> HttpResponse:
    course = get_taught_course(request.user, pk)
    form = InvitationForm(request.POST, may_invite_teachers=request.user.is_admin)
    if not form.is_valid():
        return _page(request, course, invitation_form=form)
    invitation = invitations.invite(course=course, **form.cleaned_data)
    told = {"code": invitation.code, "count": invitations.VALID.days}
    messages.success(request, _("The code is %(code)s. Pass it on; it is good for %(count)s days.") % told)
    return redirect("courses:course", pk)


@require_POST
def close_invitation(request: SignedInRequest, pk: int, invitation: int) -> HttpResponse:
    course = get_taught_course(request.user, pk)
    closed = invitations.close(invitation=get_object_or_404(course.invitations, pk=invitation))
    messages.success(request, _("The code %(code)s opens nothing any more.") % {"code": closed.code})
    return redirect("courses:course", pk)


@require_POST
def enrol(request: SignedInRequest, pk: int) -> HttpResponse:
    require_admin(request.user)
    course = get_course_for(request.user, pk)
    form = EnrolForm(request.POST)
    if not form.is_valid() or form.user is None:
        return _page(request, course, enrol_form=form)
    enrolment = enrolments.enrol(course=course, user=form.user, role=form.cleaned_data["role"], by=request.user)
    told = {"who": enrolment.user, "role": enrolment.get_role_display(), "course": course}
    messages.success(request, _("%(who)s is now %(role)s in %(course)s.") % told)
    return redirect("courses:course", pk)
