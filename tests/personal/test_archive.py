"""Everything about a person in one archive, and nothing that they may not read."""

import html
import json
import zipfile
from datetime import timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.utils import timezone
from kombu.exceptions import OperationalError

from accounts import health, tasks
from accounts.models import Export, User
from accounts.services import export
from core import personal
from grading.models import (
    Performance,
    Spoken,
)
from tests import factories
from tests.personal.conftest import STRANGE

pytestmark = pytest.mark.django_db


def archive_of(user: User) -> zipfile.ZipFile:
    Export.objects.filter(user=user).delete()
    row = Export.objects.create(user=user)
    export.pack(str(row.pk))
    row.refresh_from_db()
    assert row.trouble == ""
    assert row.size == export.path_of(row).stat().st_size
    return zipfile.ZipFile(export.path_of(row))


def test_the_archive_holds_every_table_and_every_file_of_the_person(student):
    archive = archive_of(student)
    data = json.loads(archive.read("data.json"))
    there = [table for table in personal.tables() if table.title and table.told(student).exists()]
    assert {f"{table.model} by {table.path}" for table in there} <= set(data)
    page = html.unescape(archive.read("index.html").decode())
    assert all(str(table.title) in page for table in there)
    assert "A dance at last." in page
    assert "Sing here." in page
    performance = Performance.objects.get(source__gt="")
    assert archive.read(f"recordings/{performance.pk}/as-you-sent-it.mp4").decode() == STRANGE
    names = archive.namelist()
    assert f"recordings/{performance.pk}/proxy.mp4" in names
    assert f"spoken/{Spoken.objects.get().pk}.m4a" in names
    assert not any(name.startswith(("/", "..")) for name in names)


def test_the_archive_holds_nothing_that_a_candidate_says_unseen(student, cast):
    performance = factories.submission(student=student, assignment=cast.assignment).performance
    shown = factories.autograde(performance, device="shown-device")
    factories.autograde(performance, device="unseen-device", shadow=True)
    Performance.objects.filter(pk=performance.pk).update(autograde=shown)
    archive = archive_of(student)
    everything = "".join(archive.read(name).decode(errors="replace") for name in archive.namelist())
    assert "shown-device" in everything
    assert "unseen-device" not in everything


def test_the_archive_holds_no_password_no_draft_and_nothing_that_is_still_hidden(student, cast):
    cast.course.shows_provisional = False
    cast.course.save()
    hidden = factories.submission(student=student, assignment=cast.assignment).performance
    factories.autograde(hidden, device="hidden-device")
    factories.rating(hidden, rater=cast.teacher, comment="not released yet")
    archive = archive_of(student)
    text = archive.read("data.json").decode() + archive.read("index.html").decode()
    assert student.password not in text
    assert "not released yet" not in text
    assert "hidden-device" not in text
    assert STRANGE not in text.replace(f"{STRANGE}.mp4", "").replace(f"own {STRANGE}", "")  # a teacher's draft
    assert cast.other_student.email not in text


def test_an_archive_is_packed_once_and_goes_when_its_time_is_over(student, django_capture_on_commit_callbacks):
    archive_of(student).close()
    row = Export.objects.get(user=student)
    path = export.path_of(row)
    packed_at = path.stat().st_mtime_ns
    export.pack(str(row.pk))
    assert path.stat().st_mtime_ns == packed_at
    Export.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with django_capture_on_commit_callbacks(execute=True):
        assert export.forget_old() == 1
    assert not path.exists()


def test_a_full_disk_is_said_and_leaves_nothing(student, monkeypatch):
    Export.objects.all().delete()
    row = Export.objects.create(user=student)
    monkeypatch.setattr(export, "ROOM_BYTES", 10**18)
    export.pack(str(row.pk))
    row.refresh_from_db()
    assert "does not fit" in row.trouble
    assert not export.path_of(row).exists()


def test_asking_twice_gives_the_same_archive(student, monkeypatch):
    Export.objects.all().delete()
    monkeypatch.setattr(tasks.pack, "delay", lambda pk: None)
    assert export.ask(user=student) == export.ask(user=student)
    Export.objects.update(asked_at=timezone.now() - timedelta(hours=2))
    export.ask(user=student)
    assert Export.objects.count() == 2


def test_an_archive_whose_worker_was_killed_is_packed_again(student):
    Export.objects.all().delete()
    row = Export.objects.create(user=student)
    assert export.waiting() == []
    Export.objects.update(asked_at=timezone.now() - timedelta(minutes=2))
    assert export.waiting() == [str(row.pk)]


@pytest.mark.parametrize("trouble", [SoftTimeLimitExceeded(), RuntimeError("a row that cannot be told")])
def test_whatever_stops_it_is_kept_and_told_and_not_tried_for_ever(student, monkeypatch, trouble):
    Export.objects.all().delete()
    row = Export.objects.create(user=student)

    def fail(export):
        raise trouble

    monkeypatch.setattr(export, "_write", fail)
    export.pack(str(row.pk))
    row.refresh_from_db()
    assert type(trouble).__name__ in row.trouble
    assert export.waiting() == []
    (finding,) = health.exports()
    assert not finding.well
    assert row.trouble in finding.sentence


def test_asking_while_the_broker_is_away_loses_nothing(student, monkeypatch, django_capture_on_commit_callbacks):
    Export.objects.all().delete()

    def away(pk):
        raise OperationalError("nobody answers")

    monkeypatch.setattr(tasks.pack, "delay", away)
    with django_capture_on_commit_callbacks(execute=True):
        row = export.ask(user=student)
    Export.objects.update(asked_at=timezone.now() - timedelta(minutes=2))
    assert export.waiting() == [str(row.pk)]
