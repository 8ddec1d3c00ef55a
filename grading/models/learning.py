"""Labelled data and the runs that learn from it."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .jobs import Job


class PlayerPart(models.Model):
    """The part of the data a player belongs to, for good: nobody ever moves from the audit part to training."""

    class Part(models.TextChoices):
        TRAIN = "train", _("training")
        VALIDATION = "validation", _("validation")
        AUDIT = "audit", _("audit")

    player = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="part")
    part = models.CharField(max_length=10, choices=Part)

    def __str__(self) -> str:
        return f"{self.player_id}: {self.part}"


class Dataset(models.Model):
    """An immutable snapshot of labelled performances, named by the digest of its manifest."""

    digest = models.CharField(max_length=64, unique=True)
    manifest = models.JSONField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"Dataset {self.pk} ({self.digest[:8]})"


class Example(models.Model):
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="examples")
    # A withdrawn recording leaves the row of the old snapshot behind, without the recording.
    performance = models.ForeignKey(
        "grading.Performance", null=True, on_delete=models.SET_NULL, related_name="examples"
    )
    rating = models.ForeignKey("grading.Rating", null=True, on_delete=models.SET_NULL, related_name="examples")
    level = models.FloatField()
    part = models.CharField(max_length=10, choices=PlayerPart.Part)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("dataset", "performance"), name="one_example_per_performance")]

    def __str__(self) -> str:
        return f"{self.performance_id}: level {self.level} ({self.part})"


class TrainingRun(models.Model):
    """One training with its config, progress, metrics and log. Its job row carries the lease."""

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="runs")
    start = models.ForeignKey("grading.ModelVersion", on_delete=models.PROTECT, related_name="descendants")
    config = models.JSONField(default=dict)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # [{"epoch", "loss", "mae", "qwk", "eta"}], one per epoch, in order
    history = models.JSONField(default=list)
    log = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return gettext("Training %(number)s") % {"number": self.pk}

    @property
    def job(self) -> Job | None:
        return max(self.jobs.all(), key=lambda job: job.pk, default=None)


class RetrainingPolicy(models.Model):
    """When the house trains by itself. One row."""

    enabled = models.BooleanField(default=False)
    min_new_labels = models.PositiveIntegerField(default=20, validators=[MinValueValidator(1)])
    every_hours = models.PositiveIntegerField(default=24, validators=[MinValueValidator(1)])

    class Meta:
        verbose_name_plural = "retraining policies"

    def __str__(self) -> str:
        return f"at least {self.min_new_labels} new labels, at most every {self.every_hours} hours"

    @classmethod
    def current(cls) -> "RetrainingPolicy":
        return cls.objects.get_or_create(pk=1)[0]
