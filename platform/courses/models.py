"""Courses, who is in them, and what is to be played."""

import secrets

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from grading.models import Rubric


class CourseQuerySet(models.QuerySet["Course"]):
    def of(self, user: User) -> "CourseQuerySet":
        """The courses a person may see: their own; all of them for an admin."""
        return self if user.is_admin else self.filter(enrolments__user=user).distinct()

    def taught_by(self, user: User) -> "CourseQuerySet":
        if user.is_admin:
            return self
        return self.filter(enrolments__user=user, enrolments__role__in=Enrolment.TEACHING).distinct()

    def headed_by(self, user: User) -> "CourseQuerySet":
        if user.is_admin:
            return self
        return self.filter(enrolments__user=user, enrolments__role=Enrolment.Role.HEAD)


class Course(models.Model):
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    # Shows a student the model's grade before the teacher has released a result.
    shows_provisional = models.BooleanField(default=True)
    # Of a hundred recordings, how many a teacher rates before she sees what the model says, and how many the queue
    # puts forward by chance alone. Drawn once, when a recording is handed in.
    blind_percent = models.PositiveSmallIntegerField(default=10, validators=[MaxValueValidator(100)])
    check_percent = models.PositiveSmallIntegerField(default=5, validators=[MaxValueValidator(100)])
    # Days after its release in which a student may appeal against a result, and in which the school answers.
    appeal_days = models.PositiveSmallIntegerField(default=14, validators=[MaxValueValidator(365)])
    answer_days = models.PositiveSmallIntegerField(default=14, validators=[MaxValueValidator(365)])
    # A grade of the model whose interval holds more whole levels than this waits for a teacher, unseen by the student.
    abstain_over = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(9)]
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CourseQuerySet.as_manager()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Enrolment(models.Model):
    class Role(models.TextChoices):
        STUDENT = "student", _("student")
        TEACHER = "teacher", _("teacher")
        HEAD = "head", _("head of course")

    # Who reviews: a head of course teaches too.
    TEACHING = (Role.TEACHER, Role.HEAD)

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="enrolments")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="enrolments")
    role = models.CharField(max_length=10, choices=Role)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("course", "user"), name="one_enrolment_per_course")]

    def __str__(self) -> str:
        return f"{self.user} is {self.role} in {self.course}"


def invitation_code() -> str:
    """Eight letters and digits that cannot be mistaken for one another when read aloud."""
    return "".join(secrets.choice("ABCDEFGHJKMNPQRSTUVWXYZ23456789") for _ in range(8))


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> "InvitationQuerySet":
        return self.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now()), uses_left__gt=0)


class Invitation(models.Model):
    """Sign-up is closed: a code is the only way in, and says into which course and as what."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=10, choices=Enrolment.Role, default=Enrolment.Role.STUDENT)
    code = models.CharField(max_length=12, unique=True, default=invitation_code)
    uses_left = models.PositiveIntegerField(default=30)
    expires_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.code} ({self.course})"


class Piece(models.Model):
    title = models.CharField(max_length=160)
    composer = models.CharField(max_length=120)

    class Meta:
        ordering = ("composer", "title")
        constraints = [models.UniqueConstraint(fields=("composer", "title"), name="one_row_per_piece")]

    def __str__(self) -> str:
        return f"{self.composer}: {self.title}"


class Assignment(models.Model):
    class SecondMarking(models.TextChoices):
        NONE = "none", _("one teacher marks")
        SAMPLE = "sample", _("two teachers mark a share")
        ALL = "all", _("two teachers mark every recording")

    class Counting(models.TextChoices):
        LAST = "last", _("the last attempt counts")
        BEST = "best", _("the best attempt counts")
        FIRST = "first", _("the first attempt counts")

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="assignments")
    piece = models.ForeignKey(Piece, on_delete=models.PROTECT, related_name="assignments")
    rubric = models.ForeignKey(Rubric, on_delete=models.PROTECT, related_name="assignments")
    instructions = models.TextField(blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    second_marking = models.CharField(max_length=10, choices=SecondMarking, default=SecondMarking.NONE)
    second_percent = models.PositiveSmallIntegerField(default=20, validators=[MaxValueValidator(100)])
    # Two marks further apart than this many levels are settled by a third teacher.
    tolerance = models.PositiveSmallIntegerField(default=1, validators=[MaxValueValidator(9)])
    # How often a student may hand in; without a number as often as they like. One withdrawn does not count.
    attempts = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    accepts_late = models.BooleanField(default=True)
    counting = models.CharField(max_length=10, choices=Counting, default=Counting.LAST)
    # {check of the recording: 'off', 'warn' or 'refuse'}, only where it differs from grading.checks.USUAL
    checks = models.JSONField(default=dict, blank=True)
    # How long the piece takes, in seconds, where the teacher has said so.
    shortest = models.PositiveIntegerField(null=True, blank=True)
    longest = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("due_at", "id")

    def __str__(self) -> str:
        return f"{self.piece} for {self.course}"
