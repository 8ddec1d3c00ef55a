"""The lab is for admins of the house; for everyone else it is not there."""

from django.http import Http404

from accounts.models import User
from grading.models import Alarm, Bundle, Dataset, LabelRule, ModelVersion, RetrainingPolicy, Round, Rubric, TrainingRun


def require_admin(user: User) -> None:
    if not user.is_admin:
        raise Http404


def get_dataset(user: User, pk: int) -> Dataset:
    require_admin(user)
    dataset = Dataset.objects.select_related("created_by").filter(pk=pk).first()
    if dataset is None:
        raise Http404
    return dataset


def get_bundle(user: User, pk: int) -> Bundle:
    require_admin(user)
    bundle = Bundle.objects.select_related("dataset").filter(pk=pk).first()
    if bundle is None:
        raise Http404
    return bundle


def get_run(user: User, pk: int) -> TrainingRun:
    require_admin(user)
    run = (
        TrainingRun.objects.select_related("dataset", "start", "started_by", "candidate")
        .prefetch_related("jobs")
        .filter(pk=pk)
        .first()
    )
    if run is None:
        raise Http404
    return run


def get_version(user: User, number: int) -> ModelVersion:
    require_admin(user)
    version = ModelVersion.objects.select_related("run__dataset", "run__start", "rubric").filter(number=number).first()
    if version is None:
        raise Http404
    return version


def get_round(user: User, pk: int) -> Round:
    require_admin(user)
    round = Round.objects.filter(pk=pk).first()
    if round is None:
        raise Http404
    return round


def get_rubric(user: User, pk: str) -> Rubric:
    """One that a version was trained for; `pk` as an address has it."""
    require_admin(user)
    rubric = Rubric.objects.filter(pk=pk, versions__isnull=False).first() if pk.isascii() and pk.isdigit() else None
    if rubric is None:
        raise Http404
    return rubric


def get_alarm(user: User, pk: int) -> Alarm:
    require_admin(user)
    alarm = Alarm.objects.filter(pk=pk).first()
    if alarm is None:
        raise Http404
    return alarm


def get_policy(user: User) -> RetrainingPolicy:
    require_admin(user)
    return RetrainingPolicy.current()


def get_label_rule(user: User) -> LabelRule:
    require_admin(user)
    return LabelRule.current()
