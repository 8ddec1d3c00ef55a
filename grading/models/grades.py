"""Rubrics, what the model said (Autograde), what a person said (Rating), and what was released (Result)."""

import uuid
from pathlib import Path

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LEVELS = range(1, 11)
level_bounds = [MinValueValidator(LEVELS[0]), MaxValueValidator(LEVELS[-1])]


class Rubric(models.Model):
    name = models.CharField(max_length=120, unique=True)
    description = models.TextField(blank=True)
    # {"1": what level 1 sounds and looks like, … "10"}; a level may lack its words
    levels = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return self.name


class Criterion(models.Model):
    """What a teacher marks beside the level, from 1 (not yet) to 5 (fully there)."""

    MARKS = range(1, 6)

    rubric = models.ForeignKey(Rubric, on_delete=models.CASCADE, related_name="criteria")
    key = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    descriptor = models.TextField(blank=True)
    # {"1": what a mark of 1 means here, … "5"}; a band may lack its words
    bands = models.JSONField(default=dict, blank=True)
    weight = models.FloatField(default=1.0, validators=[MinValueValidator(0.0)])
    order = models.PositiveSmallIntegerField(default=0)
    # Marked no more, kept because ratings name it.
    retired = models.BooleanField(default=False)

    class Meta:
        ordering = ("rubric", "order", "id")
        verbose_name_plural = "criteria"
        constraints = [models.UniqueConstraint(fields=("rubric", "key"), name="one_key_per_rubric")]

    def __str__(self) -> str:
        return self.name


class ExpectedLevel(models.Func):
    """The mean of a stored distribution over levels: its first probability is that of level 1."""

    template = "(" + " + ".join(f"(%(expressions)s -> {level - 1})::float8 * {level}" for level in LEVELS) + ")"
    output_field = models.FloatField()


class AutogradeQuerySet(models.QuerySet["Autograde"]):
    def by_champions(self) -> "AutogradeQuerySet":
        """Said by a version that was champion then: all that anybody outside the lab may see."""
        return self.filter(shadow=False)

    def by_shadows(self) -> "AutogradeQuerySet":
        """Said by a candidate that graded along, for the lab alone."""
        return self.filter(shadow=True)


class Autograde(models.Model):
    """What one ModelVersion said of one Performance. Immutable."""

    performance = models.ForeignKey("grading.Performance", on_delete=models.CASCADE, related_name="autogrades")
    model = models.ForeignKey("grading.ModelVersion", on_delete=models.PROTECT, related_name="autogrades")
    # The crop it looked at, and a digest of it: one grade per model, recording and crop.
    crop = models.JSONField()
    crop_digest = models.CharField(max_length=64)
    # Ten probabilities each, level 1 first.
    visual = models.JSONField()
    aural = models.JSONField()
    fused = models.JSONField()
    # What picture and sound say alone. The database keeps them, so that ten thousand can be put in order.
    by_sight = models.GeneratedField(
        expression=ExpectedLevel("visual"), output_field=models.FloatField(), db_persist=True
    )
    by_ear = models.GeneratedField(expression=ExpectedLevel("aural"), output_field=models.FloatField(), db_persist=True)
    level = models.FloatField(validators=level_bounds)
    low = models.PositiveSmallIntegerField(validators=level_bounds)
    high = models.PositiveSmallIntegerField(validators=level_bounds)
    # [{"start", "end": seconds of the proxy, "visual", "aural", "fused", "low", "high": levels}]
    windows = models.JSONField(default=list)
    device = models.CharField(max_length=80)
    seconds = models.FloatField()
    # When the model was chosen that was to grade: it was champion then, or, with `shadow`, stood beside the champion.
    started_at = models.DateTimeField(default=timezone.now)
    # Of a candidate that grades along unseen; never the grade that a student is shown.
    shadow = models.BooleanField(default=False)
    # The interval is wider than the course allows, so a person decides and nobody is shown a level before.
    abstained = models.BooleanField(default=False)
    # Where the width of the interval came from, if not from the checkpoint itself.
    calibration = models.ForeignKey(
        "grading.Calibration", null=True, blank=True, on_delete=models.SET_NULL, related_name="autogrades"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AutogradeQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        constraints = [
            models.UniqueConstraint(
                fields=("performance", "model", "crop_digest", "shadow"), name="one_autograde_per_model_and_crop"
            )
        ]
        # What a queue of ten thousand weighs, without the distributions and windows that make the row wide.
        indexes = [
            models.Index(
                fields=("id",),
                include=("level", "low", "high", "by_sight", "by_ear", "abstained"),
                name="autograde_weighed",
            )
        ]

    def __str__(self) -> str:
        return f"level {self.rounded}, between {self.low} and {self.high}"

    @property
    def rounded(self) -> int:
        return round(self.level)


class Rating(models.Model):
    """What one person said of one Performance. Append-only: a second thought is a second row."""

    class Purpose(models.TextChoices):
        FIRST = "first", _("marking")
        SECOND = "second", _("second marking")
        THIRD = "third", _("settling a difference")
        APPEAL = "appeal", _("answering an appeal")
        STANDARD = "standard", _("standardisation")
        AUDIT = "audit", _("checking the model")

    performance = models.ForeignKey("grading.Performance", on_delete=models.CASCADE, related_name="ratings")
    rater = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="ratings")
    level = models.PositiveSmallIntegerField(validators=level_bounds)
    # {criterion key: mark from 1 to 5}
    criteria = models.JSONField(default=dict, blank=True)
    comment = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    autograde = models.ForeignKey(Autograde, null=True, blank=True, on_delete=models.RESTRICT, related_name="ratings")
    autograde_visible = models.BooleanField()
    purpose = models.CharField(max_length=10, choices=Purpose, default=Purpose.FIRST)
    # Accepted together with others, from the page that shows their highlights.
    batch = models.BooleanField(default=False)
    # Where it was given if not here: the name of an imported collection.
    source = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"level {self.level} by {self.rater}"


class Technique(models.Model):
    """A word of the school's vocabulary for what hands do: wrist rotation, thumb under, legato pedal."""

    name = models.CharField(max_length=80, unique=True)
    order = models.PositiveSmallIntegerField(default=0)
    retired = models.BooleanField(default=False)

    class Meta:
        ordering = ("order", "name")

    def __str__(self) -> str:
        return self.name


class Spoken(models.Model):
    """A remark that was spoken into the microphone. What was sent is never served, only what a worker made of it."""

    class State(models.TextChoices):
        ARRIVED = "arrived", _("arrived")
        READY = "ready", _("ready")
        REFUSED = "refused", _("refused")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    performance = models.ForeignKey("grading.Performance", on_delete=models.CASCADE, related_name="spoken")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.ARRIVED)
    trouble = models.TextField(blank=True)
    seconds = models.FloatField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"Spoken by {self.author}"

    @property
    def source_path(self) -> Path:
        """What the browser recorded."""
        return Path(settings.MEDIA_ROOT) / "sources" / f"spoken-{self.id}"

    @property
    def path(self) -> Path:
        return self.performance.folder / "spoken" / f"{self.id}.m4a"


class Remark(models.Model):
    """A comment on a moment or a stretch of time, in seconds of the proxy: written, spoken, or both."""

    class Mark(models.TextChoices):
        GOOD = "good", _("well done")
        LOOK = "look", _("look here")
        MISTAKE = "mistake", _("mistake")
        TECHNIQUE = "technique", _("technique")

    rating = models.ForeignKey(Rating, on_delete=models.CASCADE, related_name="remarks")
    start = models.FloatField(validators=[MinValueValidator(0.0)])
    end = models.FloatField(null=True, blank=True)
    text = models.TextField(blank=True)
    mark = models.CharField(max_length=10, choices=Mark, blank=True)
    # The key of a criterion of the rubric, as in Rating.criteria.
    criterion = models.CharField(max_length=40, blank=True)
    technique = models.ForeignKey(Technique, null=True, blank=True, on_delete=models.SET_NULL, related_name="remarks")
    spoken = models.ForeignKey(Spoken, null=True, blank=True, on_delete=models.SET_NULL, related_name="remarks")

    class Meta:
        ordering = ("start", "id")

    def __str__(self) -> str:
        return self.text or "spoken"


class Abstention(models.Model):
    """A teacher who gives no level, and why. An unusable recording goes back to the student, to be played again."""

    class Kind(models.TextChoices):
        UNUSABLE = "unusable", _("the recording cannot be judged")
        CONFLICT = "conflict", _("somebody else should judge it")

    performance = models.ForeignKey("grading.Performance", on_delete=models.CASCADE, related_name="abstentions")
    rater = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="abstentions")
    kind = models.CharField(max_length=10, choices=Kind)
    reason = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-created_at",)
        constraints = [models.UniqueConstraint(fields=("performance", "rater"), name="one_abstention_per_rater")]

    def __str__(self) -> str:
        return f"{self.rater} abstained: {self.get_kind_display()}"


class Result(models.Model):
    """What was released to the student, and by which rule: the human's value wins over the model's, always."""

    class Rule(models.TextChoices):
        ACCEPTED = "accepted", _("the teacher agreed with the model")
        OVERRIDDEN = "overridden", _("the teacher's level replaces the model's")
        TEACHER = "teacher", _("the teacher's level; the model gave none")
        AGREED = "agreed", _("two teachers agreed; the first one's level stands")
        SETTLED = "settled", _("a third teacher settled the difference of two")
        APPEALED = "appealed", _("an independent teacher answered an appeal")

    performance = models.OneToOneField("grading.Performance", on_delete=models.CASCADE, related_name="result")
    rating = models.OneToOneField(Rating, on_delete=models.RESTRICT, related_name="result")
    rule = models.CharField(max_length=12, choices=Rule)
    released_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"level {self.level} ({self.rule})"

    @property
    def level(self) -> int:
        return self.rating.level


class UsualLevel(models.Model):
    """The mean of the levels released to one player; `ratings.release` keeps it, for queues that weigh a surprise."""

    player = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="usual"
    )
    level = models.FloatField()
    results = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.player}: {self.level:.1f} over {self.results}"
