"""A school in which thousands wait, and workers that are not there: rows move as if they worked. Needs the settings."""

import itertools
import time
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from threading import Event

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.utils import timezone

from accounts.models import User
from courses.models import Assignment, Enrolment
from grading.models import Job, Performance, WorkerBeat
from submissions.models import Submission
from tests import factories

PREPARE_S, GRADE_S = 20, 40  # what a recording took so far
WORKERS = 4  # of each kind


@dataclass(frozen=True)
class Page:
    """One waiting page: its address, and the session in which it is open."""

    address: str
    session: str


def waiting(count: int) -> list[Page]:
    """So many students of one course, each with a recording in the queue."""
    assignment = factories.assignment(course=factories.course())
    people = User.objects.bulk_create(
        User(email=f"waits{number}@example.org", name=f"Student {number}", password="!") for number in range(count)
    )
    Enrolment.objects.bulk_create(
        Enrolment(course=assignment.course, user=person, role=Enrolment.Role.STUDENT) for person in people
    )
    performances = Performance.objects.bulk_create(
        Performance(player=person, piece=str(assignment.piece), state=Performance.State.ARRIVED) for person in people
    )
    submissions = Submission.objects.bulk_create(
        Submission(assignment=assignment, student=performance.player, performance=performance)
        for performance in performances
    )
    Job.objects.bulk_create(Job(kind=Job.Kind.PREPARE, performance=performance) for performance in performances)
    return [Page(f"/submissions/{row.pk}/progress/?seen=arrived-0-1-0", session(row.student)) for row in submissions]


def ordinary() -> Page:
    """What somebody else does meanwhile: a student with a few attempts looks at an assignment."""
    student, assignment = factories.user(), Assignment.objects.get()
    factories.enrol(assignment.course, student)
    for _ in range(5):
        factories.submission(student=student, assignment=assignment)
    return Page(f"/assignments/{assignment.pk}/", session(student))


def session(person: User) -> str:
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(person.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store.save()
    return str(store.session_key)


def history() -> None:
    """Jobs that were done, from which the time that is left is told; and workers that are heard of throughout."""
    now, player = timezone.now(), factories.user()
    for kind, seconds in ((Job.Kind.PREPARE, PREPARE_S), (Job.Kind.GRADE, GRADE_S)):
        for _ in range(30):
            times = {"started_at": now - timedelta(seconds=seconds), "ended_at": now}
            factories.job(factories.performance(player=player), kind, state=Job.State.DONE, **times)
    for queue, number in itertools.product(("media", "gpu"), range(WORKERS)):
        WorkerBeat.objects.create(name=f"{queue}{number}", queue=queue, beat_at=now + timedelta(hours=1))


def work(ended: Event, every: float) -> None:
    """Every so many seconds the first of the queue is prepared, and the next one begun."""
    while not ended.wait(every):
        for job in Job.objects.filter(kind=Job.Kind.PREPARE, state=Job.State.RUNNING).order_by("pk")[:1]:
            Job.objects.filter(pk=job.pk).update(state=Job.State.DONE)
            Performance.objects.filter(pk=job.performance_id).update(state=Performance.State.REFUSED, trouble="No.")
        for job in Job.objects.filter(kind=Job.Kind.PREPARE, state=Job.State.QUEUED).order_by("pk")[:1]:
            Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, stage="proxy", fraction=time.time() % 1)
    connection.close()
