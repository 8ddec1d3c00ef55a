"""One recorded performance of one piece: the media file, its facts, its state."""

import uuid
from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from grading.engine import Recording


class PerformanceQuerySet(models.QuerySet["Performance"]):
    def with_grade(self) -> "PerformanceQuerySet":
        """Everything a list of recordings shows, in one query however long the list."""
        return self.select_related("autograde__model", "result__rating")


class Performance(models.Model):
    class State(models.TextChoices):
        ARRIVED = "arrived", _("arrived")  # the file is here, whole
        PREPARED = "prepared", _("prepared")  # proxy, poster, peaks, mel picture and proposed crop exist
        GRADED = "graded", _("graded")  # at least one autograde exists for the present crop
        REFUSED = "refused", _("refused")  # not a performance; `trouble` says why
        FAILED = "failed", _("failed")  # we could not do our part; `trouble` says why

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    player = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="performances")
    piece = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State, default=State.ARRIVED)
    trouble = models.TextField(blank=True)
    # Where the uploaded file lies under MEDIA_ROOT; never served.
    source = models.CharField(max_length=200, blank=True)
    source_name = models.CharField(max_length=255, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    # Length of the proxy in seconds: the one time axis.
    duration = models.FloatField(null=True, blank=True)
    # {"x", "y", "width", "height": fractions of the upright picture, "upside_down": bool, "confidence": float}
    crop = models.JSONField(null=True, blank=True)
    crop_moved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # The grade that is shown: by the champion that looked last, of the present frame.
    autograde = models.ForeignKey(
        "grading.Autograde", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # The player's consent to training, kept here by accounts so that the engine room need not look up.
    may_train = models.BooleanField(default=False)
    # Likewise to be graded by a model; without it a teacher grades alone.
    may_grade = models.BooleanField(default=True)
    # What it is judged by. Without one, the general model grades it.
    rubric = models.ForeignKey(
        "grading.Rubric", null=True, blank=True, on_delete=models.SET_NULL, related_name="performances"
    )
    # A grade whose interval holds more whole levels than this waits for a person; None lets every grade stand.
    abstain_over = models.PositiveSmallIntegerField(null=True, blank=True)
    # What is asked of the recording before it counts (grading/checks.py): {check: 'off', 'warn' or 'refuse'}, and
    # {"shortest", "longest": seconds}. What was found: [{"check", "rule", "measured": {…}, "at": seconds or None}]
    checks = models.JSONField(default=dict, blank=True)
    findings = models.JSONField(default=list, blank=True)
    # With a warning it waits for the player's word until then, and counts from then on by itself.
    held_until = models.DateTimeField(null=True, blank=True)
    # From then on only the frame, the pictures of the sound and the features are kept.
    reduced_at = models.DateTimeField(null=True, blank=True)
    generated = models.BooleanField(default=False)
    # The name of the collection it was imported with; '' where it was handed in here.
    collection = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PerformanceQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        # Whether it can be played, is held, and which grade is shown, without the facts that make the row wide.
        indexes = [models.Index(fields=("id",), include=("state", "autograde", "held_until"), name="performance_shown")]

    def __str__(self) -> str:
        return f"{self.piece} ({self.created_at:%Y-%m-%d})" if self.created_at else self.piece

    @property
    def folder(self) -> Path:
        """Where what we made of the recording lies: proxy.mp4, poster.jpg, mel.png, peaks.json."""
        return Path(settings.MEDIA_ROOT) / "performances" / str(self.id)

    @property
    def source_path(self) -> Path:
        return Path(settings.MEDIA_ROOT) / self.source

    @property
    def is_playable(self) -> bool:
        return self.state in {self.State.PREPARED, self.State.GRADED} and self.reduced_at is None

    @property
    def recording(self) -> Recording:
        """What the model looks at and listens to. Only a prepared performance has it."""
        if self.crop is None or self.duration is None:
            raise ValueError(f"{self.pk} is not prepared yet.")
        return Recording(self.folder / "proxy.mp4", self.crop, self.duration, self.digest)
