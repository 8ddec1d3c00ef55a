"""Who sees what of a recording, and when: the table of docs/marking.md, tried by real requests to every page.

The recording is blind and marked twice. Each thing that may be secret says words that stand nowhere else; a person sees
it if the words stand on any page that answers them, and does not if they stand on none.
"""

from types import SimpleNamespace

import pytest
from django.urls import reverse

from reviews import visibility
from reviews.marks import Marks, Moment
from reviews.models import Draft
from reviews.services import claims, marking
from submissions.models import Submission
from submissions.services import appeals
from tests import factories
from tests.policy import POLICY

PHASES = ("before", "one", "both", "released", "appealed", "answered")
EVERYBODY = ("first", "second", "third", "other", "head", "admin", "student", "stranger", "other_student", "nobody")

# What each may see, and from which phase on; a draft only in the phase in which it is there.
FROM = {
    "first": {"model": "one", "first": "one", "second": "both", "third": "released", "other": "answered"},
    "second": {"model": "both", "first": "both", "second": "both", "third": "released", "other": "answered"},
    "third": {"model": "both", "first": "both", "second": "both", "third": "released", "other": "answered"},
    "other": {"model": "both", "first": "both", "second": "both", "third": "released", "other": "answered"},
    "head": {"model": "both", "first": "both", "second": "both", "third": "released", "other": "answered"},
    "admin": {"model": "both", "first": "both", "second": "both", "third": "released", "other": "answered"},
    # The course shows provisional grades; of the ratings a student sees the one that is the result, and the one that
    # was, where an answer to an appeal has replaced it.
    "student": {"model": "before", "third": "released", "other": "answered"},
}
DRAFTS = {"first": "before", "second": "one", "third": "both", "other": "appealed"}
# While an appeal is open, whoever may answer it: nothing is seen of all that was.
SEALED = {"other", "head", "admin"}

REASON, ANSWER = "Please listen to the repeat again.", "The pulse is not there yet."
# Level, a window, the interval in words and in the history.
MODEL = ("6.137", "5.51", "between 2 and 9", "2 to 9")


def words(who: str) -> tuple[str, ...]:
    """What a marker's rating says, each in a part of its own."""
    return tuple(f"{who} {part}" for part in ("COMMENT", "REMARK", "REASON"))


def the_draft(who: str) -> str:
    return f"{who} DRAFT"


@pytest.fixture
def world(cast, staff):
    other = factories.user(name="Other Of The Course")
    factories.enrol(cast.course, other, "teacher")
    cast.assignment.tolerance = 1
    cast.assignment.save()
    submission = factories.submission(student=cast.student, assignment=cast.assignment, blind=True, second=True)
    window = {"start": 0.0, "end": 20.0, "visual": 5.51, "aural": 5.51, "fused": 5.51, "low": 2, "high": 9}
    grade = factories.autograde(submission.performance, level=6.137, low=2, high=9, windows=[window])
    people = {"first": cast.teacher, "second": staff.second, "third": staff.third, "other": other, "head": staff.head}
    people |= {"stranger": cast.other_teacher}
    people |= {who: getattr(cast, who) for who in ("admin", "student", "other_student", "nobody")}
    return SimpleNamespace(cast=cast, submission=submission, grade=grade, people=people)


def begin(world, who: str) -> None:
    """She has claimed it and written a draft."""
    claims.take(submission=world.submission, teacher=world.people[who])
    body = Marks(level=5, comment=the_draft(who)).to_json()
    Draft.objects.create(submission=world.submission, teacher=world.people[who], body=body)


def finish(world, who: str, level: int) -> None:
    comment, remark, reason = words(who)
    marking.release(
        submission=world.submission,
        teacher=world.people[who],
        marks=Marks(level, comment=comment, reason=reason, answer=ANSWER, remarks=(Moment(1.0, None, remark),)),
        autograde=world.grade,
        seen=None,
    )


def go_on_to(world, phase: str) -> None:
    begin(world, "first")
    if phase != "before":
        finish(world, "first", 3)
        begin(world, "second")
    if PHASES.index(phase) >= PHASES.index("both"):
        finish(world, "second", 8)
        begin(world, "third")
    if PHASES.index(phase) >= PHASES.index("released"):
        finish(world, "third", 7)
    if PHASES.index(phase) >= PHASES.index("appealed"):
        appeals.appeal(submission=world.submission, by=world.people["student"], reason=REASON)
        begin(world, "other")
    if phase == "answered":
        finish(world, "other", 4)


def addresses(world) -> list[str]:
    """Every page and every answer of the API that can be asked about this recording or this course."""
    found = []
    for name, row in POLICY.items():
        if "GET" in row.answers and not name.startswith(("accounts:", "lab:")):
            try:
                found.append(reverse(name, args=row.args(world)))
            except AttributeError:
                continue  # about something else
    return found


def reads(client, world) -> str:
    answers = (client.get(address) for address in addresses(world))
    return "\n".join(answer.content.decode() for answer in answers if answer.status_code == 200)


def may_see(who: str, what: str, phase: str) -> bool:
    since = FROM.get(who, {}).get(what)
    if phase == "appealed" and who in SEALED:
        return False
    return since is not None and PHASES.index(phase) >= PHASES.index(since)


def test_the_pages_that_matter_are_among_those_that_are_tried(world):
    tried = addresses(world)
    pk, course = world.submission.pk, world.cast.course.pk
    for name, arg in (
        *((name, pk) for name in ("reviews:desk", "reviews:history", "submissions:submission", "api:submission")),
        *((name, course) for name in ("reviews:moderation", "reviews:course_history", "courses:course")),
    ):
        assert reverse(name, args=[arg]) in tried
    for name in ("reviews:queue", "api:submissions", "core:home"):
        assert reverse(name) in tried


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_sees_what_the_table_says_and_no_more(world, client_of, who, phase):
    go_on_to(world, phase)
    text = reads(client_of(world.people[who]), world)
    seen = {"model": [secret for secret in MODEL if secret in text]}
    seen |= {marker: [secret for secret in words(marker) if secret in text] for marker in DRAFTS}
    for what, found in seen.items():
        if not may_see(who, what, phase):
            assert not found, f"{who} sees {what} in phase {phase}"
        elif what == "model":
            assert found, f"{who} does not see {what} in phase {phase}"
        else:
            # A student reads the comment and the remarks; why another level than the model's is for teachers.
            expected = words(what)[:2] if who == "student" else words(what)
            assert found == list(expected), f"{who} sees {found} of {what} in phase {phase}"


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("who", EVERYBODY)
def test_a_draft_is_its_teachers_alone(world, client_of, who, phase):
    go_on_to(world, phase)
    text = reads(client_of(world.people[who]), world)
    seen = {marker for marker in DRAFTS if the_draft(marker) in text}
    assert seen == {marker for marker, there in DRAFTS.items() if marker == who and there == phase}


@pytest.mark.parametrize("phase", PHASES)
def test_the_student_is_told_how_far_it_is(world, client_of, phase):
    go_on_to(world, phase)
    text = client_of(world.people["student"]).get(reverse("submissions:submission", args=[world.submission.pk]))
    said = {
        "before": "",
        "one": "One of two teachers has marked this recording.",
        "both": "a third one is asked",
        "released": "Third Teacher listened too and decided on level 7",
        "appealed": "Another look is asked for",
        "answered": "The level goes down, from 7 to 4.",
    }
    assert said[phase] in text.content.decode()
    assert ("One of two teachers" in text.content.decode()) == (phase == "one")


@pytest.mark.parametrize(
    ("check", "phase", "who", "secret"),
    [
        ("is_open", "one", "second", words("first")[0]),
        ("has_rated", "before", "second", MODEL[1]),
        ("sees_autograde", "before", "first", MODEL[1]),
        ("_is_open_to", "appealed", "other", words("first")[0]),
        ("sees_autograde", "appealed", "head", MODEL[1]),
    ],
)
def test_the_table_notices_a_check_that_was_taken_away(world, client_of, monkeypatch, check, phase, who, secret):
    go_on_to(world, phase)
    monkeypatch.setattr(visibility, check, lambda *_: True)
    assert secret in reads(client_of(world.people[who]), world)


class TestOneTeacher:
    """Blind, marked once: what the model said is open to all teachers as soon as the result is."""

    def rate(self, world, who: str) -> None:
        world.submission.second = False
        world.submission.save()
        finish(world, who, 7)

    def test_it_is_hidden_from_her_until_she_has_rated_it(self, world):
        teacher = world.people["first"]
        assert not visibility.sees_autograde(teacher, world.submission)
        self.rate(world, "first")
        world.submission.refresh_from_db()
        assert visibility.sees_autograde(teacher, world.submission)

    def test_a_course_may_keep_it_from_its_students(self, world, client_of):
        world.cast.course.shows_provisional = False
        world.cast.course.save()
        text = reads(client_of(world.people["student"]), world)
        assert not [secret for secret in MODEL if secret in text]

    def test_what_is_not_blind_is_seen_by_everyone_who_teaches_there(self, world):
        world.submission.blind = False
        for who in ("first", "other", "head", "admin"):
            assert visibility.sees_autograde(world.people[who], world.submission)

    def test_a_rating_that_a_second_thought_replaced_is_not_the_students(self, world):
        self.rate(world, "first")
        world.submission.refresh_from_db()
        old = world.submission.performance.result.rating
        teacher = world.people["first"]
        marking.release(submission=world.submission, teacher=teacher, marks=Marks(level=6), autograde=None, seen=old.pk)
        fresh = Submission.objects.get(pk=world.submission.pk)
        assert not visibility.sees_rating(world.people["student"], fresh, old)
        assert visibility.sees_rating(world.people["student"], fresh, fresh.performance.result.rating)

    def test_what_is_said_in_a_standardisation_is_ones_own(self, world):
        self.rate(world, "first")
        world.submission.refresh_from_db()
        rating = world.submission.performance.result.rating
        rating.purpose = "standard"
        assert visibility.sees_rating(world.people["first"], world.submission, rating)
        assert not visibility.sees_rating(world.people["other"], world.submission, rating)
