"""A draft is kept on the server as the teacher works."""

from collections.abc import Iterable
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from grading.models import Spoken
from submissions.models import Submission

from ..marks import Marks
from ..models import Draft
from . import claims


class DraftConflict(Exception):
    """Something newer stands there; the message is for the teacher. `draft` is None where it was released meanwhile."""

    def __init__(self, sentence: str, draft: Draft | None) -> None:
        super().__init__(sentence)
        self.draft = draft


@transaction.atomic
def save(*, submission: Submission, teacher: User, marks: Marks, version: int) -> Draft:
    """Keep the marks if `version` is still the newest (0: there is no draft yet); the row count decides.

    Whoever saves works on it, so the claim is hers for another while where no colleague has it.
    """
    drafts = Draft.objects.filter(submission=submission, teacher=teacher)
    kept = _begin(submission, teacher, marks) if version == 0 else _replace(drafts, marks, version)
    if kept is None:
        newer = drafts.first()
        if newer is not None:
            raise DraftConflict(_("Another tab has saved this draft since."), newer)
        raise DraftConflict(_("This recording was released from another tab, so there is no draft to save."), None)
    claims.extend(submission=submission, teacher=teacher)
    return kept


def _begin(submission: Submission, teacher: User, marks: Marks) -> Draft | None:
    draft, created = Draft.objects.get_or_create(
        submission=submission, teacher=teacher, defaults={"body": marks.to_json()}
    )
    return draft if created else None


def _replace(drafts: "models.QuerySet[Draft]", marks: Marks, version: int) -> Draft | None:
    changed = {"body": marks.to_json(), "version": version + 1, "saved_at": timezone.now()}
    return drafts.get() if drafts.filter(version=version).update(**changed) else None


def spoken_in_drafts(rows: Iterable[Spoken]) -> set[UUID]:
    """Of these spoken remarks those in somebody's draft: they are not forgotten (grading.services.spoken)."""
    performances = {row.performance_id for row in rows}
    bodies = Draft.objects.filter(submission__performance__in=performances).values_list("body", flat=True)
    remarks = (remark for body in bodies for remark in body.get("remarks") or [])
    return {UUID(remark["spoken"]) for remark in remarks if remark.get("spoken")}
