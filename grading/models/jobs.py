"""One row per piece of work. The row, not the broker, says what is to be done, by whom, and until when."""

from django.db import models


class Job(models.Model):
    class Kind(models.TextChoices):
        PREPARE = "prepare", "prepare"
        GRADE = "grade", "grade"
        TRAIN = "train", "train"

    class State(models.TextChoices):
        QUEUED = "queued", "queued"
        RUNNING = "running", "running"
        DONE = "done", "done"
        FAILED = "failed", "failed"

    OPEN = (State.QUEUED, State.RUNNING)

    kind = models.CharField(max_length=10, choices=Kind)
    performance = models.ForeignKey(
        "grading.Performance", null=True, blank=True, on_delete=models.CASCADE, related_name="jobs"
    )
    training_run = models.ForeignKey(
        "grading.TrainingRun", null=True, blank=True, on_delete=models.CASCADE, related_name="jobs"
    )
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
            models.CheckConstraint(
                condition=models.Q(performance__isnull=False) ^ models.Q(training_run__isnull=False),
                name="job_is_about_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.performance_id or self.training_run_id}: {self.state}"

    @property
    def place(self) -> int:
        """How many jobs of this kind stand before this one."""
        return Job.objects.filter(kind=self.kind, state=self.State.QUEUED, created_at__lt=self.created_at).count()
