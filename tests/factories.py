"""Plain functions that make rows, as they stand at a given point of the road."""

import hashlib
import itertools
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Consent, Export, Guardian, User
from accounts.services import consents
from accounts.services import export as exports
from courses.models import Assignment, Course, Enrolment, Piece
from grading.models import (
    Alarm,
    Autograde,
    Bundle,
    Criterion,
    Dataset,
    Job,
    ModelVersion,
    Performance,
    Rating,
    Remark,
    Result,
    Rubric,
    Spoken,
    Study,
    WorkerBeat,
)
from grading.services import bundles, carrying_out, studies, usual
from reviews.models import Anchor, Pack
from submissions.models import Appeal, Submission

PASSWORD = "correct horse battery"
CROP = {"x": 0.0, "y": 0.1, "width": 1.0, "height": 0.8, "upside_down": False, "confidence": 0.9}
_numbers = itertools.count(1)
_attempts = itertools.cycle(range(1, 30_000))  # each of its own, and within a smallint


def user(name: str = "", **fields: Any) -> User:
    number = next(_numbers)
    return User.objects.create_user(
        fields.pop("email", f"person{number}@example.org"), PASSWORD, name=name or f"Person {number}", **fields
    )


def course(name: str = "", **fields: Any) -> Course:
    return Course.objects.create(name=name or f"Course {next(_numbers)}", **fields)


def enrol(course: Course, user: User, role: str = Enrolment.Role.STUDENT) -> Enrolment:
    """A student has agreed to what most tests are about: that a model grades, and that a second teacher marks."""
    if role == Enrolment.Role.STUDENT:
        agree(user, Consent.Purpose.GRADING, Consent.Purpose.SECOND)
    return Enrolment.objects.create(course=course, user=user, role=role)


def agree(user: User, *purposes: Consent.Purpose) -> User:
    for purpose in purposes:
        consents.grant(user=user, purpose=purpose)
    return user


def child(name: str = "", *, confirmed: bool = False, **fields: Any) -> User:
    """A student who is too young to decide, with a guardian who has confirmed, or was asked and has not."""
    young = user(name, of_age_on=timezone.localdate() + timedelta(days=1000), **fields)
    guardian(young, confirmed_at=timezone.now() if confirmed else None)
    return young


def guardian(of: User | None = None, **fields: Any) -> Guardian:
    of = of or user(of_age_on=timezone.localdate() + timedelta(days=1000))
    return Guardian.objects.create(**{"child": of, "email": f"guardian{next(_numbers)}@example.org"} | fields)


def piece(**fields: Any) -> Piece:
    return Piece.objects.create(**{"title": f"Minuet {next(_numbers)}", "composer": "Christian Petzold"} | fields)


def rubric(**fields: Any) -> Rubric:
    made = Rubric.objects.create(**{"name": f"Performance {next(_numbers)}"} | fields)
    for order, (key, name) in enumerate((("rhythm", "Rhythm"), ("touch", "Touch"), ("posture", "Posture"))):
        Criterion.objects.create(rubric=made, key=key, name=name, descriptor=f"How {key} sounds.", order=order)
    return made


def assignment(*, course: Course, **fields: Any) -> Assignment:
    rest = {"piece": fields.pop("piece", None) or piece(), "rubric": fields.pop("rubric", None) or rubric()}
    return Assignment.objects.create(course=course, **rest, **fields)


def performance(*, player: User, state: str = Performance.State.GRADED, **fields: Any) -> Performance:
    number = next(_numbers)
    if state in {Performance.State.PREPARED, Performance.State.GRADED}:
        fields = {"crop": CROP, "duration": 20.0, "digest": f"{number:064x}", "facts": {"frame_rate": 30.0}} | fields
    return Performance.objects.create(**{"player": player, "piece": "Petzold: Minuet", "state": state} | fields)


def media(performance: Performance, proxy: bytes = bytes(range(256)) * 8) -> Performance:
    """Files where the media worker would have put them."""
    performance.folder.mkdir(parents=True, exist_ok=True)
    (performance.folder / "proxy.mp4").write_bytes(proxy)
    (performance.folder / "poster.jpg").write_bytes(b"poster")
    (performance.folder / "mel.png").write_bytes(b"mel")
    (performance.folder / "mel-000.png").write_bytes(b"tile")
    (performance.folder / "peaks.json").write_text("[0.1, 0.2]")
    return performance


def model(*, champion: bool = False, **fields: Any) -> ModelVersion:
    number = next(_numbers)
    stage = ModelVersion.Stage.CHAMPION if champion else ModelVersion.Stage.CANDIDATE
    digest = hashlib.sha256(f"weights {number}".encode()).hexdigest()
    defaults = {"number": number, "stage": stage, "digest": digest, "variant": "resnet18-3d+resnet18-2d"}
    return ModelVersion.objects.create(**defaults | fields)


def autograde(performance: Performance, *, model: ModelVersion | None = None, **fields: Any) -> Autograde:
    """Level 6, most likely between 5 and 7."""
    peak = [0.0, 0.0, 0.0, 0.05, 0.2, 0.5, 0.2, 0.05, 0.0, 0.0]
    window = {"visual": 5.5, "aural": 6.5, "fused": 6.1, "low": 5, "high": 7}
    defaults = {
        "model": model or globals()["model"](),
        "crop": performance.crop,
        "crop_digest": f"{next(_numbers):064x}",
        "visual": peak,
        "aural": peak,
        "fused": peak,
        "level": 6.13,
        "low": 5,
        "high": 7,
        "windows": [{"start": 0.0, "end": 10.0, **window}, {"start": 10.0, "end": 20.0, **window}],
        "device": "cpu",
        "seconds": 3.0,
    }
    performance.autograde = Autograde.objects.create(performance=performance, **defaults | fields)
    performance.save(update_fields=("autograde",))
    return performance.autograde


def submission(
    *, student: User, assignment: Assignment, performance: Performance | None = None, **fields: Any
) -> Submission:
    return Submission.objects.create(
        student=student,
        assignment=assignment,
        performance=performance or globals()["performance"](player=student),
        **{"attempt": next(_attempts)} | fields,
    )


def job(performance: Performance, kind: str = Job.Kind.PREPARE, **fields: Any) -> Job:
    return Job.objects.create(kind=kind, performance=performance, **fields)


def beat(queue: str, **fields: Any) -> WorkerBeat:
    return WorkerBeat.objects.create(
        **{"name": f"{queue}-{next(_numbers)}", "queue": queue, "beat_at": timezone.now()} | fields
    )


def rating(performance: Performance, *, rater: User, **fields: Any) -> Rating:
    """Given before the model's grade was seen."""
    defaults = {"level": 7, "autograde_visible": False}
    return Rating.objects.create(performance=performance, rater=rater, **defaults | fields)


def result(
    performance: Performance, *, rater: User, level: int = 7, remarks: tuple[tuple[float, str], ...] = (), **fields: Any
) -> Result:
    """A released rating; the rule follows from the newest autograde, if there is one."""
    grade = performance.autograde
    rating = Rating.objects.create(
        performance=performance,
        rater=rater,
        level=level,
        criteria=fields.pop("criteria", {"rhythm": 5, "touch": 2}),
        comment=fields.pop("comment", "A dance at last."),
        autograde=grade,
        autograde_visible=grade is not None,
    )
    for start, text in remarks:
        Remark.objects.create(rating=rating, start=start, text=text)
    if grade is None:
        rule = Result.Rule.TEACHER
    else:
        rule = Result.Rule.ACCEPTED if grade.rounded == level else Result.Rule.OVERRIDDEN
    result = Result.objects.create(
        **{"performance": performance, "rating": rating, "rule": rule, "released_at": timezone.now()} | fields
    )
    usual.keep(player=performance.player)
    return result


def appeal(submission: Submission, **fields: Any) -> Appeal:
    """Open, against the released result."""
    defaults = {
        "reason": "Please listen to the repeat again.",
        "about_id": Result.objects.get(performance=submission.performance_id).rating_id,
        "answer_by": timezone.now() + timedelta(days=14),
    }
    return Appeal.objects.create(submission=submission, **defaults | fields)


def spoken(performance: Performance, *, author: User, state: str = Spoken.State.READY, data: bytes = b"m4a") -> Spoken:
    """A spoken remark; where it is ready, the file that a worker has made of it."""
    row = Spoken.objects.create(performance=performance, author=author, state=state, seconds=3.0)
    if state == Spoken.State.READY:
        row.path.parent.mkdir(parents=True, exist_ok=True)
        row.path.write_bytes(data)
    return row


def study(performance: Performance, autograde: Autograde, **fields: Any) -> Study:
    """An answered 'where did it look and listen?' about the first ten seconds, with its two pictures."""
    clips = [{"start": float(row), "end": row + 1.0, "visual": 0.02, "aural": 0.07} for row in range(10)]
    answer = {
        "level": 7.0,
        "whole": 6.1,
        "clips": clips,
        "strongest": clips[4],
        "seen": {"moment": 4.5, "brightest": [0.1, 0.9]},
        "heard": {"start": 2.75, "end": 6.25, "brightest": [0.5, 0.2]},
    }
    defaults = {
        "kind": Study.Kind.EXPLAIN,
        "key": f"{next(_numbers):064x}",
        "asked": {"autograde": autograde.pk, "start": 0.0, "end": 10.0},
        "answer": answer,
    }
    row = Study.objects.create(performance=performance, **defaults | fields)
    if row.answer is not None:
        studies.folder(row).mkdir(parents=True)
        for name in ("sight.jpg", "sound.jpg"):
            (studies.folder(row) / name).write_bytes(b"jpeg")
    return row


def pack(cast: Any) -> Pack:
    """One anchor, a recording of the cast's student released at level 7."""
    released = result(
        submission(student=cast.student, assignment=cast.assignment).performance, rater=cast.teacher, level=7
    )
    made = Pack.objects.create(name=f"Pack {next(_numbers)}", rubric=cast.rubric)
    made.anchors.add(Anchor.objects.create(performance=released.performance, rubric=cast.rubric, level=7))
    return made


def bundle(dataset: Dataset) -> Bundle:
    """Labels that were carried out and can be fetched."""
    numbers = {"performances": 6, "ratings": 8, "players": 3, "raters": 2, "withdrawn": 1, "reduced": 0, "bytes": 7}
    row = Bundle.objects.create(
        way=Bundle.Way.OUT,
        layout=Bundle.Layout.CLAVIER,
        dataset=dataset,
        state=Bundle.State.READY,
        numbers=numbers | {"mark": carrying_out.mark_of(dataset)},
    )
    row.file = f"out-{row.pk}.zip"
    row.save()
    bundles.path_of(row).write_bytes(b"archive")
    return row


def export(user: User) -> Export:
    """An archive that is ready to be downloaded."""
    row = Export.objects.create(
        user=user, ready_at=timezone.now(), expires_at=timezone.now() + timedelta(days=7), size=7
    )
    path = exports.path_of(row)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"archive")
    return row


def alarm(**fields: Any) -> Alarm:
    """A new phone, on which the model is almost a level too low."""
    numbers = {
        "quantity": "device",
        "players": 7,
        "all_players": 10,
        "before": 0,
        "all_before": 12,
        "recordings": 14,
        "all_recordings": 20,
        "rated": 3,
        "off": 0.84,
    }
    return Alarm.objects.create(**{"kind": Alarm.Kind.INPUT, "subject": "Pomelo One", "numbers": numbers} | fields)
