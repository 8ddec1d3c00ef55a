"""The desk: one recording under a teacher's eyes and ears."""

import json
import uuid
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.requests import SignedInRequest
from grading.models import Criterion, Rating
from grading.services.ratings import RatingError
from submissions.models import Submission

from .. import desk as desks
from .. import marks as mark
from .. import standing
from ..access import get_for_review
from ..models import Draft
from ..requests import number
from ..services import drafts, marking
from ..ways import address, onward


@require_safe
def desk(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    return _desk(request, get_for_review(request.user, pk))


@require_http_methods(["GET", "HEAD", "PUT", "POST"])
def draft(request: SignedInRequest, pk: uuid.UUID) -> JsonResponse:
    """How the recording stands for this teacher, with a fresh token for a page whose own went stale; or a save."""
    submission = get_for_review(request.user, pk)
    if request.method in {"GET", "HEAD"}:
        newest = Draft.objects.filter(submission=submission, teacher=request.user).first()
        return JsonResponse(_newest(submission, request.user, newest) | {"token": get_token(request)})
    try:
        body = json.loads(request.body)
        version, typed = int(body["version"]), body.get("marks")
    except (KeyError, TypeError, ValueError):
        return JsonResponse({"sentence": _("The draft could not be read.")}, status=HTTPStatus.BAD_REQUEST)
    try:
        marks = mark.from_json(typed, criteria=_criteria(submission), duration=submission.performance.duration)
        kept = drafts.save(submission=submission, teacher=request.user, marks=marks, version=version)
    except drafts.DraftConflict as conflict:
        newer = {"sentence": str(conflict)} | _newest(submission, request.user, conflict.draft)
        return JsonResponse(newer, status=HTTPStatus.CONFLICT)
    except mark.MarksError as error:
        return JsonResponse({"sentence": str(error)}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    facts = standing.of(submission=submission, teacher=request.user)
    return JsonResponse({"version": kept.version, "sentence": _("Saved"), "standing": facts})


def _newest(submission: Submission, teacher: User, draft: Draft | None) -> dict[str, Any]:
    before = marking.latest(submission=submission, teacher=teacher)
    marks = desks.begun(draft, before, _criteria(submission))
    return {
        "teacher": teacher.pk,
        "version": draft.version if draft else 0,
        "marks": marks.to_json(),
        "standing": standing.of(submission=submission, teacher=teacher),
    }


@require_POST
def release(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """A script asks for JSON, so that an expired sign-in or a lost connection costs no word; a form gets pages."""
    submission = get_for_review(request.user, pk)
    course = number(request.POST.get("course"))
    by_script = request.accepts("application/json") and not request.accepts("text/html")
    marks = mark.Marks()
    try:
        marks = mark.from_form(request.POST, criteria=_criteria(submission), duration=submission.performance.duration)
        released = marking.release(
            submission=submission,
            teacher=request.user,
            marks=marks,
            autograde=desks.shown_autograde(submission, number(request.POST.get("autograde"))),
            seen=number(request.POST.get("seen")),
        )
    except marking.AlreadyReleased as already:
        if already.rating is None or already.rating.rater_id != request.user.pk:
            return _released_by_another(request, submission, str(already), by_script=by_script)
        messages.info(request, _("This recording was already released."))
        to = onward(request, course)
    except (mark.MarksError, marking.NotReady, RatingError) as error:
        if by_script:
            return JsonResponse({"sentence": str(error)}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        return _desk(request, submission, trouble=str(error), typed=marks, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    else:
        messages.success(request, _said(submission, released))
        blind = _reveals(submission, released)
        to = address("reviews:reveal", course, pk) if blind else onward(request, course)
    return JsonResponse({"to": to}) if by_script else redirect(to)


def _released_by_another(
    request: SignedInRequest, submission: Submission, sentence: str, *, by_script: bool
) -> HttpResponse:
    sentence = _("%(refused)s Nothing of yours was released; please look again.") % {"refused": sentence}
    if by_script:
        facts = standing.of(submission=submission, teacher=request.user)
        return JsonResponse({"sentence": sentence, "standing": facts}, status=HTTPStatus.CONFLICT)
    messages.error(request, sentence)
    return redirect("reviews:desk", pk=submission.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def reveal(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What the model says of a recording that this teacher rated blind; letting it stand goes on to the next."""
    submission = get_for_review(request.user, pk)
    rating = desks.blind_rating(submission, request.user)
    if rating is None or rating.autograde is None:
        raise Http404
    if request.method == "POST":
        return redirect(onward(request, number(request.POST.get("course"))))
    course = number(request.GET.get("course"))
    context = {
        "submission": submission,
        "rating": rating,
        "difference": desks.difference(rating.level, rating.autograde.rounded),
        "course": course,
        "desk": address("reviews:desk", course, pk),
    }
    return render(request, "reviews/desk_reveal.html", context)


def _said(submission: Submission, released: marking.Released) -> str:
    level, result = released.rating.level, released.result
    told = {"student": submission.student, "level": level, "released": result.level if result else None}
    if released.rating.purpose == Rating.Purpose.AUDIT:
        return _("Your level %(level)s is kept: it checks the model, and changes nothing for %(student)s.") % told
    if result is None:
        kept = _("Your level %(level)s is kept. %(student)s sees a result when another teacher has marked it too.")
        return kept % told
    if answered := _answered(submission, level):
        return answered
    if result.rating_id == released.rating.pk:
        return _("Released: %(student)s can now see your level %(level)s.") % told
    agrees = _("Released: %(student)s can now see level %(released)s. Your level %(level)s agrees with it.")
    return agrees % told


def _answered(submission: Submission, level: int) -> str:
    """What an appeal came to; nothing where none was open when the page was asked for."""
    appeal = getattr(submission, "appeal", None)
    if appeal is None or appeal.decided_at is not None or appeal.about is None:
        return ""
    told = {"student": submission.student, "was": appeal.about.level, "level": level}
    if appeal.about.level == level:
        return _("Answered: it stays at level %(level)s. %(student)s reads why.") % told
    return _("Answered: it was level %(was)s and is level %(level)s now. %(student)s reads why.") % told


def _reveals(submission: Submission, released: marking.Released) -> bool:
    """Whether there is something to see now that the teacher has rated it: what the model says of a blind recording."""
    rating = released.rating
    told = rating.purpose != Rating.Purpose.AUDIT and submission.blind
    return told and rating.autograde is not None and not rating.autograde_visible


def _desk(
    request: SignedInRequest,
    submission: Submission,
    *,
    trouble: str = "",
    typed: mark.Marks | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    draft = Draft.objects.filter(submission=submission, teacher=request.user).first()
    context = desks.context(submission=submission, teacher=request.user, draft=draft, typed=typed)
    context |= {"trouble": trouble, "course": number(request.GET.get("course") or request.POST.get("course"))}
    return render(request, "reviews/desk.html", context, status=status)


def _criteria(submission: Submission) -> list[Criterion]:
    return list(submission.assignment.rubric.criteria.all())
