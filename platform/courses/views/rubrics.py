"""What is judged: the rubrics of the school. Every teacher reads them; heads of courses and admins edit them."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest
from core.history import told
from grading.models import Criterion, Rubric
from grading.models.grades import LEVELS

from .. import rubric_forms as forms
from ..access import get_rubric_for, get_rubric_to_edit, heads, require_head, require_teacher
from ..services import rubrics as services
from ..services.rubrics import Line, Sheet

EVENTS = 20


@require_safe
def rubrics(request: SignedInRequest) -> HttpResponse:
    require_teacher(request.user)
    rows = Rubric.objects.order_by("name").annotate(
        marked=Count("criteria", Q(criteria__retired=False), distinct=True), uses=Count("assignments", distinct=True)
    )
    return render(request, "courses/rubrics.html", {"rubrics": rows, "may_edit": heads(request.user)})


@require_safe
def rubric(request: SignedInRequest, pk: int) -> HttpResponse:
    rubric = get_rubric_for(request.user, pk)
    sheet = services.sheet_of(rubric)
    events = services.changes_of(rubric)[:EVENTS]
    context = {
        "rubric": rubric,
        "retired": [line for line in sheet.criteria if line.retired],
        "ratings": services.ratings_by(rubric),
        "events": [(event, told(event)) for event in events],
        "may_edit": heads(request.user),
    }
    return render(request, "courses/rubric.html", context | _preview(sheet))


@require_http_methods(["GET", "HEAD", "POST"])
def new_rubric(request: SignedInRequest) -> HttpResponse:
    require_head(request.user)
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_rubric(request: SignedInRequest, pk: int) -> HttpResponse:
    return _edit(request, get_rubric_to_edit(request.user, pk))


def _edit(request: SignedInRequest, rubric: Rubric | None) -> HttpResponse:
    """The buttons that add, move and preview send everything along and change nothing in the house."""
    if request.method != "POST":
        sheet = services.sheet_of(rubric) if rubric else Sheet(criteria=(Line(""),))
        return _page(request, rubric, *forms.opened(sheet, sheet.digest))
    whole, lines = forms.sent(request.POST)
    typed, act = forms.sheet_in(whole, lines), request.POST.get("act", "")
    seen = request.POST.get("seen", "")
    if act == "add":
        return _page(request, rubric, *forms.opened(replace(typed, criteria=(*typed.criteria, Line(""))), seen))
    if moves := forms.moves(act):
        moved = services.moved(typed, int(moves[1]), -1 if moves[0] == "up" else 1)
        return _page(request, rubric, *forms.opened(moved, seen))
    if not (whole.is_valid() and lines.is_valid()):
        return _page(request, rubric, whole, lines)
    if act == "preview":
        return _page(request, rubric, *forms.opened(typed, seen), preview=_preview(typed))
    return _keep(request, rubric, typed, seen)


def _keep(request: SignedInRequest, rubric: Rubric | None, typed: Sheet, seen: str) -> HttpResponse:
    try:
        if rubric is None:
            kept = services.add(sheet=typed, by=request.user)
        else:
            kept = services.change(rubric=rubric, sheet=typed, seen=seen, by=request.user)
    except services.RubricRefused as reason:
        return _page(request, rubric, *forms.opened(typed, seen), trouble=str(reason))
    except services.ChangedMeanwhile as changed:
        assert rubric is not None
        now = services.sheet_of(Rubric.objects.get(pk=rubric.pk))
        trouble = _("%(changed)s What you wrote stands below and is not saved.") % {"changed": changed}
        return _page(request, rubric, *forms.opened(typed, now.digest), trouble=trouble, theirs=True)
    messages.success(request, _("%(name)s is saved.") % {"name": kept})
    return redirect("courses:rubric", kept.pk)


def _page(
    request: SignedInRequest, rubric: Rubric | None, whole: forms.RubricForm, lines: forms.Criteria, **context: Any
) -> HttpResponse:
    """`preview`: how it would look; `trouble`: why it was not saved; `theirs`: because somebody else changed it."""
    used = {"ratings": services.ratings_by(rubric), "marks": services.marks_of(rubric)} if rubric else {}
    page = {"rubric": rubric, "form": whole, "lines": lines, **used, **context}
    return render(request, "courses/rubric_form.html", page)


def _preview(sheet: Sheet) -> dict[str, Any]:
    """The sheet as it stands on the desk: what is retired is left out."""
    return {
        "sheet": sheet,
        "levels": [(level, sheet.levels.get(str(level), "")) for level in LEVELS],
        "criteria": [
            (line, [(mark, line.bands.get(str(mark), "")) for mark in Criterion.MARKS])
            for line in sheet.criteria
            if not line.retired
        ],
    }
