"""What this app keeps of a person."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db.models import DurationField, ExpressionWrapper, F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.personal import Fate, Folder, Table
from grading.models import Performance

from .models import Submission, Upload
from .services import uploads, writing


def _shown(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The model's grades that the student sees by now: never what a candidate says that grades along."""
    course = "performance__submission__assignment__course"
    before = Q(**{f"{course}__shows_provisional": True}, abstained=False)
    return rows.filter(Q(performance__result__isnull=False) | before, shadow=False)


TABLES = (
    Table(
        "submissions.Submission",
        "student",
        Fate.GONE,
        _("What you handed in"),
        leave_out=("blind", "checked", "second"),  # lots that would tell who is marking how
    ),
    Table("submissions.Submission", "shown_by", Fate.UNLINK, ""),
    Table(
        "grading.Autograde",
        "performance__player",
        Fate.GONE,
        _("What the model said"),
        leave_out=("shadow",),
        narrow=_shown,
    ),
    Table("submissions.Practice", "student", Fate.DELETE, _("Weeks in which you listened to yourself")),
    Table("submissions.Upload", "user", Fate.DELETE, _("Files on their way")),
    Table("submissions.Appeal", "submission__student", Fate.GONE, _("Appeals you made"), leave_out=("about",)),
    Table("submissions.Appeal", "decided_by", Fate.UNLINK, _("Appeals you decided"), blank=("answer",)),
)


def files_on_their_way(user: AbstractUser) -> None:
    for upload in Upload.objects.filter(user=user.pk):
        uploads.cancel(upload=upload)


def _arrived(user: AbstractUser) -> Iterator[tuple[str, Path]]:
    for upload in Upload.objects.filter(user=user.pk, submission__isnull=True):
        yield f"uploads/{upload.pk}/{Path(upload.name).name}.part", writing.path_of(upload)


FOLDERS = (Folder("UPLOADS_ROOT", "", "with its row: a day after its last part, or with its person", _arrived),)


def needed_whole(old: QuerySet[Performance]) -> QuerySet[Performance]:
    """While its student may still appeal or waits for the answer, and as long as the class may hear it."""
    days = F("assignment__course__appeal_days") * timedelta(days=1)
    may_appeal = F("performance__result__released_at") + ExpressionWrapper(days, DurationField())
    needed = Submission.objects.alias(may_appeal=may_appeal).filter(
        Q(appeal__isnull=True, may_appeal__gt=timezone.now())
        | Q(appeal__isnull=False, appeal__decided_at__isnull=True)
        | Q(shown_at__isnull=False)
    )
    return old.filter(submission__in=needed)
