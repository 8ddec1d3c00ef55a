"""The desk: one recording under a teacher's eyes and ears."""

import json
import uuid
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import SignedInRequest
from grading.models import Criterion
from grading.services.ratings import RatingError
from submissions.models import Submission

from .. import desk as desks
from .. import marks as mark
from .. import queries
from ..access import get_for_review
from ..models import Draft
from ..requests import number
from ..services import drafts, marking


@require_safe
def desk(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    return _desk(request, get_for_review(request.user, pk))


@require_http_methods(["PUT", "POST"])
def draft(request: SignedInRequest, pk: uuid.UUID) -> JsonResponse:
    submission = get_for_review(request.user, pk)
    try:
        body = json.loads(request.body)
        version = int(body["version"])
        marks = mark.from_json(
            body.get("marks"), criteria=_criteria(submission), duration=submission.performance.duration
        )
        kept = drafts.save(submission=submission, teacher=request.user, marks=marks, version=version)
    except drafts.DraftConflict as conflict:
        return JsonResponse({"sentence": str(conflict)}, status=HTTPStatus.CONFLICT)
    except mark.MarksError as error:
        return JsonResponse({"sentence": str(error)}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except (KeyError, TypeError, ValueError):
        return JsonResponse({"sentence": "The draft could not be read."}, status=HTTPStatus.BAD_REQUEST)
    return JsonResponse({"version": kept.version, "sentence": "Saved"})


@require_POST
def release(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    submission = get_for_review(request.user, pk)
    course = number(request.POST.get("course"))
    shown = number(request.POST.get("autograde"))
    marks = mark.Marks()
    try:
        marks = mark.from_form(request.POST, criteria=_criteria(submission), duration=submission.performance.duration)
        released = marking.release(
            submission=submission,
            teacher=request.user,
            marks=marks,
            autograde=desks.shown_autograde(submission, shown),
            seen=number(request.POST.get("seen")),
        )
    except marking.AlreadyReleased as already:
        if already.rating is None or already.rating.rater_id != request.user.pk:
            messages.error(request, f"{already} Nothing of yours was released; please look again.")
            return redirect("reviews:desk", pk=pk)
        messages.info(request, "This recording was already released.")
    except (mark.MarksError, marking.NotReady, RatingError) as error:
        return _desk(request, submission, trouble=str(error), typed=marks, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    else:
        messages.success(request, _said(submission, released))
        if _reveals(submission, released):
            return redirect(_address("reviews:desk", course, pk))
    return _to_next(request, submission, course)


def _said(submission: Submission, released: marking.Released) -> str:
    level, result = released.rating.level, released.result
    if result is None:
        return f"Your level {level} is kept. {submission.student} sees a result when another teacher has marked it too."
    if result.rating_id == released.rating.pk:
        return f"Released: {submission.student} can now see your level {level}."
    return f"Released: {submission.student} can now see level {result.level}. Your level {level} agrees with it."


def _reveals(submission: Submission, released: marking.Released) -> bool:
    """Whether there is something to see now that the teacher has rated it: what the model says of a blind recording."""
    rating = released.rating
    return submission.blind and rating.autograde is not None and not rating.autograde_visible


def _to_next(request: SignedInRequest, submission: Submission, course: int | None) -> HttpResponse:
    following = queries.next_for(request.user, after=submission, course=course)
    if following is None:
        messages.info(request, "That was the last one in the queue.")
        return redirect(_address("reviews:queue", course))
    return redirect(_address("reviews:desk", course, following.pk))


def _address(name: str, course: int | None, *args: object) -> str:
    """A page that goes on within the course that was chosen in the queue."""
    return desks.address(name, *args) + (f"?course={course}" if course else "")


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
