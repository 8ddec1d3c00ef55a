"""A student's work: assignment and performance joined, the upload on its way, and an appeal."""

import uuid
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.models import User
from courses.models import Assignment, Enrolment
from grading.models import Abstention, Asked, Job, Performance, Rating


def _unusable() -> models.QuerySet[Abstention]:
    return Abstention.objects.filter(performance=OuterRef("performance"), kind=Abstention.Kind.UNUSABLE)


def _again() -> Coalesce:
    return Coalesce(Subquery(_unusable().values("reason")[:1]), Value(""), output_field=models.TextField())


def _marked(performance: Any) -> "models.QuerySet[Rating]":
    return Rating.objects.filter(performance=performance).exclude(purpose=Rating.Purpose.STANDARD)


APPEALED = Q(appeal__isnull=False, appeal__decided_at__isnull=True)


def audited(performance: Any) -> "models.QuerySet[Asked]":
    """The open question for a rating that checks the model."""
    return Asked.objects.open().audits().filter(performance=performance)


def _raters() -> Case:
    """Who has marked it, asked only where it is heard anew (seals.py); elsewhere nobody wants to know."""
    raters = ArraySubquery(_marked(OuterRef("performance")).order_by().values("rater"))
    anew = Q(APPEALED) | Q(Exists(audited(OuterRef("performance"))))
    return Case(When(anew, then=raters), default=Value(None))


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def of(self, student: User) -> "SubmissionQuerySet":
        return self.filter(student=student)

    def kept(self) -> "SubmissionQuerySet":
        """Not taken back."""
        return self.filter(withdrawn_at__isnull=True)

    def taught_by(self, user: User) -> "SubmissionQuerySet":
        """What stands in the courses this person teaches, everywhere for an admin; nothing that was taken back."""
        if user.is_admin:
            return self.kept()
        teaches = Enrolment.objects.filter(
            course=OuterRef("assignment__course"), user=user, role__in=Enrolment.TEACHING
        )
        return self.kept().filter(Exists(teaches))

    def visible_to(self, user: User) -> "SubmissionQuerySet":
        """One's own, and what one teaches; what was taken back, or waits for its student's word, they alone see."""
        teaches = Enrolment.objects.filter(
            course=OuterRef("assignment__course"), user=user, role__in=Enrolment.TEACHING
        )
        counts = Q(withdrawn_at__isnull=True) & ~Q(performance__held_until__gt=timezone.now())
        taught = counts if user.is_admin else Q(Exists(teaches)) & counts
        return self.filter(Q(student=user) | taught)

    def playable(self) -> "SubmissionQuerySet":
        states = (Performance.State.PREPARED, Performance.State.GRADED)
        return self.filter(performance__state__in=states, performance__reduced_at__isnull=True)

    def used(self) -> "SubmissionQuerySet":
        """Attempts of the number that an assignment allows: not those that came to nothing, by whomever it was."""
        came_to_nothing = (Performance.State.REFUSED, Performance.State.FAILED)
        return self.kept().exclude(performance__state__in=came_to_nothing).exclude(Exists(_unusable()))

    def alive(self) -> "SubmissionQuerySet":
        """Recordings that are judged: not taken back, not held for the student's word, and nobody asks for another."""
        return self.kept().unheld().exclude(performance__state=Performance.State.REFUSED).exclude(Exists(_unusable()))

    def unheld(self) -> "SubmissionQuerySet":
        """Not waiting for their student's word; by itself from the moment on at which the wait is over."""
        return self.exclude(performance__held_until__gt=timezone.now())

    def held(self) -> "SubmissionQuerySet":
        """Recordings that wait for their student's word, because something was found that may spoil them."""
        return self.kept().filter(performance__held_until__gt=timezone.now())

    def asked_again(self) -> "SubmissionQuerySet":
        """Recordings that a teacher could not judge and that no newer attempt has followed."""
        newer = Submission.objects.filter(
            assignment=OuterRef("assignment"), student=OuterRef("student"), attempt__gt=OuterRef("attempt")
        ).kept()
        return self.kept().filter(Exists(_unusable())).exclude(Exists(newer))

    def with_raters(self) -> "SubmissionQuerySet":
        """Fills Submission.raters, which would ask by itself."""
        return self.annotate(**{"raters": _raters()})

    def for_list(self) -> "SubmissionQuerySet":
        """With everything a list shows, in a fixed number of queries."""
        grade = "performance__autograde"
        return (
            # Fills Submission.again too, which would ask for each row.
            self.with_raters()
            .annotate(**{"again": _again()})
            .select_related(
                "student",
                "assignment__piece",
                "assignment__course",
                "performance__result__rating",
                f"{grade}__model",
                "appeal",
            )
            .defer(f"{grade}__windows", f"{grade}__model__report", f"{grade}__model__card")
            .prefetch_related(models.Prefetch("performance__jobs", Job.objects.order_by("-created_at")))
        )


class Submission(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="submissions")
    student = models.ForeignKey(User, on_delete=models.CASCADE, related_name="submissions")
    performance = models.OneToOneField(Performance, on_delete=models.CASCADE, related_name="submission")
    attempt = models.PositiveSmallIntegerField(default=1)
    # Lots, drawn once at the hand-in and never again (services/lots.py): whether its teacher rates it before she sees
    # the model's grade, whether the queue puts it forward by chance, whether two teachers mark it.
    blind = models.BooleanField(default=False)
    checked = models.BooleanField(default=False)
    second = models.BooleanField(default=False)
    # Taken back by the student before anybody had marked it.
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    # Played to the class, with the student's consent.
    shown_at = models.DateTimeField(null=True, blank=True)
    shown_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        constraints = [
            models.UniqueConstraint(fields=("assignment", "student", "attempt"), name="one_submission_per_attempt")
        ]

    def __str__(self) -> str:
        return f"{self.assignment.piece} by {self.student}"

    @property
    def is_late(self) -> bool:
        due = self.assignment.due_at
        return due is not None and self.created_at > due

    @cached_property
    def again(self) -> str:
        """Why a teacher asks for another recording instead of this one; '' if none does. Lists bring it along."""
        unusable = Abstention.objects.filter(performance=self.performance_id, kind=Abstention.Kind.UNUSABLE)
        return unusable.values_list("reason", flat=True).first() or ""

    @cached_property
    def raters(self) -> list[int] | None:
        """Who has marked it, in whatever turn, where it is heard anew (seals.py); else None. Lists bring it along."""
        appeal = getattr(self, "appeal", None)
        appealed = appeal is not None and appeal.decided_at is None
        if not appealed and not audited(self.performance_id).exists():
            return None
        return list(_marked(self.performance_id).values_list("rater", flat=True))


class Upload(models.Model):
    """A file on its way in by the tus protocol; the bytes lie under UPLOADS_ROOT."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="uploads")
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="uploads")
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    offset = models.PositiveBigIntegerField(default=0)
    submission = models.OneToOneField(
        Submission, null=True, blank=True, on_delete=models.CASCADE, related_name="upload"
    )
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.name}: {self.offset} of {self.size} bytes"


class Appeal(models.Model):
    """A reasoned request to look again; at most one per submission."""

    submission = models.OneToOneField(Submission, on_delete=models.CASCADE, related_name="appeal")
    reason = models.TextField()
    # The rating it is against, and until when the school answers: set once, so that nobody moves the clock.
    about = models.ForeignKey(Rating, null=True, blank=True, on_delete=models.RESTRICT, related_name="+")
    answer_by = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    answer = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"Appeal about {self.submission}"


class Practice(models.Model):
    """The weeks in which a student listened to what they have played; nothing where they do not want to see them."""

    student = models.OneToOneField(User, on_delete=models.CASCADE, related_name="practice")
    is_hidden = models.BooleanField(default=False)
    # The Mondays of the last weeks, as 2026-03-02; the oldest first.
    listened = models.JSONField(default=list, blank=True)

    def __str__(self) -> str:
        return f"Weeks of {self.student}"
