"""A job is claimed once, kept by its lease, written under its token, and given back when its worker dies."""

import time
from datetime import timedelta

import pytest
import redis
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from config.celery import app
from grading.models import Job, Performance
from grading.services import jobs, sweeper
from tests import factories

ARRIVED = Performance.State.ARRIVED
pytestmark = pytest.mark.django_db


@pytest.fixture
def performance() -> Performance:
    return factories.performance(player=factories.user(), state=ARRIVED)


def test_it_queues_one_open_job_however_often_it_is_asked(performance):
    first = jobs.queue(kind=Job.Kind.PREPARE, performance=performance)
    assert jobs.queue(kind=Job.Kind.PREPARE, performance=performance) == first
    assert Job.objects.count() == 1


def test_only_the_first_of_two_workers_gets_the_job(performance):
    job = jobs.queue(kind=Job.Kind.PREPARE, performance=performance)
    mine = jobs.claim(job.pk, kind=Job.Kind.PREPARE)
    assert mine is not None
    assert mine.attempt == 1
    assert jobs.claim(job.pk, kind=Job.Kind.PREPARE) is None


def test_it_does_not_claim_a_job_of_another_kind(performance):
    job = jobs.queue(kind=Job.Kind.PREPARE, performance=performance)
    assert jobs.claim(job.pk, kind=Job.Kind.GRADE) is None


@transaction.atomic
def write_and_finish(job, performance):
    performance.piece = "written by the slow one"
    performance.save()
    jobs.finish(job)


def test_a_worker_that_lost_its_lease_writes_nothing(performance):
    job = jobs.queue(kind=Job.Kind.PREPARE, performance=performance)
    slow = jobs.claim(job.pk, kind=Job.Kind.PREPARE)
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert sweeper.reclaim() == 1
    quick = jobs.claim(job.pk, kind=Job.Kind.PREPARE)
    with pytest.raises(jobs.LeaseLost):
        write_and_finish(slow, performance)
    performance.refresh_from_db()
    assert performance.piece != "written by the slow one"
    with pytest.raises(jobs.LeaseLost):
        jobs.report(slow, "sound", 0.5)
    jobs.finish(quick)
    assert Job.objects.get(pk=job.pk).state == Job.State.DONE


def test_an_error_gives_the_job_back_with_its_reason(performance):
    job = jobs.queue(kind=Job.Kind.PREPARE, performance=performance)
    claimed = jobs.claim(job.pk, kind=Job.Kind.PREPARE)
    with jobs.attempt(claimed):
        raise OSError("No space left on device")
    job.refresh_from_db()
    assert job.state == Job.State.QUEUED
    assert "No space left" in job.error


def test_it_fails_with_a_sentence_when_its_attempts_are_used_up(performance, settings):
    settings.JOB_ATTEMPTS = 2
    job = jobs.queue(kind=Job.Kind.PREPARE, performance=performance)
    for _ in range(2):
        with jobs.attempt(jobs.claim(job.pk, kind=Job.Kind.PREPARE)):
            raise MemoryError("too large")
    job.refresh_from_db()
    performance.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert performance.state == Performance.State.FAILED
    assert "Your file is safe" in performance.trouble


def test_a_grade_that_fails_for_good_leaves_the_recording_to_the_teacher(settings):
    settings.JOB_ATTEMPTS = 1
    performance = factories.performance(player=factories.user(), state=Performance.State.PREPARED)
    job = jobs.queue(kind=Job.Kind.GRADE, performance=performance)
    with jobs.attempt(jobs.claim(job.pk, kind=Job.Kind.GRADE)):
        raise RuntimeError("CUDA out of memory")
    performance.refresh_from_db()
    assert performance.is_playable
    assert "a teacher grades it" in performance.trouble


def test_a_living_lease_is_left_alone(performance):
    job = jobs.queue(kind=Job.Kind.PREPARE, performance=performance)
    jobs.claim(job.pk, kind=Job.Kind.PREPARE)
    assert sweeper.reclaim() == 0


def test_reporting_moves_the_lease_on(performance):
    job = jobs.claim(jobs.queue(kind=Job.Kind.PREPARE, performance=performance).pk, kind=Job.Kind.PREPARE)
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() + timedelta(seconds=1))
    jobs.report(job, "proxy", 0.4)
    job.refresh_from_db()
    assert job.lease_until > timezone.now() + timedelta(seconds=10)
    assert (job.stage, job.fraction) == ("proxy", 0.4)


@pytest.mark.django_db(transaction=True)
def test_the_heartbeat_keeps_the_lease_through_one_long_step(settings):
    import time

    settings.JOB_LEASE_SECONDS = 2
    performance = factories.performance(player=factories.user(), state=ARRIVED)
    job = jobs.claim(jobs.queue(kind=Job.Kind.PREPARE, performance=performance).pk, kind=Job.Kind.PREPARE)
    with jobs.attempt(job):
        time.sleep(3)
        assert sweeper.reclaim() == 0


@pytest.mark.django_db(transaction=True)
def test_a_lost_doorbell_is_rung_again(doorbells):
    with redis.Redis.from_url(settings.REDIS_URL) as broker:
        broker.delete("media")
    performance = factories.performance(player=factories.user(), state=ARRIVED)
    with transaction.atomic():
        job = jobs.queue(kind=Job.Kind.PREPARE, performance=performance)
    assert [(bell.task, bell.job_id) for bell in doorbells] == [("grading.tasks.prepare", job.pk)]
    assert sweeper.ring_again() == 0
    Job.objects.update(published_at=timezone.now() - timedelta(minutes=1))
    assert sweeper.ring_again() == 1
    assert len(doorbells) == 2


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_loses_nothing_and_is_reported(monkeypatch, doorbells):
    from kombu.exceptions import OperationalError

    from grading import tasks
    from grading.models import PublishFailure

    def refuse(*_):
        raise OperationalError("connection refused")

    monkeypatch.setattr(tasks.prepare, "delay", refuse)
    performance = factories.performance(player=factories.user(), state=ARRIVED)
    with transaction.atomic():
        job = jobs.queue(kind=Job.Kind.PREPARE, performance=performance)
    assert Job.objects.get(pk=job.pk).state == Job.State.QUEUED
    assert "connection refused" in PublishFailure.objects.get().error


def test_a_broker_that_is_down_holds_nobody_up():
    """Whoever hands in waits for the answer; the row is there, and the sweeper rings again."""
    line = app.connection_for_write("redis://127.0.0.1:1/0")
    began = time.perf_counter()
    with pytest.raises(OperationalError):
        app.send_task("grading.tasks.sweep", connection=line)
    assert time.perf_counter() - began < 2.0


def test_many_are_queued_in_one_statement_and_the_doorbell_rings_for_the_first_few(
    django_capture_on_commit_callbacks, django_assert_num_queries, monkeypatch
):
    player, rung = factories.user(), []
    several = [factories.performance(player=player) for _ in range(jobs.RINGS + 3)]
    open_already = jobs.queue(kind=Job.Kind.GRADE, performance=several[-1])
    monkeypatch.setattr(jobs, "publish", rung.append)
    with django_capture_on_commit_callbacks(execute=True), django_assert_num_queries(1):
        jobs.queue_all(kind=Job.Kind.GRADE, performances=several)
    assert Job.objects.filter(kind=Job.Kind.GRADE, state=Job.State.QUEUED).count() == len(several)
    assert {job.performance_id for job in rung} == {one.pk for one in several[: jobs.RINGS]}
    assert Job.objects.get(performance=several[-1]) == open_already
