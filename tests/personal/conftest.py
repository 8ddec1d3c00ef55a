"""A student and a teacher with something in every table and every folder that may hold something of a person."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.models import Consent, Export, Guardian, Letter, SignInFailure, User
from accounts.services import export
from core.models import Event
from courses.models import Enrolment
from grading.models import (
    Abstention,
    Alarm,
    Asked,
    Bundle,
    Calibration,
    Dataset,
    Example,
    Performance,
    PlayerPart,
    Promotion,
    Remark,
    Round,
    TrainingRun,
)
from grading.services import storage
from reviews.models import Anchor, DeskSettings, Draft, Marking, Moderation, Pack, Phrase, Standardisation
from submissions.models import Appeal, Practice, Upload
from tests import factories

STRANGE = "zyxomark"


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
    Asked.objects.create(round=Round.objects.create(), performance=performance, reason="uncertain")
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
    Calibration.objects.create(version=model, quantile=1.5, ratings=30, since=timezone.now(), held=0.8, by=teacher)
    Round.objects.create(by=teacher)
    Bundle.objects.create(way="out", layout="csv", dataset=dataset, by=teacher)
    Alarm.objects.create(kind="input", subject="device", seen_by=teacher, seen_at=timezone.now())
    Event.objects.create(kind="released", actor=teacher, note=f"own {STRANGE}")
    packed(teacher)
    return teacher


def packed(user: User) -> Export:
    row = Export.objects.create(user=user, ready_at=timezone.now(), expires_at=timezone.now() + timedelta(days=1))
    export.path_of(row).parent.mkdir(parents=True, exist_ok=True)
    export.path_of(row).write_text(STRANGE)
    return row
