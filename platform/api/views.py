"""One class per operation; each fetches with permission and calls one service."""

import uuid
from typing import Any

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from grading.models import ModelVersion, Remark, TrainingRun
from grading.services import recipes, training
from grading.services.preconditions import preconditions
from grading.services.ratings import RatingError
from lab.access import get_dataset, get_run, require_admin
from reviews import marks as mark
from reviews.access import get_for_review
from reviews.desk import shown_autograde
from reviews.services import marking
from submissions.access import get_submission_for
from submissions.models import Submission

from . import errors, serializers

NOT_FOUND = OpenApiResponse(errors.ErrorBody, "nothing here that you may see")
REFUSED = OpenApiResponse(errors.ErrorBody, "refused, with a sentence")


def remarks_of(rating: str) -> "Prefetch[str, QuerySet[Remark], str]":
    """The remarks of ratings found by this path, with all that they name, in one query."""
    return Prefetch(f"{rating}__remarks", Remark.objects.select_related("technique", "spoken"))


class SignedInAsking(Request):
    """What the operations get: IsAuthenticated has let only people who are signed in through."""

    user: User


class Operation(APIView):
    request: SignedInAsking

    def get_exception_handler(self) -> Any:
        return errors.handle


class ListSubmissions(Operation, generics.ListAPIView[Submission]):
    """Your own recordings, those of the courses you teach, or all of them for an admin; the newest first."""

    serializer_class = serializers.SubmissionSerializer
    queryset = Submission.objects.none()

    def get_queryset(self) -> QuerySet[Submission]:
        visible = Submission.objects.visible_to(self.request.user)
        return visible.for_list().prefetch_related(remarks_of("performance__result__rating"))


class ShowSubmission(Operation):
    @extend_schema(responses={200: serializers.SubmissionWithEvidence, 404: NOT_FOUND})
    def get(self, request: SignedInAsking, pk: uuid.UUID) -> Response:
        """One recording."""
        submission = get_submission_for(request.user, pk)
        prefetch_related_objects([submission], remarks_of("performance__result__rating"))
        return Response(serializers.SubmissionWithEvidence(submission, context={"request": request}).data)


class RateSubmission(Operation):
    @extend_schema(
        request=serializers.RatingInput,
        responses={
            201: serializers.ReleasedSerializer,
            202: serializers.KeptSerializer,
            404: NOT_FOUND,
            409: REFUSED,
            422: REFUSED,
        },
    )
    def post(self, request: SignedInAsking, pk: uuid.UUID) -> Response:
        """Record a rating and release it to the student, once.

        Where two teachers mark a recording, the answer is 202 until another one has marked it too.
        """
        submission = get_for_review(request.user, pk)
        body = serializers.RatingInput(data=request.data)
        body.is_valid(raise_exception=True)
        given = dict(body.validated_data)
        seen = given.pop("autograde")
        try:
            released = marking.release(
                submission=submission,
                teacher=request.user,
                marks=mark.from_json(
                    given,
                    criteria=list(submission.assignment.rubric.criteria.all()),
                    duration=submission.performance.duration,
                ),
                autograde=shown_autograde(submission, seen),
                seen=given["replaces"],
            )
        except marking.AlreadyReleased as already:
            raise errors.Conflict(str(already), code="already_released") from already
        except (mark.MarksError, marking.NotReady, RatingError) as refusal:
            raise errors.Unprocessable(str(refusal)) from refusal
        if released.result is None:
            return Response(serializers.KeptSerializer(released.rating).data, status=status.HTTP_202_ACCEPTED)
        prefetch_related_objects([released.result], remarks_of("rating"))
        return Response(serializers.ReleasedSerializer(released.result).data, status=status.HTTP_201_CREATED)


class ListModels(Operation, generics.ListAPIView[ModelVersion]):
    """Every registered version; for admins."""

    serializer_class = serializers.ModelSerializer
    queryset = ModelVersion.objects.none()

    def get_queryset(self) -> QuerySet[ModelVersion]:
        require_admin(self.request.user)
        return ModelVersion.objects.defer("report", "card")


class TrainingRuns(Operation, generics.ListAPIView[TrainingRun]):
    """Trainings, the newest first; for admins."""

    serializer_class = serializers.TrainingRunSerializer
    queryset = TrainingRun.objects.none()

    def get_queryset(self) -> QuerySet[TrainingRun]:
        require_admin(self.request.user)
        return TrainingRun.objects.defer("log").select_related("start", "candidate").prefetch_related("jobs")

    @extend_schema(
        request=serializers.TrainingInput,
        responses={201: serializers.TrainingRunSerializer, 404: NOT_FOUND, 409: REFUSED},
    )
    def post(self, request: SignedInAsking) -> Response:
        """Start a training from the champion; refused where a precondition is missing, with its sentence."""
        require_admin(request.user)
        body = serializers.TrainingInput(data=request.data)
        body.is_valid(raise_exception=True)
        config = dict(body.validated_data)
        chosen = config.pop("dataset")
        dataset = get_dataset(request.user, chosen) if chosen is not None else None
        try:
            run = training.start(by=request.user, dataset=dataset, config=config, origin=training.Origin.API)
        except training.Refused as refusal:
            raise errors.Conflict(str(refusal), code="refused") from refusal
        return Response(serializers.TrainingRunSerializer(run).data, status=status.HTTP_201_CREATED)


class TrainingPreconditions(Operation):
    @extend_schema(
        parameters=[OpenApiParameter("depth", enum=recipes.DEPTHS), OpenApiParameter("dataset", int)],
        responses={200: serializers.PreconditionSerializer(many=True), 404: NOT_FOUND},
    )
    def get(self, request: SignedInAsking) -> Response:
        """What a training of this depth on this snapshot, or on the present labels, would lack."""
        require_admin(request.user)
        body = serializers.TrainingInput(data=request.query_params)
        body.is_valid(raise_exception=True)
        chosen = body.validated_data["dataset"]
        dataset = get_dataset(request.user, chosen) if chosen is not None else None
        found = preconditions(depth=body.validated_data["depth"], dataset=dataset)
        return Response([serializers.PreconditionSerializer(condition).data for condition in found])


class ShowTrainingRun(Operation):
    @extend_schema(responses={200: serializers.TrainingRunInFull, 404: NOT_FOUND})
    def get(self, request: SignedInAsking, pk: int) -> Response:
        """One training, with its log."""
        return Response(serializers.TrainingRunInFull(get_run(request.user, pk)).data)


class StopTrainingRun(Operation):
    @extend_schema(request=None, responses={200: serializers.TrainingRunSerializer, 404: NOT_FOUND, 409: REFUSED})
    def post(self, request: SignedInAsking, pk: int) -> Response:
        """Stop a training; nothing was changed by it, and it can go on later."""
        try:
            training.stop(run=get_run(request.user, pk), by=request.user)
        except training.Refused as refusal:
            raise errors.Conflict(str(refusal), code="refused") from refusal
        return Response(serializers.TrainingRunSerializer(get_run(request.user, pk)).data)


class ContinueTrainingRun(Operation):
    @extend_schema(request=None, responses={200: serializers.TrainingRunSerializer, 404: NOT_FOUND, 409: REFUSED})
    def post(self, request: SignedInAsking, pk: int) -> Response:
        """Take a training that was stopped or has failed up again, from its last checkpoint."""
        try:
            training.go_on(run=get_run(request.user, pk))
        except training.Refused as refusal:
            raise errors.Conflict(str(refusal), code="refused") from refusal
        return Response(serializers.TrainingRunSerializer(get_run(request.user, pk)).data)
