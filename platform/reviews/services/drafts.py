"""A draft is kept on the server as the teacher works."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from submissions.models import Submission

from ..marks import Marks
from ..models import Draft


class DraftConflict(Exception):
    """Another tab has saved since; the message is for the teacher."""


@transaction.atomic
def save(*, submission: Submission, teacher: User, marks: Marks, version: int) -> Draft:
    """Keep the marks if `version` is still the newest (0: there is no draft yet); the row count decides."""
    drafts = Draft.objects.filter(submission=submission, teacher=teacher)
    if version == 0:
        draft, created = drafts.get_or_create(
            submission=submission, teacher=teacher, defaults={"body": marks.to_json()}
        )
        if created:
            return draft
    elif drafts.filter(version=version).update(body=marks.to_json(), version=version + 1, saved_at=timezone.now()):
        return drafts.get()
    if drafts.exists():
        raise DraftConflict("Another tab has saved this draft since. Reload the page to go on from there.")
    raise DraftConflict("This recording was released from another tab, so there is no draft to save.")
