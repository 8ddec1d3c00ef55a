"""Everything that is known of a person is named, can be taken along, and goes when they ask to be forgotten.

Three ways to look: every link to a person in the models must have a rule; every table must say whether it belongs to
somebody; and a person whose every row holds a strange word is erased, after which that word stands nowhere, neither in
the database nor in a file.
"""

import html
import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, models
from django.test import Client
from django.utils import timezone

from accounts.models import Consent, Export, Guardian, Letter, SignInFailure, User
from accounts.services import erasure, export
from core import personal
from core.models import Event
from core.personal import Fate
from courses.models import Enrolment
from grading.models import (
    Abstention,
    Dataset,
    Example,
    Performance,
    PlayerPart,
    Promotion,
    Rating,
    Remark,
    Spoken,
    TrainingRun,
)
from grading.services import storage
from reviews.models import Anchor, DeskSettings, Draft, Marking, Moderation, Pack, Phrase, Standardisation
from submissions.models import Appeal, Practice, Upload
from tests import factories

pytestmark = pytest.mark.django_db

STRANGE = "zyxomark"

# Tables that hold nothing of a person, and why.
NOBODYS = {
    "auth.Permission": "Django's own",
    "auth.Group": "Django's own",
    "auth.Group_permissions": "Django's own",
    "contenttypes.ContentType": "Django's own",
    "django_celery_beat.SolarSchedule": "the scheduler's",
    "django_celery_beat.IntervalSchedule": "the scheduler's",
    "django_celery_beat.ClockedSchedule": "the scheduler's",
    "django_celery_beat.CrontabSchedule": "the scheduler's",
    "django_celery_beat.PeriodicTasks": "the scheduler's",
    "django_celery_beat.PeriodicTask": "the scheduler's",
    "grading.Rubric": "the school's",
    "grading.Criterion": "the school's",
    "grading.Technique": "the school's",
    "grading.ModelVersion": "the school's; its report counts recordings and names them by number",
    "grading.RetrainingPolicy": "the school's",
    "grading.WorkerBeat": "a program's",
    "grading.PublishFailure": "a program's",
    "core.School": "the school's",
    "courses.Course": "the school's",
    "courses.Piece": "the school's",
    "courses.Assignment": "the school's",
    "courses.Invitation": "the course's",
    "reviews.Pack": "the school's",
    "reviews.CourseStandard": "the course's",
    # By another way than a rule: see the tests named.
    "sessions.Session": "test_whoever_is_erased_is_signed_out_everywhere",
    "accounts.SignInFailure": "test_no_trace_of_a_student_is_left",
    "accounts.User": "the person's own row, emptied by accounts/services/erasure.py",
    # An example keeps its level when its recording goes; what names a person in it is the recording.
    "grading.Example": "its link to the recording becomes empty with the recording",
}
# Words in what is kept that were not the person's own.
NOT_THEIR_WORDS = {
    ("grading.Abstention", "reason"): "its student still reads why to record it again",
    ("core.Event", "kind"): "the house's",
    ("grading.TrainingRun", "code_version"): "a program's",
    ("grading.TrainingRun", "error"): "a program's",
    ("grading.TrainingRun", "log"): "a program's",
}


def label(model: type[models.Model]) -> str:
    return model._meta.label


def every_model() -> list[type[models.Model]]:
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]


def links(model: type[models.Model]) -> Iterator[models.ForeignKey]:
    return (field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey))


def test_every_link_to_a_person_has_a_rule():
    found = {
        (label(model), field.name) for model in every_model() for field in links(model) if field.related_model is User
    }
    ruled = {(table.model, table.path) for table in personal.tables()}
    assert found - ruled == set(), "say in the app's whose.py what becomes of these"


def test_every_table_belongs_to_somebody_or_is_said_to_belong_to_nobody():
    ruled = {table.model for table in personal.tables()}
    by_label = {label(model): model for model in every_model()}
    settled = ruled | set(NOBODYS)
    while True:
        goes_with = {
            name
            for name, model in by_label.items()
            if name not in settled
            and any(
                label(field.related_model) in settled - set(NOBODYS) and field.remote_field.on_delete is models.CASCADE
                for field in links(model)
            )
        }
        if not goes_with:
            break
        settled |= goes_with
    assert set(by_label) - settled == set(), "say in the app's whose.py, or in NOBODYS, whose these are"
    assert set(NOBODYS) - set(by_label) == set(), "these are no tables any more"


def test_no_rule_speaks_of_a_table_or_a_path_that_is_not_there(cast):
    for table in personal.tables():
        table.rows(cast.student).exists()
        for name in (*table.blank, *table.leave_out):
            table.kind._meta.get_field(name)
        if table.fate == Fate.UNLINK:
            assert table.kind._meta.get_field(table.path).null


def test_every_folder_of_the_house_has_a_rule():
    """A folder is a setting that is a path below VAR. Static files are the program's own."""
    var = Path(settings.VAR)
    roots = {
        name
        for name in dir(settings)
        if name.isupper() and isinstance(getattr(settings, name), Path) and var in Path(getattr(settings, name)).parents
    }
    assert roots - {"STATIC_ROOT"} <= {folder.root for folder in personal.folders()}


# --- one of everything


@pytest.fixture
def student(cast, house) -> User:
    """The cast's student, with something in every table and every folder that may hold something of a student."""
    student, teacher = cast.student, cast.teacher
    Guardian.objects.create(child=student, email="guardian@example.org", name="Guardian", confirmed_at=timezone.now())
    factories.agree(student, *Consent.Purpose)
    Letter.objects.create(user=student, kind=Letter.Kind.RELEASED, about={"piece": "Minuet"})
    SignInFailure.objects.create(email=student.email, address="127.0.0.1")
    released = factories.submission(student=student, assignment=cast.assignment)
    performance = factories.media(released.performance)
    performance.source, performance.source_name = f"sources/{performance.pk}", f"{STRANGE}.mp4"
    performance.digest = "d" * 64
    performance.save()
    performance.source_path.parent.mkdir(parents=True, exist_ok=True)
    performance.source_path.write_text(STRANGE)
    (Path(settings.FEATURES_ROOT) / f"{storage.key_of(performance.digest)}-a-b.safetensors").write_text(STRANGE)
    grade = factories.autograde(performance)
    result = factories.result(performance, rater=teacher, remarks=((1.0, "Sing here."),))
    factories.study(performance, grade)
    Remark.objects.create(rating=result.rating, start=2.0, spoken=factories.spoken(performance, author=teacher))
    Appeal.objects.create(submission=released, reason="Please listen again.", about=result.rating)
    Example.objects.create(
        dataset=Dataset.objects.create(digest="a" * 64, manifest={"examples": [{"player": student.pk}]}),
        performance=performance,
        rating=result.rating,
        level=7,
        part="train",
    )
    PlayerPart.objects.create(player=student, part="train")
    Practice.objects.create(student=student, listened=["2026-03-02"])
    unusable = factories.submission(student=student, assignment=cast.assignment).performance
    Abstention.objects.create(performance=unusable, rater=teacher, kind="unusable", reason="No hands to be seen.")
    upload = Upload.objects.create(
        user=student, assignment=cast.assignment, name="clip.mp4", size=9, expires_at=timezone.now()
    )
    (Path(settings.UPLOADS_ROOT) / str(upload.pk)).write_text(STRANGE)
    Draft.objects.create(submission=released, teacher=teacher, body={"comment": STRANGE})
    Event.objects.create(kind="claimed", actor=student, note=f"own {STRANGE}")
    Event.objects.create(kind="released", actor=teacher, performance=performance, note=f"about {STRANGE}")
    packed(student)
    return student


@pytest.fixture
def teacher(cast, house) -> User:
    """A colleague of the cast's teacher, with something in every table that may hold something of a teacher."""
    teacher = factories.user()
    factories.enrol(cast.course, teacher, Enrolment.Role.HEAD)
    submission = factories.submission(student=cast.student, assignment=cast.assignment, shown_by=teacher)
    performance = factories.media(submission.performance)
    Performance.objects.filter(pk=performance.pk).update(crop_moved_by=teacher)
    result = factories.result(performance, rater=teacher, remarks=((1.0, "Sing here."),))
    spoken = factories.spoken(performance, author=teacher, data=STRANGE.encode())
    Remark.objects.create(rating=result.rating, start=2.0, spoken=spoken)
    Marking.objects.create(
        submission=submission, teacher=teacher, role="first", leased_until=timezone.now(), rating=result.rating
    )
    other = factories.submission(student=cast.student, assignment=cast.assignment)
    Marking.objects.create(submission=other, teacher=teacher, role="first", leased_until=timezone.now())
    Draft.objects.create(submission=other, teacher=teacher, body={"comment": STRANGE})
    Abstention.objects.create(performance=other.performance, rater=teacher, kind="conflict", reason="My own child.")
    Moderation.objects.create(submission=submission, head=teacher, reason="Please look again.")
    Appeal.objects.create(submission=submission, reason="Why?", decided_by=teacher, answer="I listened again.")
    Phrase.objects.create(teacher=teacher, text="Count aloud.")
    DeskSettings.objects.create(teacher=teacher)
    anchor = Anchor.objects.create(performance=performance, rubric=cast.rubric, level=7, made_by=teacher)
    pack = Pack.objects.create(name="A pack", rubric=cast.rubric)
    pack.anchors.add(anchor)
    Standardisation.objects.create(pack=pack, teacher=teacher)
    dataset = Dataset.objects.create(digest="b" * 64, manifest={"examples": []}, created_by=teacher)
    model = factories.model()
    TrainingRun.objects.create(dataset=dataset, start=model, started_by=teacher)
    Promotion.objects.create(version=model, by=teacher)
    Event.objects.create(kind="released", actor=teacher, note=f"own {STRANGE}")
    packed(teacher)
    return teacher


def packed(user: User) -> Export:
    row = Export.objects.create(user=user, ready_at=timezone.now(), expires_at=timezone.now() + timedelta(days=1))
    export.path_of(row).parent.mkdir(parents=True, exist_ok=True)
    export.path_of(row).write_text(STRANGE)
    return row


def test_the_two_of_these_tests_have_something_in_every_table(student, teacher):
    """Else nobody would notice that a table is not emptied."""
    empty = {
        (table.model, table.path)
        for table in personal.tables()
        if not table.rows(student).exists() and not table.rows(teacher).exists()
    }
    # Of groups and permissions the site makes no use.
    assert empty == {("accounts.User_groups", "user"), ("accounts.User_user_permissions", "user")}


def strange_words(user: User) -> None:
    """Write the strange word into every field of words of every row that a rule gives to this person."""
    User.objects.filter(pk=user.pk).update(name=STRANGE, email=f"{STRANGE}@example.org")
    SignInFailure.objects.update(email=f"{STRANGE}@example.org")
    for table in personal.tables():
        fields = [field for field in table.kind._meta.concrete_fields if is_free_text(table, field)]
        for number, row in enumerate(table.rows(user) if table.model != "core.Event" else ()):
            values = {field.name: f"{STRANGE} {number}"[: field.max_length or None] for field in fields}
            if values:
                table.kind._default_manager.filter(pk=row.pk).update(**values)


ADDRESSES = {"source", "digest"}  # where files of the row lie


def is_free_text(table: personal.Table, field: models.Field) -> bool:
    if table.fate in {Fate.KEEP, Fate.UNLINK} and field.name not in table.blank:
        named = (table.model, field.name) in NOT_THEIR_WORDS or field.unique or field.choices
        if isinstance(field, models.CharField | models.TextField) and not named and not others_words(table):
            raise AssertionError(f"{table.model}.{field.name} stays: are its words the person's? See NOT_THEIR_WORDS.")
        return False
    words = type(field) in {models.CharField, models.TextField, models.EmailField}
    long_enough = (field.max_length or 99) > 20
    return words and long_enough and not field.choices and not field.unique and field.name not in ADDRESSES


def others_words(table: personal.Table) -> bool:
    """The row is somebody else's recording, snapshot or model; the person has only touched it."""
    return table.model in {
        "grading.Performance",
        "grading.Dataset",
        "grading.Promotion",
        "submissions.Submission",
        "submissions.Appeal",
        "reviews.Anchor",
    }


def in_the_database() -> list[str]:
    """Where the strange word stands, row by row, in any column of any table."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT row::text FROM "{table}" AS row WHERE row::text ILIKE %s', [f"%{STRANGE}%"])
            found += [f"{table}: {text}" for (text,) in cursor.fetchall()]
    return found


def in_files(house: Path) -> list[Path]:
    return [
        path
        for path in house.rglob("*")
        if path.is_file() and (STRANGE.encode() in path.read_bytes() or STRANGE in path.name)
    ]


def test_no_trace_of_a_student_is_left(student, house, django_capture_on_commit_callbacks):
    strange_words(student)
    performances = [str(pk) for pk in Performance.objects.filter(player=student).values_list("pk", flat=True)]
    assert in_the_database()
    assert in_files(house)
    with django_capture_on_commit_callbacks(execute=True):
        erasure.forget(user=student)
    assert in_the_database() == []
    assert in_files(house) == []
    assert not Performance.objects.filter(player=student).exists()
    assert [path for path in house.rglob("*") if path.name in performances] == []


def test_no_word_of_a_teacher_is_left_and_the_levels_stay(teacher, cast, house, django_capture_on_commit_callbacks):
    strange_words(teacher)
    with django_capture_on_commit_callbacks(execute=True):
        erasure.forget(user=teacher)
    assert in_the_database() == []
    assert in_files(house) == []
    rating = Rating.objects.get(rater=teacher)
    assert (rating.level, rating.comment, rating.remarks.count()) == (7, "", 0)
    assert str(rating.rater) == "a former member"
    assert rating.result.performance.player == cast.student
    assert not Marking.objects.filter(teacher=teacher, rating__isnull=True).exists()
    assert Event.objects.filter(kind="released").get().note == ""


def test_the_history_still_forbids_every_other_change(student):
    event = Event.objects.first()
    with pytest.raises(Exception, match="append-only"):
        Event.objects.filter(pk=event.pk).update(note="other words")


def test_whoever_is_erased_is_signed_out_everywhere_and_cannot_come_back(student, client_of):
    elsewhere = client_of(student)
    email = student.email
    erasure.forget(user=student)
    assert elsewhere.get("/profile/").status_code == 302
    assert not any(row.get_decoded().get("_auth_user_id") == str(student.pk) for row in Session.objects.all())
    answer = Client().post("/sign-in/", {"email": email, "password": factories.PASSWORD})
    assert answer.status_code == 200


def test_erasing_twice_is_erasing_once(student):
    erasure.forget(user=student)
    before = User.objects.get(pk=student.pk).email
    erasure.forget(user=student)
    assert User.objects.get(pk=student.pk).email == before
    assert Event.objects.filter(kind="erased").count() == 1


def test_the_only_teacher_of_a_course_with_students_is_told_what_to_do_first(cast):
    with pytest.raises(personal.CannotForget, match="only teacher"):
        erasure.forget(user=cast.teacher)
    assert User.objects.get(pk=cast.teacher.pk).erased_at is None
    factories.enrol(cast.course, factories.user(), Enrolment.Role.TEACHER)
    assert erasure.forget(user=cast.teacher).erased_at


def test_the_last_admin_stays(cast):
    with pytest.raises(personal.CannotForget, match="only admin"):
        erasure.forget(user=cast.admin)


# --- the archive


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
    from accounts import tasks

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
