"""What is worked out about a recording when somebody asks, once, and kept."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from .jobs import Job


class Study(models.Model):
    """One question about a recording and its answer. The same question asked twice is one row, by its key."""

    class Kind(models.TextChoices):
        EXPLAIN = "explain", _("where the model looked and listened")
        ALIGN = "align", _("two recordings in step")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    performance = models.ForeignKey("grading.Performance", on_delete=models.CASCADE, related_name="studies")
    # The second recording of a comparison.
    other = models.ForeignKey("grading.Performance", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    # SHA-256 of everything the answer depends on: recordings, model, crop, stretch of time.
    key = models.CharField(max_length=64, unique=True)
    asked = models.JSONField(default=dict)
    answer = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-created_at",)
        verbose_name_plural = "studies"

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.performance_id}"

    @property
    def job(self) -> Job | None:
        return max(self.jobs.all(), key=lambda job: job.pk, default=None)
