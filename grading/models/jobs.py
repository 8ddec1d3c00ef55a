"""One row per piece of work. The row, not the broker, says what is to be done, by whom, and until when."""

from django.db import models
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    class Kind(models.TextChoices):
        PREPARE = "prepare", _("prepare")
        GRADE = "grade", _("grade")
        TRAIN = "train", _("train")
        EXPLAIN = "explain", _("explain")
        ALIGN = "align", _("align")
        SPOKEN = "spoken", _("spoken")
        REDUCE = "reduce", _("reduce")
        SHADOW = "shadow", _("grade along")
        BUNDLE = "bundle", _("carry data")

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    OPEN = (State.QUEUED, State.RUNNING)
    # What whoever handed a recording in waits for.
    AWAITED = (Kind.PREPARE, Kind.GRADE)

    kind = models.CharField(max_length=10, choices=Kind)
    performance = models.ForeignKey(
        "grading.Performance", null=True, blank=True, on_delete=models.CASCADE, related_name="jobs"
    )
    training_run = models.ForeignKey(
        "grading.TrainingRun", null=True, blank=True, on_delete=models.CASCADE, related_name="jobs"
    )
    study = models.ForeignKey("grading.Study", null=True, blank=True, on_delete=models.CASCADE, related_name="jobs")
    spoken = models.ForeignKey("grading.Spoken", null=True, blank=True, on_delete=models.CASCADE, related_name="jobs")
    bundle = models.ForeignKey("grading.Bundle", null=True, blank=True, on_delete=models.CASCADE, related_name="jobs")
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    attempt = models.PositiveSmallIntegerField(default=0)
    # The fencing token: whoever holds another one has lost the job and may write nothing.
    token = models.UUIDField(null=True, blank=True)
    worker = models.CharField(max_length=200, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    # What a waiting person sees: 'sound', 0.4
    stage = models.CharField(max_length=40, blank=True)
    fraction = models.FloatField(default=0.0)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("created_at",)
        indexes = [models.Index(fields=("state", "kind", "created_at"), name="job_state_kind_created")]
        constraints = [
            models.UniqueConstraint(
                fields=("kind", "performance"),
                condition=models.Q(state__in=("queued", "running"), performance__isnull=False),
                name="one_open_job_per_kind_and_performance",
            ),
            models.UniqueConstraint(
                fields=("training_run",),
                condition=models.Q(state__in=("queued", "running"), training_run__isnull=False),
                name="one_open_job_per_training_run",
            ),
            models.UniqueConstraint(
                fields=("study",),
                condition=models.Q(state__in=("queued", "running"), study__isnull=False),
                name="one_open_job_per_study",
            ),
            models.UniqueConstraint(
                fields=("spoken",),
                condition=models.Q(state__in=("queued", "running"), spoken__isnull=False),
                name="one_open_job_per_spoken_remark",
            ),
            models.UniqueConstraint(
                fields=("bundle",),
                condition=models.Q(state__in=("queued", "running"), bundle__isnull=False),
                name="one_open_job_per_bundle",
            ),
            models.CheckConstraint(
                condition=Exact(
                    models.Func(
                        "performance",
                        "training_run",
                        "study",
                        "spoken",
                        "bundle",
                        function="num_nonnulls",
                        output_field=models.IntegerField(),
                    ),
                    1,
                ),
                name="job_is_about_one_thing",
            ),
        ]

    def __str__(self) -> str:
        about = self.performance_id or self.training_run_id or self.study_id or self.spoken_id or self.bundle_id
        return f"{self.kind} of {about}: {self.state}"

    @property
    def place(self) -> int:
        """How many jobs of this kind stand before this one."""
        return Job.objects.filter(kind=self.kind, state=self.State.QUEUED, created_at__lt=self.created_at).count()
