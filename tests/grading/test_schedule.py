"""When the house trains by itself, and what it says while it does not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from grading.models import Job, RetrainingPolicy, TrainingRun
from grading.services import schedule, training
from tests import factories
from tests.grading.factories import labelled, model_with_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def champion(house):
    return model_with_file(champion=True)


@pytest.fixture
def labels():
    """Six, of three students."""
    for _ in range(3):
        player = factories.user()
        for level in (3, 6):
            labelled(player, level=level)


def policy(**fields) -> RetrainingPolicy:
    RetrainingPolicy.current()
    RetrainingPolicy.objects.update(**{"enabled": False, "min_new_labels": 6, "every_hours": 24} | fields)
    return RetrainingPolicy.current()


def end(run: TrainingRun) -> None:
    run.jobs.update(state=Job.State.DONE)


def test_switched_off_it_says_that_somebody_must_ask(champion, labels):
    policy()
    assert schedule.why_not_yet() == "The house trains only when you ask it to."
    assert training.consider() is None


def test_it_says_how_many_labels_have_come_in(champion, labels):
    policy(enabled=True, min_new_labels=7)
    assert schedule.why_not_yet() == "6 of 7 new labels have come in."
    assert training.consider() is None


def test_enough_new_labels_start_a_training_that_says_so(champion, labels):
    policy(enabled=True)
    assert "begins within a minute" in schedule.why_not_yet()
    run = training.consider()
    assert (run.origin, run.started_by) == (training.Origin.SCHEDULE, None)
    assert schedule.why_not_yet() == f"{run} is under way."
    assert training.consider() is None


def test_two_trainings_are_some_hours_apart(champion, labels):
    policy(enabled=True, min_new_labels=1)
    run = training.consider()
    end(run)
    labelled(factories.user(), level=8)
    assert "not too soon after the last" in schedule.why_not_yet()
    assert training.consider() is None
    TrainingRun.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert training.consider() is not None


def test_on_the_day_it_trains_once_however_few_labels_are_new(champion, labels):
    today = timezone.localdate()
    policy(on_date=today, min_new_labels=100)
    run = training.consider()
    assert run.origin == training.Origin.SCHEDULE
    assert RetrainingPolicy.current().on_date is None
    end(run)
    assert training.consider() is None


def test_before_the_day_it_says_which_day_it_is(champion, labels):
    policy(on_date=timezone.localdate() + timedelta(days=3))
    assert schedule.why_not_yet().startswith("The house trains on ")
    policy(enabled=True, min_new_labels=9, on_date=timezone.localdate() + timedelta(days=3))
    assert schedule.why_not_yet().startswith("6 of 9 new labels have come in. The house trains on ")
    assert training.consider() is None


def test_a_day_on_which_something_was_missing_is_not_forgotten(labels, house):
    policy(on_date=timezone.localdate() - timedelta(days=1))
    assert training.consider() is None
    assert "it cannot begin: There is no champion" in schedule.why_not_yet()
    model_with_file(champion=True)
    assert training.consider() is not None
