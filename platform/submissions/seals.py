"""While an appeal is open, whoever may answer it knows nothing of what was said before.

Sealed for a person is a recording under appeal that they have not marked: result, ratings, acts and the model's grade
are kept from them until it is answered, heads of course and admins included. Who has marked it cannot answer, and sees
what they saw; the student sees what is theirs. A standardisation is no mark: it is given without knowing whose
recording it is.
"""

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from grading.models import Rating

from .models import Submission


def is_sealed(user: User, submission: Submission) -> bool:
    """Costs a query only where an appeal is open and the submission did not come from a list."""
    appeal = getattr(submission, "appeal", None)
    if appeal is None or appeal.decided_at is not None or submission.student_id == user.pk:
        return False
    return user.pk not in submission.raters


def sealed_for(user: User) -> QuerySet[Submission]:
    """All that are sealed for this person, in any course; for lists to leave out."""
    marked = Rating.objects.filter(performance=OuterRef("performance"), rater=user)
    return (
        Submission.objects.filter(appeal__isnull=False, appeal__decided_at__isnull=True)
        .exclude(student=user)
        .exclude(Exists(marked.exclude(purpose=Rating.Purpose.STANDARD)))
    )
