"""What a player's consent opens and closes here: the accounts tell it, so that the engine room need not look up."""

from django.db import transaction

from grading.models import Job, Performance
from grading.people import User

from . import bundles, performances


def allow_training(*, player: User, allowed: bool) -> int:
    """Whether the next snapshot may hold this player's recordings. Snapshots already made stay as proof; archives that
    could still be fetched go.
    """
    transaction.on_commit(bundles.forget_outdated)
    return Performance.objects.filter(player=player).update(may_train=allowed)


@transaction.atomic
def allow_grading(*, player: User, allowed: bool) -> None:
    """Whether a model may grade this player's recordings. A released result stays as it is either way.

    Granted: what waits for its result is graded now. Withdrawn: nothing that waits for the model is done any more, and
    a grade that is no part of a released result is shown and used nowhere. Its row stays, since a teacher's rating may
    name it; erasure takes it with the recording.
    """
    own = Performance.objects.filter(player=player)
    own.update(may_grade=allowed)
    if allowed:
        performances.regrade(performances=performances.waiting(player=player))
        return
    by_a_model = (Job.Kind.GRADE, Job.Kind.SHADOW)
    Job.objects.filter(kind__in=by_a_model, state=Job.State.QUEUED, performance__player=player).delete()
    unreleased = own.filter(result__isnull=True)
    unreleased.update(autograde=None)
    unreleased.filter(state=Performance.State.GRADED).update(state=Performance.State.PREPARED)
