"""Rubrics, what the model said (Autograde), what a person said (Rating), and what was released (Result)."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

LEVELS = range(1, 11)
level_bounds = [MinValueValidator(LEVELS[0]), MaxValueValidator(LEVELS[-1])]


class Rubric(models.Model):
    name = models.CharField(max_length=120, unique=True)
    description = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name


class Criterion(models.Model):
    """What a teacher marks beside the level, from 1 (not yet) to 5 (fully there)."""

    MARKS = range(1, 6)

    rubric = models.ForeignKey(Rubric, on_delete=models.CASCADE, related_name="criteria")
    key = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    descriptor = models.TextField(blank=True)
    weight = models.FloatField(default=1.0, validators=[MinValueValidator(0.0)])
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("rubric", "order", "id")
        verbose_name_plural = "criteria"
        constraints = [models.UniqueConstraint(fields=("rubric", "key"), name="one_key_per_rubric")]

    def __str__(self) -> str:
        return self.name


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
    level = models.FloatField(validators=level_bounds)
    low = models.PositiveSmallIntegerField(validators=level_bounds)
    high = models.PositiveSmallIntegerField(validators=level_bounds)
    # [{"start", "end": seconds of the proxy, "visual", "aural", "fused", "low", "high": levels}]
    windows = models.JSONField(default=list)
    device = models.CharField(max_length=80)
    seconds = models.FloatField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-created_at",)
        constraints = [
            models.UniqueConstraint(
                fields=("performance", "model", "crop_digest"), name="one_autograde_per_model_and_crop"
            )
        ]

    def __str__(self) -> str:
        return f"level {self.rounded}, between {self.low} and {self.high}"

    @property
    def rounded(self) -> int:
        return round(self.level)


class Rating(models.Model):
    """What one person said of one Performance. Append-only: a second thought is a second row."""

    performance = models.ForeignKey("grading.Performance", on_delete=models.CASCADE, related_name="ratings")
    rater = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="ratings")
    level = models.PositiveSmallIntegerField(validators=level_bounds)
    # {criterion key: mark from 1 to 5}
    criteria = models.JSONField(default=dict, blank=True)
    comment = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    autograde = models.ForeignKey(Autograde, null=True, blank=True, on_delete=models.RESTRICT, related_name="ratings")
    autograde_visible = models.BooleanField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"level {self.level} by {self.rater}"


class Remark(models.Model):
    """A comment on a moment or a stretch of time, in seconds of the proxy."""

    rating = models.ForeignKey(Rating, on_delete=models.CASCADE, related_name="remarks")
    start = models.FloatField(validators=[MinValueValidator(0.0)])
    end = models.FloatField(null=True, blank=True)
    text = models.TextField()

    class Meta:
        ordering = ("start", "id")

    def __str__(self) -> str:
        return self.text


class Result(models.Model):
    """What was released to the student, and by which rule: the human's value wins over the model's, always."""

    class Rule(models.TextChoices):
        ACCEPTED = "accepted", "the teacher agreed with the model"
        OVERRIDDEN = "overridden", "the teacher's level replaces the model's"
        TEACHER = "teacher", "the teacher's level; the model gave none"

    performance = models.OneToOneField("grading.Performance", on_delete=models.CASCADE, related_name="result")
    rating = models.OneToOneField(Rating, on_delete=models.RESTRICT, related_name="result")
    rule = models.CharField(max_length=12, choices=Rule)
    released_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"level {self.level} ({self.rule})"

    @property
    def level(self) -> int:
        return self.rating.level
