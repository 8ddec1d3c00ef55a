"""Every act stands in the history, reads as a sentence, and is never changed."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import history
from core.models import Event
from courses.models import Enrolment
from reviews.marks import Marks
from reviews.sentences import SENTENCES
from reviews.services import claims, marking
from reviews.services import moderation as moderating
from tests import factories

# What the rows of the house say, of every kind at once.
FACTS = {
    "level": 6,
    "levels": [5, 7],
    "role": "first",
    "kind": "unusable",
    "pack": "Minuets",
    "anchors": [1, 2],
    "days": 180,
    "within": 1.0,
    "distance": 0.5,
    "name": "Wrist rotation",
}


def page_of(desk) -> str:
    return reverse("reviews:history", args=[desk.submission.pk])


def course_page(cast) -> str:
    return reverse("reviews:course_history", args=[cast.course.pk])


def rate(desk, teacher, level, *, seen=None, **marks) -> marking.Released:
    return marking.release(
        submission=desk.submission,
        teacher=teacher,
        marks=Marks(level=level, **marks),
        autograde=desk.autograde,
        seen=seen.pk if seen else None,
    )


def told() -> list[str]:
    """Without the claims, the oldest first."""
    return [history.sentence(event) for event in Event.objects.exclude(kind="claimed").order_by("pk")]


# Acts that are told of somebody else, or of nobody.
BEGINS = {
    "second_withdrawn": "One teacher marks it",
    "guardian_asked": "A guardian of Teacher",
    "guardian_confirmed": "A guardian of Teacher",
    "erased": "A member of the school",
}


class TestSentences:
    def test_accepted(self, cast, desk):
        rate(desk, cast.teacher, 6)
        assert told() == ["Teacher accepted the model's level 6"]

    def test_overridden_says_by_how_much_and_why(self, cast, desk):
        rate(desk, cast.teacher, 8, reason="The rubato is meant.")
        assert told() == ["Teacher released level 8, two above the model's 6 (5 to 7), because “The rubato is meant.”"]

    def test_blind(self, cast, desk):
        desk.submission.blind = True
        desk.submission.save()
        first = rate(desk, cast.teacher, 5).rating
        rate(desk, cast.teacher, 6, seen=first)
        assert told() == [
            "Teacher released level 5, one below the model's 6 (5 to 7), which was not shown yet",
            "Teacher changed level 5 to 6, as the model had",
        ]

    def test_without_the_model(self, cast):
        submission = factories.submission(student=cast.student, assignment=cast.assignment)
        marking.release(submission=submission, teacher=cast.teacher, marks=Marks(level=4), autograde=None, seen=None)
        assert told() == ["Teacher released level 4"]

    def test_two_agree(self, cast, desk, staff):
        desk.submission.second = True
        desk.submission.save()
        rate(desk, cast.teacher, 6)
        rate(desk, staff.second, 7)
        assert told() == [
            "Teacher marked it with level 6, as the model had",
            "Second Teacher marked it with level 7, one above the model's 6 (5 to 7)",
            "The house released level 6: two teachers agree (6 and 7)",
        ]

    def test_a_third_settles(self, cast, desk, staff):
        desk.submission.second = True
        desk.submission.save()
        rate(desk, cast.teacher, 5)
        rate(desk, staff.second, 7)
        rate(desk, staff.third, 7, reason="The pulse holds.")
        assert told()[2:] == [
            "The house asked a third teacher, because two levels (5 and 7) are too far apart",
            "Third Teacher settled the difference (5 and 7) with level 7, because “The pulse holds.”",
        ]

    def test_an_appeal(self, cast, desk, staff):
        rate(desk, cast.teacher, 6)
        factories.appeal(desk.submission)
        rate(desk, staff.second, 7, answer="You are right.")
        assert told()[-1] == "Second Teacher answered the appeal and changed level 6 to 7: “You are right.”"

    def test_sent_back_and_kept(self, cast, desk, staff):
        first = rate(desk, cast.teacher, 6).rating
        moderating.send_back(submission=desk.submission, head=staff.head, reason="Listen to the end again.")
        rate(desk, cast.teacher, 6, seen=first)
        assert told()[1:] == [
            "Head Of Course sent level 6 back to its teacher: “Listen to the end again.”",
            "Teacher kept level 6 when a head of course had sent it back, as the model had",
        ]

    @pytest.mark.parametrize(
        ("kind", "said"),
        [
            ("unusable", "Teacher asked the student to record it again: “No sound at all.”"),
            ("conflict", "Teacher left it to a colleague: “No sound at all.”"),
        ],
    )
    def test_abstained(self, cast, desk, kind, said):
        marking.abstain(submission=desk.submission, teacher=cast.teacher, kind=kind, reason="No sound at all.")
        assert told() == [said]

    def test_claimed_and_given_back(self, cast, desk):
        claims.take(submission=desk.submission, teacher=cast.teacher)
        claims.give_back(submission=desk.submission, teacher=cast.teacher)
        kinds = [event.kind for event in Event.objects.order_by("pk")]
        assert kinds == ["claimed", "gave_back"]

    @pytest.mark.parametrize("data", [None, {}])
    def test_every_act_of_marking_reads_even_where_its_row_says_little(self, cast, data):
        for kind in SENTENCES:
            said = history.sentence(Event(kind=kind, actor=cast.teacher, before=data, after=data))
            assert said.startswith(BEGINS.get(kind, "Teacher ")), kind

    def test_every_kind_of_the_house_reads(self, cast):
        assert set(SENTENCES) <= history.kinds()
        for kind in history.kinds():
            said = history.sentence(Event(kind=kind, actor=cast.teacher, before=FACTS, after=FACTS, note="It was so."))
            assert said.startswith(BEGINS.get(kind, "Teacher ")), kind
            assert said != f"Teacher {kind.replace('_', ' ')}", kind
            assert "None" not in said, said

    def test_what_nobody_can_read_is_not_written(self, cast):
        with pytest.raises(ValueError, match="how 'hummed' reads"):
            history.record(kind="hummed", actor=cast.teacher)

    def test_no_name_of_a_person_stands_in_the_data(self, cast, desk, staff):
        desk.submission.second = True
        desk.submission.save()
        for teacher, level in ((cast.teacher, 5), (staff.second, 7), (staff.third, 7)):
            rate(desk, teacher, level)
        names = {str(person) for person in (cast.teacher, staff.second, staff.third, cast.student)}
        assert not [
            event for event in Event.objects.all() if any(name in f"{event.before}{event.after}" for name in names)
        ]


class TestForEver:
    @pytest.fixture
    def event(self, cast, desk):
        rate(desk, cast.teacher, 6)
        return Event.objects.exclude(kind="claimed").get()

    @pytest.mark.parametrize(
        "act",
        [
            lambda event: Event.objects.filter(pk=event.pk).update(note="It was otherwise."),
            lambda event: Event.objects.filter(pk=event.pk).update(after={"level": 9}),
            lambda event: Event.objects.filter(pk=event.pk).update(actor=factories.user()),
            lambda event: event.delete(),
            lambda event: Event.objects.all().delete(),
        ],
    )
    def test_the_database_refuses_to_change_or_forget_it(self, event, act):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            act(event)
        assert Event.objects.get(pk=event.pk).after["level"] == 6

    def test_whoever_is_erased_loses_the_name_and_the_act_stays(self, cast, desk):
        leaver = factories.user(name="Gone Soon")
        event = history.record(kind="claimed", actor=leaver, performance=desk.submission.performance, after={})
        leaver.delete()
        event.refresh_from_db()
        assert event.actor is None
        assert "Gone Soon" not in history.sentence(event)

    def test_an_erased_recording_leaves_the_act(self, event, desk):
        performance = desk.submission.performance
        performance.result.delete()
        desk.submission.delete()
        performance.delete()
        event.refresh_from_db()
        assert event.performance is None


class TestPages:
    def test_a_teacher_reads_what_happened_to_a_recording(self, cast, client_of, desk):
        rate(desk, cast.teacher, 8, reason="The rubato is meant.", comment="A dance at last.")
        text = client_of(cast.teacher).get(page_of(desk)).content.decode()
        assert "Teacher released level 8, two above the model&#x27;s 6 (5 to 7), because “The rubato is meant.”" in text
        assert "meant.”." not in text  # what is quoted brings its own full stop
        assert "A dance at last." in text

    def test_before_anything_happened_it_says_so(self, cast, client_of, desk):
        assert "Nothing has happened yet" in client_of(cast.teacher).get(page_of(desk)).content.decode()

    @pytest.mark.parametrize("who", ["student", "other_teacher", "nobody"])
    def test_it_is_hidden_from_everyone_else(self, cast, client_of, desk, who):
        assert client_of(getattr(cast, who)).get(page_of(desk)).status_code == 404

    def test_it_takes_only_get(self, cast, client_of, desk, staff):
        assert client_of(cast.teacher).post(page_of(desk)).status_code == 405
        assert client_of(staff.head).post(course_page(cast)).status_code == 405

    def test_the_head_of_a_course_reads_all_of_it_and_nothing_else(self, cast, client_of, desk, staff):
        rate(desk, cast.teacher, 6)
        foreign = factories.submission(student=cast.other_student, assignment=cast.other_assignment)
        marking.release(submission=foreign, teacher=cast.other_teacher, marks=Marks(level=3), autograde=None, seen=None)
        text = client_of(staff.head).get(course_page(cast)).content.decode()
        assert "accepted the model&#x27;s level 6" in text
        assert page_of(desk) in text
        assert "level 3" not in text

    @pytest.mark.parametrize("who", ["teacher", "student", "other_teacher", "nobody"])
    def test_that_of_a_course_is_for_its_head(self, cast, client_of, who):
        assert client_of(getattr(cast, who)).get(course_page(cast)).status_code == 404

    def test_nor_is_it_for_the_head_of_another_course(self, cast, client_of):
        stranger = factories.user()
        factories.enrol(cast.other_course, stranger, Enrolment.Role.HEAD)
        assert client_of(stranger).get(course_page(cast)).status_code == 404

    def test_they_ask_a_fixed_number_of_questions(self, cast, client_of, desk, staff):
        head = client_of(staff.head)
        first = rate(desk, cast.teacher, 6).rating
        asked = []
        for _ in range(2):
            counts = []
            for page in (page_of(desk), course_page(cast)):
                with CaptureQueriesContext(connection) as captured:
                    assert head.get(page).status_code == 200
                counts.append(len(captured))
            asked.append(counts)
            for level in (7, 6, 7):
                first = rate(desk, cast.teacher, level, seen=first).rating
        # session, user, door, recording, criteria, acts, ratings, remarks
        # session, user, door, course, number of acts, acts
        assert asked == [[8, 6], [8, 6]]
