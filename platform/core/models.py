"""The history of the house: who did what, when, and what it was before. Append-only, by the database itself."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext


class EventQuerySet(models.QuerySet["Event"]):
    def about(self, performance: Any) -> "EventQuerySet":
        return self.filter(performance=performance)

    def of_course(self, course: int) -> "EventQuerySet":
        return self.filter(course=course)


class Event(models.Model):
    """One act. `core/history.py` writes it and reads it as a sentence."""

    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    kind = models.CharField(max_length=40)
    performance = models.ForeignKey(
        "grading.Performance", null=True, blank=True, on_delete=models.SET_NULL, related_name="events"
    )
    # The course it happened in, by its number: courses stand above this app.
    course = models.PositiveBigIntegerField(null=True, blank=True)
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)
    note = models.TextField(blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "-id")
        indexes = [models.Index(fields=("course", "-at"), name="event_course_at")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor}: {self.kind}"


class School(models.Model):
    """What one school has decided for all its courses. One row."""

    # Days after its hand-in from which on only the frame, the pictures of the sound and the features of a recording
    # are kept; empty keeps it.
    keep_days = models.PositiveSmallIntegerField(null=True, blank=True)
    # From this age on a student consents alone (16 by the GDPR unless a country says less).
    consent_age = models.PositiveSmallIntegerField(default=16)

    def __str__(self) -> str:
        return gettext("The school")

    @classmethod
    def current(cls) -> "School":
        return cls.objects.first() or cls(pk=1)  # of two who save the first time, both write the one row
