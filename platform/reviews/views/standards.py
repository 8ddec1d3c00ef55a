"""A teacher's standardisation: which packs there are, a sitting with one, how near she was."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedInRequest
from courses.access import require_teacher
from courses.models import Course
from grading.models import Criterion

from .. import standards as read
from ..models import Standardisation
from ..requests import number
from ..services import standards as services
from ..standard_forms import LevelForm


@require_safe
def standards(request: SignedInRequest) -> HttpResponse:
    require_teacher(request.user)
    sittings = list(read.sittings_of(request.user))
    context = {
        "due": read.due(request.user),
        "open": {row.pack_id: row for row in sittings if row.finished_at is None},
        "packs": list(read.with_sizes(read.packs_for(request.user))),
        "finished": [read.sitting(row) for row in sittings if row.finished_at is not None][:10],
        "heads": request.user.is_admin or Course.objects.headed_by(request.user).exists(),
    }
    return render(request, "reviews/standards.html", context)


@require_POST
def begin(request: SignedInRequest, pack: int) -> HttpResponse:
    sitting = services.begin(pack=read.get_pack_to_take(request.user, pack), teacher=request.user)
    return redirect("reviews:standard_sitting", sitting.pk)


@require_safe
def sitting(request: SignedInRequest, pk: int) -> HttpResponse:
    return _page(request, read.sitting(read.get_own_sitting(request.user, pk)))


@require_POST
def grade(request: SignedInRequest, pk: int) -> HttpResponse:
    """The same recording sent twice is graded once; one that was taken out meanwhile is said to be so."""
    row = read.get_own_sitting(request.user, pk)
    anchor = row.pack.anchors.filter(pk=number(request.POST.get("anchor"))).select_related("performance").first()
    if anchor is None:
        messages.info(request, _("That recording is not in this pack any more. Go on with the next."))
        return redirect("reviews:standard_sitting", pk)
    form = LevelForm(request.POST, criteria=_criteria(row))
    if not form.is_valid():
        return _page(request, read.sitting(row), form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        services.grade(sitting=row, anchor=anchor, level=form.cleaned_data["level"], criteria=form.marks)
    except services.NotAsked as reason:
        messages.info(request, str(reason))
    return redirect("reviews:standard_sitting", pk)


@require_POST
def finish(request: SignedInRequest, pk: int) -> HttpResponse:
    try:
        services.finish(sitting=read.get_own_sitting(request.user, pk))
    except services.NotAsked as reason:
        messages.info(request, str(reason))
    return redirect("reviews:standard_sitting", pk)


def _criteria(row: Standardisation) -> list[Criterion]:
    return list(row.pack.rubric.criteria.filter(retired=False))


def _page(
    request: SignedInRequest, now: read.Sitting, *, form: LevelForm | None = None, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    context = {
        "sitting": now,
        "row": now.row,
        "anchor": now.left[0] if now.left else None,
        "latest": now.given[0] if now.given else None,
        "summary": now.summary,
        "form": form or LevelForm(criteria=_criteria(now.row)),
    }
    return render(request, "reviews/standard_sitting.html", context, status=status)
