"""What the API says and takes. Rules live in the services; here are only shapes."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from grading.models import Autograde, Criterion, ModelVersion, Rating, Remark, Result, Spoken, TrainingRun
from grading.models.grades import LEVELS
from grading.services import recipes
from grading.services.preconditions import Precondition, State
from submissions.models import Submission
from submissions.standing import standing


class AutogradeSerializer(serializers.ModelSerializer[Autograde]):
    model = serializers.IntegerField(source="model.number", help_text="number of the model version")
    starter = serializers.BooleanField(source="model.starter", help_text="it has never seen a real student")
    abstained = serializers.BooleanField(
        help_text="the interval is wider than the course allows: a teacher decides, and the student sees none before"
    )

    class Meta:
        model = Autograde
        fields: tuple[str, ...] = (
            "id",
            "model",
            "starter",
            "level",
            "low",
            "high",
            "abstained",
            "visual",
            "aural",
            "fused",
            "created_at",
        )


class EvidenceSerializer(AutogradeSerializer):
    """With what the model says of each stretch of time, in seconds of the proxy."""

    class Meta(AutogradeSerializer.Meta):
        fields = (*AutogradeSerializer.Meta.fields, "windows")


class RemarkSerializer(serializers.ModelSerializer[Remark]):
    """As RemarkInput takes it, and what a reader needs besides."""

    technique_name = serializers.CharField(source="technique.name", default="")
    sound = serializers.SerializerMethodField(help_text="where a spoken remark is heard; null until it can be played")

    class Meta:
        model = Remark
        fields = ("start", "end", "text", "mark", "criterion", "technique", "technique_name", "spoken", "sound")

    def get_sound(self, remark: Remark) -> str | None:
        playable = remark.spoken is not None and remark.spoken.state == Spoken.State.READY
        return reverse("reviews:spoken_sound", args=[remark.spoken_id]) if playable else None


class ResultSerializer(serializers.ModelSerializer[Result]):
    level = serializers.IntegerField(help_text="the teacher's level: it always wins over the model's")
    criteria = serializers.DictField(source="rating.criteria", child=serializers.IntegerField())
    comment = serializers.CharField(source="rating.comment")
    remarks = RemarkSerializer(source="rating.remarks", many=True)

    class Meta:
        model = Result
        fields: tuple[str, ...] = ("level", "rule", "criteria", "comment", "remarks", "released_at")


class SubmissionSerializer(serializers.ModelSerializer[Submission]):
    """One recording as this person may see it; `autograde` is null where the course does not show it yet or the model
    leaves it to a teacher, `result` too where this person may answer an appeal against it."""

    student = serializers.CharField(source="student.name")
    course = serializers.CharField(source="assignment.course.name")
    piece = serializers.CharField(source="assignment.piece.title")
    composer = serializers.CharField(source="assignment.piece.composer")
    state = serializers.CharField(source="performance.state")
    trouble = serializers.CharField(source="performance.trouble")
    again = serializers.CharField(help_text="why a teacher asks for another recording instead of this one, if one does")
    duration = serializers.FloatField(source="performance.duration", allow_null=True, help_text="seconds")
    generated = serializers.BooleanField(source="performance.generated")
    autograde = serializers.SerializerMethodField()
    result = serializers.SerializerMethodField()

    class Meta:
        model = Submission
        fields = (
            "id",
            "student",
            "course",
            "piece",
            "composer",
            "attempt",
            "state",
            "trouble",
            "again",
            "duration",
            "generated",
            "created_at",
            "autograde",
            "result",
        )

    @extend_schema_field(AutogradeSerializer(allow_null=True))
    def get_autograde(self, submission: Submission) -> dict[str, Any] | None:
        autograde = self.seen(submission)
        return AutogradeSerializer(autograde).data if autograde else None

    def seen(self, submission: Submission) -> Autograde | None:
        return standing(submission, self.context["request"].user).autograde

    @extend_schema_field(ResultSerializer(allow_null=True))
    def get_result(self, submission: Submission) -> dict[str, Any] | None:
        result = standing(submission, self.context["request"].user).result
        return ResultSerializer(result).data if result else None


class SubmissionWithEvidence(SubmissionSerializer):
    @extend_schema_field(EvidenceSerializer(allow_null=True))
    def get_autograde(self, submission: Submission) -> dict[str, Any] | None:
        autograde = self.seen(submission)
        return EvidenceSerializer(autograde).data if autograde else None


class RemarkInput(serializers.Serializer[Any]):
    start = serializers.FloatField(min_value=0, help_text="seconds of the proxy")
    end = serializers.FloatField(min_value=0, required=False, allow_null=True, default=None)
    text = serializers.CharField(
        max_length=4000, required=False, allow_blank=True, default="", help_text="may be empty where it is spoken"
    )
    mark = serializers.ChoiceField(Remark.Mark.choices, required=False, allow_blank=True, default="")
    criterion = serializers.CharField(
        required=False, allow_blank=True, default="", help_text="the key of a criterion of the rubric"
    )
    technique = serializers.IntegerField(
        required=False, allow_null=True, default=None, help_text="of the school's vocabulary"
    )
    spoken = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="of what you spoke about this recording"
    )


class RatingInput(serializers.Serializer[Any]):
    level = serializers.IntegerField(min_value=LEVELS[0], max_value=LEVELS[-1])
    criteria = serializers.DictField(
        child=serializers.IntegerField(min_value=Criterion.MARKS[0], max_value=Criterion.MARKS[-1]),
        required=False,
        default=dict,
    )
    comment = serializers.CharField(required=False, allow_blank=True, default="", max_length=4000)
    reason = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=4000,
        help_text="needed where the level lies outside the interval of the autograde that was seen",
    )
    answer = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=4000, help_text="needed where the student has appealed"
    )
    remarks = RemarkInput(many=True, required=False, default=list)
    autograde = serializers.IntegerField(
        required=False, allow_null=True, default=None, help_text="id of the autograde that the rater saw, if any"
    )
    replaces = serializers.IntegerField(
        required=False,
        allow_null=True,
        default=None,
        help_text="id of the rating that was released before, or of your own that waits; null for the first",
    )


class ReleasedSerializer(ResultSerializer):
    rating = serializers.IntegerField(source="rating_id", help_text="what `replaces` names when it is released again")

    class Meta(ResultSerializer.Meta):
        fields = ("rating", *ResultSerializer.Meta.fields)


class KeptSerializer(serializers.ModelSerializer[Rating]):
    """A rating that is kept, but not released: another teacher is still to mark the recording."""

    rating = serializers.IntegerField(source="pk", help_text="what `replaces` names when you rate it again")
    result = serializers.SerializerMethodField(help_text="always null here")

    class Meta:
        model = Rating
        fields = ("rating", "level", "result")

    def get_result(self, rating: Rating) -> None:
        return None


class ModelSerializer(serializers.ModelSerializer[ModelVersion]):
    class Meta:
        model = ModelVersion
        fields = ("number", "stage", "variant", "starter", "digest", "created_at")


class TrainingRunSerializer(serializers.ModelSerializer[TrainingRun]):
    state = serializers.SerializerMethodField()
    start = serializers.IntegerField(source="start.number", help_text="number of the version it starts from")
    candidate = serializers.IntegerField(source="candidate.number", default=None, allow_null=True)

    class Meta:
        model = TrainingRun
        fields: tuple[str, ...] = (
            "id",
            "dataset",
            "start",
            "state",
            "candidate",
            "origin",
            "config",
            "code_version",
            "hardware",
            "history",
            "created_at",
        )

    def get_state(self, run: TrainingRun) -> str:
        return run.job.state if run.job else "failed"


class TrainingRunInFull(TrainingRunSerializer):
    """With what a follower of the run reads."""

    start_digest = serializers.CharField(source="start.digest", help_text="SHA-256 of the weights it starts from")
    fraction = serializers.SerializerMethodField(help_text="how much of it is done, 0 to 1")
    trouble = serializers.SerializerMethodField(help_text="why it ended before its time, if it did")

    class Meta(TrainingRunSerializer.Meta):
        fields = (*TrainingRunSerializer.Meta.fields, "start_digest", "fraction", "trouble", "log")

    def get_fraction(self, run: TrainingRun) -> float:
        return run.job.fraction if run.job else 0.0

    def get_trouble(self, run: TrainingRun) -> str:
        return run.job.error if run.job else ""


def _chosen(name: str, help_text: str) -> serializers.IntegerField:
    bounds = recipes.CHOICES[name]
    return serializers.IntegerField(
        required=False, min_value=bounds.low, max_value=bounds.high, help_text=f"{help_text}; as usual where not given"
    )


class TrainingInput(serializers.Serializer[Any]):
    dataset = serializers.IntegerField(
        required=False, allow_null=True, default=None, help_text="a snapshot; without one the present labels are frozen"
    )
    depth = serializers.ChoiceField(
        recipes.DEPTHS, required=False, default=recipes.HEADS, help_text="the heads alone, or the whole network"
    )
    epochs = _chosen("epochs", "times through the labels")
    seed = _chosen("seed", "the same seed gives the same model")
    batch = _chosen("batch", "recordings of one step")
    accumulate = _chosen("accumulate", "pieces that a step is divided into (whole)")
    clips = _chosen("clips", "drawn from a recording for one step (whole)")


class PreconditionSerializer(serializers.Serializer[Precondition]):
    name = serializers.CharField()
    state = serializers.ChoiceField([state.value for state in State], help_text="'missing' refuses a training")
    sentence = serializers.CharField()
