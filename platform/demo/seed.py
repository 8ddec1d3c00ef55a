"""Fill an empty house with the demo school: people at once, recordings by the real road. Safe to do again."""

import random
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import Consent, User
from accounts.services import consents
from courses.models import Assignment, Course, Enrolment, Invitation, Piece
from grading import engine
from grading.models import Autograde, Criterion, Job, ModelVersion, Performance, Rating, Result, Rubric
from grading.services import performances, ratings, registry
from reviews.models import Draft
from submissions.models import Appeal, Submission

from . import school

STARTER = settings.ROOT / "ml" / "starter"
# Large enough to look at, small enough to be drawn while somebody waits.
SIZE = (640, 360)
SECONDS = 13.0

Say = Callable[[str], None]


def seed_starter() -> ModelVersion | None:
    """Register the model that ships with the project, and make it champion where there is none."""
    import json

    version = registry.register(
        checkpoint=STARTER / "model.safetensors",
        variant="resnet18-3d+resnet18-2d",
        report=json.loads((STARTER / "report.json").read_text()),
        card=(STARTER / "CARD.md").read_text(),
        starter=True,
    )
    if registry.champion() is None:
        registry.promote(version=version, by=None, reason="The model that ships with Clavier.")
    return registry.champion()


@transaction.atomic
def seed_people() -> None:
    for person in school.PEOPLE:
        if User.objects.filter(email=person.email).exists():
            continue
        user = User.objects.create_user(
            person.email, school.PASSWORD, name=person.name, is_staff=person.role == "admin"
        )
        if person.role == "student":
            for purpose in Consent.Purpose:
                consents.grant(user=user, purpose=purpose)
    rubric, _ = Rubric.objects.get_or_create(name=school.RUBRIC, defaults={"description": school.RUBRIC_TEXT})
    for order, (key, name, descriptor) in enumerate(school.CRITERIA):
        Criterion.objects.get_or_create(
            rubric=rubric, key=key, defaults={"name": name, "descriptor": descriptor, "order": order}
        )
    for described in school.COURSES:
        _course(described, rubric)


def _course(described: school.Course, rubric: Rubric) -> None:
    course, created = Course.objects.get_or_create(name=described.name, defaults={"description": described.description})
    if not created:
        return
    Enrolment.objects.create(course=course, user=User.objects.get(email=described.teacher), role=Enrolment.Role.TEACHER)
    for email in described.students:
        Enrolment.objects.create(course=course, user=User.objects.get(email=email), role=Enrolment.Role.STUDENT)
    Invitation.objects.create(course=course)
    pieces = engine.recital_pieces()
    for number, slug in enumerate(described.pieces):
        title, composer = pieces[slug]
        piece, _ = Piece.objects.get_or_create(title=title, composer=composer)
        Assignment.objects.create(
            course=course,
            piece=piece,
            rubric=rubric,
            instructions="Play it through once. Keyboard and both hands in the picture, camera from above.",
            due_at=timezone.now() + timedelta(days=4 * number + 3),
        )


def seed_take(number: int, take: school.Take) -> bool:
    """Render one recording, hand it in, and take it along its road; False where it is there already."""
    student = User.objects.get(email=take.student)
    title, _ = engine.recital_pieces()[take.piece]
    assignment = Assignment.objects.get(course__enrolments__user=student, piece__title=title)
    if Submission.objects.filter(assignment=assignment, student=student, attempt=take.attempt).exists():
        return False
    at = timezone.now() - timedelta(days=take.days_ago)
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder) / "take.mp4"
        truth = engine.recital(
            film, seed=1000 + number, level=take.level, piece=take.piece, player=student.pk, size=SIZE, seconds=SECONDS
        )
        with transaction.atomic():
            performance = performances.receive(
                player=student,
                piece=str(assignment.piece),
                source=film,
                source_name=f"{take.piece}.mp4",
                may_train=consents.holds(user=student, purpose=Consent.Purpose.TRAINING),
                generated=True,
            )
            submission = Submission.objects.create(
                assignment=assignment, student=student, performance=performance, attempt=take.attempt
            )
    if take.stage != "arrived":
        _carry(performance, Job.Kind.PREPARE)
        _carry(performance, Job.Kind.GRADE)
        _review(submission, take, dict(truth.criteria), random.Random(number))
    _date(submission, at)
    return True


def _carry(performance: Performance, kind: str) -> None:
    """Do the queued job here and now; a worker that is woken for it finds it done."""
    job = Job.objects.get(performance=performance, kind=kind)
    {Job.Kind.PREPARE: performances.prepare, Job.Kind.GRADE: performances.grade}[Job.Kind(kind)](job.pk)


def _review(submission: Submission, take: school.Take, heard: dict[str, float], chance: random.Random) -> None:
    if take.stage == "graded":
        return
    performance = Performance.objects.get(pk=submission.performance_id)
    teacher = User.objects.get(enrolments__course=submission.assignment.course, enrolments__role=Enrolment.Role.TEACHER)
    marks = {key: min(5, max(1, round(level / 2))) for key, level in heard.items()}
    weakest = min(heard, key=lambda key: heard[key])
    moment = round(chance.uniform(0.2, 0.6) * (performance.duration or 1.0), 1)
    remarks = [{"start": moment, "end": None, "text": REMARKS[weakest]}]
    if take.stage == "in_review":
        Draft.objects.create(
            submission=submission,
            teacher=teacher,
            body={"level": None, "criteria": marks, "comment": "", "reason": "", "remarks": remarks},
        )
        return
    assert take.teacher_says is not None
    autograde = performance.autograde
    outside = autograde is not None and not autograde.low <= take.teacher_says <= autograde.high
    rating = ratings.record(
        performance=performance,
        rater=teacher,
        level=take.teacher_says,
        criteria=marks,
        comment=COMMENTS[chance.randrange(len(COMMENTS))],
        reason="What I hear in the room is not what the model was made for." if outside else "",
        remarks=remarks,
        autograde=autograde,
        autograde_visible=True,
    )
    ratings.release(rating=rating)
    if take.stage == "appealed":
        Appeal.objects.create(
            submission=submission,
            reason="I think the second line was much steadier than last time. Please listen again.",
        )


REMARKS = {
    "timing": "The pulse waits here. Count the bar aloud once, then play it again.",
    "accuracy": "Some neighbouring keys sound along. Slowly, hands apart, three times.",
    "dynamics": "The accompaniment covers the melody here. Sing the upper line.",
    "pedalling": "The pedal holds the old harmony. Change it right after the bass.",
    "posture": "The wrist sinks here. Think of a small ball under the palm.",
}
COMMENTS = (
    "A good step forward. The beginning already sings; now let the end have the same calm.",
    "You know the notes well. Next week we work on the pulse.",
    "Musical and honest playing. Keep the tempo you begin with.",
)


def _date(submission: Submission, at: datetime) -> None:
    """Move everything about this recording to where it would stand in time."""
    performance = submission.performance_id
    Submission.objects.filter(pk=submission.pk).update(created_at=at)
    Performance.objects.filter(pk=performance).update(created_at=at)
    Autograde.objects.filter(performance=performance).update(created_at=at + timedelta(minutes=2))
    reviewed = at + timedelta(days=0.4)
    Rating.objects.filter(performance=performance).update(created_at=reviewed)
    Result.objects.filter(performance=performance).update(released_at=reviewed)
    Appeal.objects.filter(submission=submission).update(created_at=at + timedelta(days=0.8))
