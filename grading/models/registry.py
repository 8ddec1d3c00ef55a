"""Registered checkpoints. Exactly one is champion; the database itself forbids two."""

from pathlib import Path

from django.conf import settings
from django.db import models
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
            models.UniqueConstraint(fields=("stage",), condition=models.Q(stage="champion"), name="one_champion")
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
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-at",)

    def __str__(self) -> str:
        return f"{self.version} on {self.at:%Y-%m-%d}"
