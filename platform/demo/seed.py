"""Fill an empty house with the demo school: people at once, recordings by the real road. Safe to do again."""

import random
import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import Consent, Guardian, User
from accounts.services import consents
from core.models import Event
from courses.models import Assignment, Course, Enrolment, Invitation, Piece
from grading import engine
from grading.models import Autograde, Job, ModelVersion, Performance, Rating, Result, Rubric, Technique
from grading.services import performances, ratings, registry
from reviews.models import Draft, Marking
from submissions.models import Appeal, Submission
from submissions.services import appeals, showing

from . import school
from .rubric import seed_rubric, seed_techniques

STARTER = settings.ROOT / "ml" / "starter"
# Large enough to look at, small enough to be drawn while somebody waits.
SIZE = (640, 360)
SECONDS = 13.0
CHILDHOOD = timedelta(days=3 * 365)  # that a child of the demo school has before it decides alone

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
    new = {person.email for person in school.PEOPLE if _person(person)}
    for person in school.STUDENTS:
        _consents(person)
    seed_techniques()
    rubric = seed_rubric()
    for described in school.COURSES:
        _course(described, rubric, new)


def _person(person: school.Person) -> bool:
    """False where the account is there already."""
    if User.objects.filter(email=person.email).exists():
        return False
    User.objects.create_user(person.email, school.PASSWORD, name=person.name, is_staff=person.role == "admin")
    return True


def _consents(person: school.Person) -> None:
    """Everybody agrees to what nobody has decided yet; for a child its guardian does, who may not have answered."""
    user = User.objects.get(email=person.email)
    guardian = _guardian(user, person) if person.guardian else None
    if guardian is not None and guardian.confirmed_at is None:
        return
    for purpose in consents.undecided(user):
        consents.grant(user=user, purpose=purpose, guardian=guardian)


def _guardian(user: User, person: school.Person) -> Guardian:
    if user.of_age_on is None:
        user.of_age_on = timezone.localdate() + CHILDHOOD
        user.save(update_fields=("of_age_on",))
    known = user.guardians.filter(email=person.guardian).first()
    if known is not None:
        return known
    answered = {"name": "Camille Martin", "confirmed_at": timezone.now()} if person.confirmed else {}
    return Guardian.objects.create(child=user, email=person.guardian, **answered)


def _course(described: school.Course, rubric: Rubric, new: Collection[str]) -> None:
    course, created = Course.objects.get_or_create(name=described.name, defaults={"description": described.description})
    for email, role in ((described.head, Enrolment.Role.HEAD), (described.colleague, Enrolment.Role.TEACHER)):
        Enrolment.objects.get_or_create(course=course, user=User.objects.get(email=email), defaults={"role": role})
    if not course.enrolments.filter(role=Enrolment.Role.HEAD).exists():
        # The demo school is older than heads of course are.
        course.enrolments.filter(user__email=described.head).update(role=Enrolment.Role.HEAD)
    for email in described.students:
        if created or email in new:
            Enrolment.objects.create(course=course, user=User.objects.get(email=email), role=Enrolment.Role.STUDENT)
    if not created:
        return
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
            film,
            seed=1000 + number,
            level=take.level,
            piece=take.piece,
            player=student.pk,
            size=SIZE,
            seconds=SECONDS,
            phone=school.phone_of(take.student),
        )
        with transaction.atomic():
            performance = performances.receive(
                player=student,
                piece=str(assignment.piece),
                source=film,
                source_name=f"{take.piece}.mp4",
                may_train=consents.holds(user=student, purpose=Consent.Purpose.TRAINING),
                may_grade=consents.holds(user=student, purpose=Consent.Purpose.GRADING),
                rubric=assignment.rubric,
                abstain_over=assignment.course.abstain_over,
                generated=True,
            )
            submission = Submission.objects.create(
                assignment=assignment,
                student=student,
                performance=performance,
                attempt=take.attempt,
                blind=take.blind,
                second=take.colleague_says is not None,
            )
    if take.stage != "arrived":
        _carry(performance, Job.Kind.PREPARE)
        _carry(performance, Job.Kind.GRADE)
        _review(submission, take, dict(truth.criteria), random.Random(number))
    _date(submission, at)
    return True


def seed_shown() -> None:
    """In each course the class hears one recording, unless a teacher has ever decided on that."""
    for described in school.COURSES:
        released = Submission.objects.filter(assignment__course__name=described.name, performance__result__isnull=False)
        decided = Event.objects.filter(kind__in=("shown", "unshown"), performance__submission__in=released)
        first = released.order_by("created_at").first()
        if first is not None and not decided.exists() and showing.objection(first) is None:
            showing.show(submission=first, by=User.objects.get(email=described.head))


def _carry(performance: Performance, kind: str) -> None:
    """Do the queued job here and now; a worker that is woken for it finds it done."""
    job = Job.objects.get(performance=performance, kind=kind)
    {Job.Kind.PREPARE: performances.prepare, Job.Kind.GRADE: performances.grade}[Job.Kind(kind)](job.pk)


def _review(submission: Submission, take: school.Take, heard: dict[str, float], chance: random.Random) -> None:
    if take.stage == "graded":
        return
    performance = Performance.objects.get(pk=submission.performance_id)
    head, colleague = _teachers(submission)
    marks = {key: min(5, max(1, round(level / 2))) for key, level in heard.items()}
    remarks = _remarks(heard, performance.duration or 1.0, chance)
    if take.stage == "in_review":
        Draft.objects.create(
            submission=submission,
            teacher=head,
            body={"level": None, "criteria": marks, "comment": "", "reason": "", "remarks": remarks},
        )
        return
    assert take.teacher_says is not None
    comment = COMMENTS[chance.randrange(len(COMMENTS))]
    rating = _mark(submission, head, take.teacher_says, marks, Rating.Purpose.FIRST, comment, remarks)
    if take.colleague_says is not None:
        nearly = {key: min(5, max(1, mark + chance.choice((-1, 0, 0)))) for key, mark in marks.items()}
        _mark(submission, colleague, take.colleague_says, nearly, Rating.Purpose.SECOND)
    ratings.release(rating=rating, rule=None if take.colleague_says is None else Result.Rule.AGREED)
    if take.stage == "appealed":
        Appeal.objects.create(
            submission=submission,
            reason="I think the second line was much steadier than last time. Please listen again.",
            about=rating,
        )


def _remarks(heard: dict[str, float], seconds: float, chance: random.Random) -> list[dict[str, Any]]:
    """One about what is best, one about what is to be looked at, each at a moment of its own."""
    best, weakest = (pick(heard, key=lambda key: heard[key]) for pick in (max, min))
    technique = Technique.objects.filter(name=REMARKS[weakest][1], retired=False).first()
    start = round(chance.uniform(0.1, 0.4) * seconds, 1)
    later = round(chance.uniform(0.5, 0.8) * seconds, 1)
    return [
        {"start": start, "end": round(start + 2.5, 1), "text": PRAISE[best], "mark": "good", "criterion": best},
        {
            "start": later,
            "end": None,
            "text": REMARKS[weakest][0],
            "mark": "technique" if technique else "look",
            "criterion": weakest,
            "technique": technique.pk if technique else None,
        },
    ]


PRAISE = {
    "timing": "Here the beat walks by itself. Remember how that felt.",
    "accuracy": "Every note of this line is where it belongs.",
    "dynamics": "Listen to this again: the phrase grows and comes to rest, all by itself.",
    "pedalling": "A clean change right after the bass. Just so.",
    "posture": "See how quiet the hand is here, and how free the arm.",
}


def _teachers(submission: Submission) -> tuple[User, User]:
    """The head of the course and the other teacher, as the school has them, whatever an admin has changed since."""
    (described,) = (course for course in school.COURSES if course.name == submission.assignment.course.name)
    return User.objects.get(email=described.head), User.objects.get(email=described.colleague)


def _mark(
    submission: Submission,
    teacher: User,
    level: int,
    marks: dict[str, int],
    role: str,
    comment: str = "",
    remarks: Sequence[Mapping[str, Any]] = (),
) -> Rating:
    """A teacher's turn that is done; the history, which cannot be told of another day, stays without it."""
    performance = Performance.objects.get(pk=submission.performance_id)
    autograde = performance.autograde
    seen = autograde is not None and not submission.blind
    outside = autograde is not None and not autograde.low <= level <= autograde.high
    rating = ratings.record(
        performance=performance,
        rater=teacher,
        level=level,
        criteria=marks,
        comment=comment,
        reason="What I hear in the room is not what the model was made for." if outside and seen else "",
        remarks=remarks,
        autograde=autograde,
        autograde_visible=seen,
        purpose=role,
    )
    now = timezone.now()
    Marking.objects.create(
        submission=submission, teacher=teacher, role=role, leased_until=now, done_at=now, rating=rating
    )
    return rating


# What to look at, and the technique that helps, if there is a word for it.
REMARKS = {
    "timing": ("The pulse waits here. Count the bar aloud once, then play it again.", "Preparing the leap"),
    "accuracy": ("Some neighbouring keys sound along. Slowly, hands apart, three times.", "Curved fingers"),
    "dynamics": ("The accompaniment covers the melody here. Sing the upper line.", "Voicing the melody"),
    "pedalling": ("The pedal holds the old harmony. Change it right after the bass.", "Legato pedal"),
    "posture": ("The wrist sinks here. Think of a small ball under the palm.", "Level wrist"),
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
    Marking.objects.filter(submission=submission).update(claimed_at=reviewed, done_at=reviewed)
    Result.objects.filter(performance=performance).update(released_at=reviewed)
    asked = at + timedelta(days=0.8)
    due = appeals.answer_by(submission.assignment.course, asked_at=asked)
    Appeal.objects.filter(submission=submission).update(created_at=asked, answer_by=due)
