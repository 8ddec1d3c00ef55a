"""What heads of course keep for all: anchors, the packs made of them, and what a course asks of its teachers."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import SignedInRequest
from courses.access import get_headed_course
from courses.models import Course
from grading.models import Performance

from .. import standards as read
from ..models import CourseStandard, Marking, Pack
from ..services import anchors as services
from ..standard_forms import AnchorForm, CourseStandardForm, PackForm


@require_safe
def anchors(request: SignedInRequest) -> HttpResponse:
    read.require_head(request.user)
    headed = Course.objects.headed_by(request.user)
    own = set(headed.values_list("pk", flat=True))
    rows = read.live_anchors(request.user).select_related("performance__submission__assignment", "rubric")
    changeable = set(read.changeable_packs(request.user).values_list("pk", flat=True))
    packs = read.with_sizes(Pack.objects.filter(retired=False)).prefetch_related("courses__course")
    context = {
        "anchors": [(anchor, anchor.performance.submission.assignment.course_id in own) for anchor in rows],
        "proposals": read.proposals(request.user),
        "packs": [(pack, pack.pk in changeable) for pack in packs],
        "courses": headed.select_related("standard__pack").order_by("name"),
    }
    return render(request, "reviews/anchors.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def anchor(request: SignedInRequest, performance: uuid.UUID) -> HttpResponse:
    released = read.get_released_for(request.user, performance)
    criteria = released.submission.assignment.rubric.criteria.filter(retired=False)
    form = AnchorForm(request.POST or None, criteria=list(criteria), initial=_agreed(released))
    if form.is_valid():
        try:
            made = services.make(
                performance=released,
                level=form.cleaned_data["level"],
                criteria=form.marks,
                note=form.cleaned_data["note"],
                head=request.user,
            )
        except services.AnchorError as error:
            messages.error(request, str(error))
            return redirect("reviews:anchors")
        told = {"piece": released.piece, "level": made.level}
        messages.success(request, _("%(piece)s is an anchor of level %(level)s.") % told)
        return redirect("reviews:anchors")
    said = released.ratings.filter(purpose__in=Marking.INDEPENDENT).select_related("rater").order_by("created_at")
    return render(request, "reviews/anchor_form.html", {"form": form, "performance": released, "said": said})


@require_POST
def retire(request: SignedInRequest, pk: int) -> HttpResponse:
    retired = services.retire(anchor=read.get_anchor_of(request.user, pk), head=request.user)
    messages.success(
        request, _("The anchor of level %(level)s is asked of nobody any more.") % {"level": retired.level}
    )
    return redirect("reviews:anchors")


@require_http_methods(["GET", "HEAD", "POST"])
def new_pack(request: SignedInRequest) -> HttpResponse:
    read.require_head(request.user)
    return _pack(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def pack(request: SignedInRequest, pk: int) -> HttpResponse:
    return _pack(request, read.get_changeable_pack(request.user, pk))


def _pack(request: SignedInRequest, pack: Pack | None) -> HttpResponse:
    # An instance of its own: a form that is refused has changed the fields of what it was given.
    form = PackForm(request.POST or None, instance=Pack.objects.get(pk=pack.pk) if pack else None)
    if form.is_valid():
        data = form.cleaned_data
        try:
            saved = services.save_pack(pack=pack, name=data["name"], anchors=data["anchors"], head=request.user)
        except services.AnchorError as error:
            form.add_error("anchors", str(error))
        else:
            messages.success(request, _("The pack “%(pack)s” is saved.") % {"pack": saved.name})
            return redirect("reviews:anchors")
    return render(request, "reviews/anchor_pack.html", {"form": form, "pack": pack})


@require_POST
def retire_pack(request: SignedInRequest, pk: int) -> HttpResponse:
    try:
        retired = services.retire_pack(pack=read.get_changeable_pack(request.user, pk), head=request.user)
    except services.AnchorError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The pack “%(pack)s” is asked of nobody any more.") % {"pack": retired.name})
    return redirect("reviews:anchors")


@require_http_methods(["GET", "HEAD", "POST"])
def course_standard(request: SignedInRequest, course: int) -> HttpResponse:
    headed = get_headed_course(request.user, course)
    standard = CourseStandard.objects.filter(course=headed).first()
    packs = read.packs_of(headed)
    form = CourseStandardForm(request.POST or None, instance=standard, packs=packs)
    if form.is_valid():
        asked = services.ask(course=headed, head=request.user, **form.cleaned_data)
        told = {"course": headed, "pack": asked.pack if asked else ""}
        said = _("%(course)s asks for “%(pack)s”.") if asked else _("%(course)s asks for no standardisation.")
        messages.success(request, said % told)
        return redirect("courses:course", headed.pk)
    return render(request, "reviews/standard_course.html", {"form": form, "course": headed, "packs": packs})


def _agreed(performance: Performance) -> dict[str, object]:
    """What the form begins with: the agreed marks, else those that were released."""
    standing = getattr(performance, "anchor", None) or performance.result.rating
    marks: dict[str, object] = {f"criterion-{key}": mark for key, mark in standing.criteria.items()}
    return marks | {"level": standing.level, "note": getattr(standing, "note", "")}
