"""Registered checkpoints. Exactly one per rubric is champion; the database itself forbids two."""

from pathlib import Path

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class ModelVersion(models.Model):
    class Stage(models.TextChoices):
        CANDIDATE = "candidate", _("candidate")
        CHAMPION = "champion", _("champion")
        ARCHIVED = "archived", _("archived")

    number = models.PositiveIntegerField(unique=True)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.CANDIDATE)
    digest = models.CharField(max_length=64, unique=True)
    # What it grades by; None for the general model, which grades what has no model of its own.
    rubric = models.ForeignKey(
        "grading.Rubric", null=True, blank=True, on_delete=models.PROTECT, related_name="versions"
    )
    # How it looks and listens, as the checkpoint says: {"picture", "sound", "clip", …}
    preparation = models.JSONField(default=dict, blank=True)
    # Since when it grades live work along, unseen.
    shadow_since = models.DateTimeField(null=True, blank=True)
    variant = models.CharField(max_length=80)
    starter = models.BooleanField(default=False)
    run = models.OneToOneField(
        "grading.TrainingRun", null=True, blank=True, on_delete=models.PROTECT, related_name="candidate"
    )
    # The report as ml.evaluate wrote it.
    report = models.JSONField(default=dict, blank=True)
    card = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-number",)
        constraints = [
            models.UniqueConstraint(
                fields=("rubric",),
                condition=models.Q(stage="champion"),
                nulls_distinct=False,
                name="one_champion_per_rubric",
            ),
            models.UniqueConstraint(
                fields=("rubric",),
                condition=models.Q(shadow_since__isnull=False),
                nulls_distinct=False,
                name="one_shadow_per_rubric",
            ),
            models.CheckConstraint(
                condition=models.Q(shadow_since__isnull=True) | models.Q(stage="candidate"),
                name="only_a_candidate_is_a_shadow",
            ),
        ]

    def __str__(self) -> str:
        return gettext("Version %(number)s") % {"number": self.number}

    @property
    def path(self) -> Path:
        return Path(settings.MODELS_ROOT) / f"{self.digest}.safetensors"


class Promotion(models.Model):
    """Who made which version champion, when and why. Append-only; a rollback is the same act."""

    version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="promotions")
    previous = models.ForeignKey(ModelVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.TextField(blank=True)
    # What the gate said of it then (grading.services.gate), {} where it was not asked.
    gate = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-at",)

    def __str__(self) -> str:
        return f"{self.version} on {self.at:%Y-%m-%d}"


class Calibration(models.Model):
    """How wide the intervals of a version are, learned from ratings that were given without its word."""

    version = models.ForeignKey(ModelVersion, on_delete=models.CASCADE, related_name="calibrations")
    quantile = models.FloatField(validators=[MinValueValidator(0.0)])
    # How many blind ratings, given since when, and the share of them that the intervals before this one held.
    ratings = models.PositiveIntegerField()
    since = models.DateTimeField()
    held = models.FloatField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-at",)

    def __str__(self) -> str:
        return f"{self.version}: {self.quantile:.2f} spreads, by {self.ratings} ratings"


class GateBounds(models.Model):
    """What a candidate may not do worse than, to pass. One row."""

    # By how much weighted kappa may fall: who says the middle of everybody is seldom far off and tells nobody apart.
    kappa_margin = models.FloatField(default=0.05, validators=[MinValueValidator(0.0), MaxValueValidator(1.0)])
    # Levels of mean absolute error by which a level, piece, course or device may get worse.
    group_margin = models.FloatField(default=0.5, validators=[MinValueValidator(0.0), MaxValueValidator(9.0)])
    # Recordings below which such a group is shown and decides nothing.
    group_fewest = models.PositiveSmallIntegerField(default=8, validators=[MinValueValidator(2)])
    # Expected calibration error, and how far the share of levels held may fall short of the promise.
    calibration = models.FloatField(default=0.15, validators=[MinValueValidator(0.0), MaxValueValidator(1.0)])
    coverage_slack = models.FloatField(default=0.05, validators=[MinValueValidator(0.0), MaxValueValidator(0.5)])
    # Levels of error that what sees no playing (controls) must be worse by.
    control_margin = models.FloatField(default=0.1, validators=[MinValueValidator(0.0), MaxValueValidator(9.0)])
    # Recordings below which the audit part says nothing.
    fewest = models.PositiveSmallIntegerField(default=20, validators=[MinValueValidator(2)])

    class Meta:
        verbose_name_plural = "gate bounds"

    def __str__(self) -> str:
        return f"at least {self.fewest} recordings, groups no worse than {self.group_margin} levels"

    @classmethod
    def current(cls) -> "GateBounds":
        return cls.objects.get_or_create(pk=1)[0]


class Alarm(models.Model):
    """Something that moved: what comes in, what the model says, how far it is from the teachers, what it promises."""

    class Kind(models.TextChoices):
        INPUT = "input", _("what comes in has changed")
        GRADES = "grades", _("what the model says has changed")
        RESIDUALS = "residuals", _("the model is further from the teachers")
        COVERAGE = "coverage", _("the intervals hold less than they promise")

    kind = models.CharField(max_length=10, choices=Kind)
    # What of it: 'device', 'loudness', a piece, a device's name.
    subject = models.CharField(max_length=200)
    # What was measured, for the sentence and the chart.
    numbers = models.JSONField(default=dict)
    raised_at = models.DateTimeField(default=timezone.now)
    # When it was quiet again.
    closed_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-raised_at",)
        constraints = [
            models.UniqueConstraint(
                fields=("kind", "subject"), condition=models.Q(closed_at__isnull=True), name="one_open_alarm"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.subject}"
