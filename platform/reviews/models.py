"""What a teacher has begun and not yet released."""

from django.db import models

from accounts.models import User
from submissions.models import Submission


class Draft(models.Model):
    """Kept on the server as one works; `version` rises with every save, so that a second tab is noticed."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="drafts")
    teacher = models.ForeignKey(User, on_delete=models.CASCADE, related_name="drafts")
    # {"level": 1..10 or null, "criteria": {key: 1..5}, "comment": str, "reason": str,
    #  "remarks": [{"start": s, "end": s or null, "text": str}]}
    body = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("submission", "teacher"), name="one_draft_per_teacher")]

    def __str__(self) -> str:
        return f"Draft of {self.teacher} about {self.submission}"
