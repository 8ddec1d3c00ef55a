"""What `make doctor` reads: who works, and which doorbells did not ring."""

from django.db import models


class WorkerBeat(models.Model):
    name = models.CharField(max_length=200, unique=True)
    queue = models.CharField(max_length=20)
    beat_at = models.DateTimeField()
    # What torch finds at a training worker: {"device", "gpus", "memory", "cores", "torch"}; empty until it knows.
    machine = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return self.name


class PublishFailure(models.Model):
    """The broker could not be told of a job. The sweeper rings again; the row is for whoever runs the house."""

    task = models.CharField(max_length=80)
    error = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-at",)

    def __str__(self) -> str:
        return f"{self.task}: {self.error}"
