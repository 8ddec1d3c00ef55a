"""What is to be played: assignments, and the pieces they are about."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest

from ..access import get_taught_assignment, get_taught_course, require_teacher
from ..forms import AssignmentForm, PieceForm
from ..models import Assignment, Piece
from ..services import assignments


@require_http_methods(["GET", "HEAD", "POST"])
def new_assignment(request: SignedInRequest, pk: int) -> HttpResponse:
    return _assignment(request, Assignment(course=get_taught_course(request.user, pk)))


@require_http_methods(["GET", "HEAD", "POST"])
def edit_assignment(request: SignedInRequest, pk: int) -> HttpResponse:
    return _assignment(request, get_taught_assignment(request.user, pk))


def _assignment(request: SignedInRequest, assignment: Assignment) -> HttpResponse:
    form = AssignmentForm(request.POST or None, instance=assignment)
    if form.is_valid():
        saved = assignments.keep(assignment=assignment, by=request.user, **form.cleaned_data)
        messages.success(
            request, _("%(piece)s is set for %(course)s.") % {"piece": saved.piece, "course": saved.course}
        )
        return redirect("courses:course", saved.course_id)
    return render(request, "courses/assignment_form.html", {"form": form, "assignment": assignment})


@require_safe
def pieces(request: SignedInRequest) -> HttpResponse:
    require_teacher(request.user)
    return render(request, "courses/pieces.html", {"pieces": Piece.objects.all()})


@require_http_methods(["GET", "HEAD", "POST"])
def new_piece(request: SignedInRequest) -> HttpResponse:
    require_teacher(request.user)
    return _piece(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_piece(request: SignedInRequest, pk: int) -> HttpResponse:
    require_teacher(request.user)
    return _piece(request, get_object_or_404(Piece, pk=pk))


def _piece(request: SignedInRequest, piece: Piece | None) -> HttpResponse:
    form = PieceForm(request.POST or None, instance=piece)
    if form.is_valid():
        messages.success(request, _("%(name)s is saved.") % {"name": form.save()})
        return redirect("courses:pieces")
    return render(request, "courses/piece_form.html", {"form": form, "piece": piece})
