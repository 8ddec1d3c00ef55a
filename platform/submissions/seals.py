"""Who is to hear a recording anew knows nothing of what was said before.

That is so while an appeal is open, for whoever may answer it, and while a second rating is asked for that checks the
model (grading/services/rounds.py), for whoever may give it. Sealed for a person is such a recording that they have not
marked: result, ratings, acts and the model's grade are kept from them until it is answered, heads of course and admins
included. Who has marked it cannot answer, and sees what they saw; the student sees what is theirs. A standardisation
is no mark: it is given without knowing whose recording it is.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from grading.models import Rating

from .models import APPEALED, Submission, audited


def is_sealed(user: User, submission: Submission) -> bool:
    """Costs a query or two where the submission did not come from a list."""
    if submission.student_id == user.pk or submission.raters is None:
        return False
    return user.pk not in submission.raters


def is_audited(user: User, submission: Submission) -> bool:
    """Whether it is sealed because this person may check the model on it."""
    appeal = getattr(submission, "appeal", None)
    appealed = appeal is not None and appeal.decided_at is None
    return not appealed and is_sealed(user, submission)


def sealed_for(user: User) -> QuerySet[Submission]:
    """All that are sealed for this person, in any course; for lists to leave out."""
    return _unheard(user).filter(Q(APPEALED) | Q(Exists(audited(OuterRef("performance")))))


def appealed_for(user: User) -> QuerySet[Submission]:
    """Those with an open appeal that this person may answer."""
    return _unheard(user).filter(APPEALED)


def audited_for(user: User) -> QuerySet[Submission]:
    """Those on which this person may check the model."""
    return _unheard(user).filter(Exists(audited(OuterRef("performance")))).exclude(APPEALED)


def _unheard(user: User) -> QuerySet[Submission]:
    marked = Rating.objects.filter(performance=OuterRef("performance"), rater=user)
    rows = Submission.objects.exclude(student=user)
    return rows.exclude(Exists(marked.exclude(purpose=Rating.Purpose.STANDARD)))
