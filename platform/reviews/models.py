"""Who marks what, what is begun and not yet released, and what a teacher keeps at hand."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from courses.models import Course
from grading.models import Performance, Rating, Rubric
from grading.models.grades import level_bounds
from submissions.models import Submission


class Draft(models.Model):
    """Kept on the server as one works; `version` rises with every save, so that a second tab is noticed."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="drafts")
    teacher = models.ForeignKey(User, on_delete=models.CASCADE, related_name="drafts")
    # reviews.marks.Marks.to_json()
    body = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("submission", "teacher"), name="one_draft_per_teacher")]

    def __str__(self) -> str:
        return f"Draft of {self.teacher} about {self.submission}"


class Marking(models.Model):
    """One teacher's turn at a recording: claimed for a while, and done once rated.

    A claim that ran out may be taken over by a colleague; one that is done stays.
    """

    class Role(models.TextChoices):
        FIRST = "first", _("marking")
        SECOND = "second", _("second marking")
        THIRD = "third", _("settling a difference")
        APPEAL = "appeal", _("answering an appeal")
        AUDIT = "audit", _("checking the model")

    INDEPENDENT = (Role.FIRST, Role.SECOND, Role.THIRD)

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="markings")
    role = models.CharField(max_length=10, choices=Role)
    teacher = models.ForeignKey(User, on_delete=models.CASCADE, related_name="markings")
    claimed_at = models.DateTimeField(auto_now_add=True)
    leased_until = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    # The newest rating of this turn: releasing again replaces it.
    rating = models.OneToOneField(Rating, null=True, blank=True, on_delete=models.SET_NULL, related_name="marking")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("submission", "role"), name="one_marking_per_role"),
            models.UniqueConstraint(
                fields=("submission", "teacher"),
                condition=Q(role__in=("first", "second", "third", "audit")),
                name="one_marking_per_teacher",
            ),
        ]
        indexes = [models.Index(fields=("teacher", "done_at"), name="marking_teacher_done")]

    def __str__(self) -> str:
        return f"{self.get_role_display()} of {self.submission} by {self.teacher}"


class Moderation(models.Model):
    """A head of course who sends a released result back to its teacher, with a reason. It stays released meanwhile."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="moderations")
    head = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at",)
        constraints = [
            models.UniqueConstraint(
                fields=("submission",), condition=Q(settled_at__isnull=True), name="one_open_moderation"
            )
        ]

    def __str__(self) -> str:
        return f"{self.submission} sent back by {self.head}"


class Phrase(models.Model):
    """A sentence that a teacher writes often: her own bank."""

    teacher = models.ForeignKey(User, on_delete=models.CASCADE, related_name="phrases")
    text = models.CharField(max_length=500)
    used = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("-used", "text")
        constraints = [models.UniqueConstraint(fields=("teacher", "text"), name="one_phrase_per_teacher")]

    def __str__(self) -> str:
        return self.text


class DeskSettings(models.Model):
    """How one teacher likes her desk."""

    teacher = models.OneToOneField(User, on_delete=models.CASCADE, related_name="desk_settings")
    # {act: key}, only where it differs from the key the desk comes with
    keys = models.JSONField(default=dict, blank=True)
    pause_while_writing = models.BooleanField(default=True)
    follow = models.BooleanField(default=True)

    class Meta:
        verbose_name_plural = "desk settings"

    def __str__(self) -> str:
        return f"Desk of {self.teacher}"

    @classmethod
    def of(cls, teacher: User) -> "DeskSettings":
        """What this teacher chose, else what the desk comes with; nothing is written."""
        return cls.objects.filter(teacher=teacher).first() or cls(teacher=teacher)


class Anchor(models.Model):
    """A performance whose level several teachers have agreed on: what a level sounds and looks like."""

    performance = models.OneToOneField(Performance, on_delete=models.CASCADE, related_name="anchor")
    rubric = models.ForeignKey(Rubric, on_delete=models.PROTECT, related_name="anchors")
    level = models.PositiveSmallIntegerField(validators=level_bounds)
    # {criterion key: mark from 1 to 5}
    criteria = models.JSONField(default=dict, blank=True)
    note = models.TextField(blank=True)
    made_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    retired = models.BooleanField(default=False)

    class Meta:
        ordering = ("rubric", "level", "pk")

    def __str__(self) -> str:
        return f"Level {self.level}: {self.performance}"


class Pack(models.Model):
    """Anchors that a teacher grades in one sitting, to hear as her colleagues do."""

    name = models.CharField(max_length=120, unique=True)
    rubric = models.ForeignKey(Rubric, on_delete=models.PROTECT, related_name="packs")
    anchors: "models.ManyToManyField[Anchor, Any]" = models.ManyToManyField(Anchor, related_name="packs")
    retired = models.BooleanField(default=False)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class CourseStandard(models.Model):
    """What a course asks of its teachers before they release alone."""

    course = models.OneToOneField(Course, on_delete=models.CASCADE, related_name="standard")
    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="courses")
    # No older than this, and no further from the agreed levels on average.
    days = models.PositiveSmallIntegerField(default=180)
    within = models.FloatField(default=1.0)

    def __str__(self) -> str:
        return f"{self.course} asks for {self.pack}"


class Standardisation(models.Model):
    """One teacher's sitting with a pack; a rating per anchor (Rating.purpose 'standard')."""

    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="sittings")
    teacher = models.ForeignKey(User, on_delete=models.CASCADE, related_name="standardisations")
    ratings: "models.ManyToManyField[Rating, Any]" = models.ManyToManyField(Rating, related_name="+")
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    # Mean absolute difference to the agreed levels, once finished; in levels.
    distance = models.FloatField(null=True, blank=True)

    class Meta:
        ordering = ("-started_at",)
        constraints = [
            models.UniqueConstraint(
                fields=("pack", "teacher"), condition=Q(finished_at__isnull=True), name="one_open_sitting_per_pack"
            )
        ]

    def __str__(self) -> str:
        return f"{self.teacher} with {self.pack}"
