"""A head of course sees what was released, and sends one back to its teacher."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.models import Event
from courses.models import Enrolment
from grading.models import Result
from reviews import moderation, queries
from reviews.marks import Marks
from reviews.models import Moderation
from reviews.services import marking
from reviews.services import moderation as services
from tests import factories

REASON = "The end is much steadier than this level says."


def page_of(cast) -> str:
    return reverse("reviews:moderation", args=[cast.course.pk])


def back(submission) -> str:
    return reverse("reviews:send_back", args=[submission.pk])


@pytest.fixture
def released(cast, desk):
    factories.result(desk.submission.performance, rater=cast.teacher, level=7)
    return desk.submission


def release(cast, rater, given, **grade):
    submission = factories.submission(student=cast.student, assignment=cast.assignment)
    if grade:
        factories.autograde(submission.performance, **grade)
    return factories.result(submission.performance, rater=rater, level=given)


class TestResults:
    def shown(self, client, cast, **asked) -> set[int]:
        return {result.level for result in client.get(page_of(cast), asked).context["page"]}

    def test_it_lists_what_was_released_in_this_course(self, cast, client_of, released, staff):
        foreign = factories.submission(student=cast.other_student, assignment=cast.other_assignment)
        factories.result(foreign.performance, rater=cast.other_teacher, level=2)
        factories.submission(student=cast.student, assignment=cast.assignment)  # waits
        assert self.shown(client_of(staff.head), cast) == {7}

    def test_it_can_be_filtered_by_teacher_piece_and_level(self, cast, client_of, released, staff):
        release(cast, staff.second, 3)
        other = factories.assignment(course=cast.course, rubric=cast.rubric)
        elsewhere = factories.submission(student=cast.student, assignment=other)
        factories.result(elsewhere.performance, rater=cast.teacher, level=9)
        head = client_of(staff.head)
        assert self.shown(head, cast) == {3, 7, 9}
        assert self.shown(head, cast, teacher=staff.second.pk) == {3}
        assert self.shown(head, cast, piece=other.piece_id) == {9}
        assert self.shown(head, cast, level=7, teacher=cast.teacher.pk) == {7}
        assert self.shown(head, cast, teacher="x", level="70") == {3, 7, 9}

    def test_it_says_when_there_is_nothing(self, cast, client_of, staff):
        assert "Nothing is released yet" in client_of(staff.head).get(page_of(cast)).content.decode()

    def test_it_asks_a_fixed_number_of_questions(self, cast, client_of, staff):
        head = client_of(staff.head)
        asked = []
        for count in (1, 6):
            for number in range(count):
                release(cast, (cast.teacher, staff.second)[number % 2], 5, level=5.0)
            with CaptureQueriesContext(connection) as captured:
                assert head.get(page_of(cast)).status_code == 200
            asked.append(len(captured))
        # session, user, door, course, levels, distances, teachers, pieces, number of rows, rows, what was sent back,
        # what is left out
        assert asked == [12, 12]

    @pytest.mark.parametrize("who", ["teacher", "student", "other_teacher", "nobody"])
    def test_it_is_not_there_for_anyone_else(self, cast, client_of, staff, who):
        assert client_of(getattr(cast, who)).get(page_of(cast)).status_code == 404

    def test_nor_for_the_head_of_another_course(self, cast, client_of):
        stranger = factories.user()
        factories.enrol(cast.other_course, stranger, Enrolment.Role.HEAD)
        assert client_of(stranger).get(page_of(cast)).status_code == 404

    def test_the_page_of_the_course_leads_there_for_its_head_only(self, cast, client_of, staff):
        course = reverse("courses:course", args=[cast.course.pk])
        assert page_of(cast) in client_of(staff.head).get(course).content.decode()
        assert page_of(cast) in client_of(cast.admin).get(course).content.decode()
        assert page_of(cast) not in client_of(cast.teacher).get(course).content.decode()
        assert page_of(cast) not in client_of(cast.student).get(course).content.decode()

    def test_it_takes_only_get(self, cast, client_of, staff):
        assert client_of(staff.head).post(page_of(cast)).status_code == 405


class TestDistributions:
    def test_each_teachers_levels_are_counted(self, cast, staff):
        for rater, level in ((cast.teacher, 3), (cast.teacher, 3), (cast.teacher, 8), (staff.second, 5)):
            release(cast, rater, level)
        second, first = moderation.distributions(cast.course, reader=cast.admin)
        assert (second.teacher, first.teacher) == (staff.second, cast.teacher)
        assert list(first.counts) == [0, 0, 2, 0, 0, 0, 0, 1, 0, 0]
        assert (first.total, second.total) == (3, 1)
        assert [bar.height for bar in first.bars if bar.count] == [28, 14]

    def test_the_distance_to_the_model_is_in_whole_levels_as_people_see_them(self, cast):
        release(cast, cast.teacher, 8, level=6.4, low=5, high=7)  # two above
        release(cast, cast.teacher, 5, level=6.4, low=5, high=7)  # one below
        release(cast, cast.teacher, 1)  # the model gave none
        row = moderation.distributions(cast.course, reader=cast.admin)[0]
        assert (row.compared, row.apart, row.leans) == (2, 1.5, 0.5)
        assert row.leaning == "0.5 higher"

    def test_a_second_thought_counts_once(self, cast, desk):
        for level, seen in ((6, None), (7, 6)):
            marking.release(
                submission=desk.submission,
                teacher=cast.teacher,
                marks=Marks(level=level),
                autograde=desk.autograde,
                seen=Result.objects.get().rating_id if seen else None,
            )
        (row,) = moderation.distributions(cast.course, reader=cast.admin)
        assert list(row.counts) == [0, 0, 0, 0, 0, 0, 1, 0, 0, 0]


class TestSendBack:
    def test_it_goes_to_its_teachers_queue_with_the_reason(self, cast, client_of, released, staff):
        answer = client_of(staff.head).post(back(released), {"reason": REASON}, follow=True)
        assert REASON in answer.content.decode()
        sent = Moderation.objects.get()
        assert (sent.head, sent.reason, sent.settled_at) == (staff.head, REASON, None)
        assert list(queries.queue(cast.teacher)) == [released]
        assert not queries.queue(staff.second).exists()

    def test_the_student_keeps_the_result_meanwhile(self, cast, client_of, released, staff):
        client_of(staff.head).post(back(released), {"reason": REASON})
        page = client_of(cast.student).get(reverse("submissions:submission", args=[released.pk]))
        assert page.context["standing"].result.level == 7
        assert REASON not in page.content.decode()

    def test_the_history_says_who_and_why(self, cast, released, staff):
        services.send_back(submission=released, head=staff.head, reason=REASON)
        event = Event.objects.get()
        assert (event.kind, event.actor, event.before, event.note) == ("sent_back", staff.head, {"level": 7}, REASON)

    def test_it_can_be_sent_back_again_once_it_was_settled(self, cast, released, staff):
        services.send_back(submission=released, head=staff.head, reason=REASON)
        with pytest.raises(services.NotSentBack, match="already"):
            services.send_back(submission=released, head=staff.head, reason=REASON)
        Moderation.objects.update(settled_at=timezone.now() - timedelta(hours=1))
        services.send_back(submission=released, head=staff.head, reason=REASON)
        assert Moderation.objects.count() == 2

    @pytest.mark.parametrize("reason", ["", "Hm.", "      a     "])
    def test_it_wants_a_reason_and_keeps_what_was_typed(self, cast, client_of, released, staff, reason):
        answer = client_of(staff.head).post(back(released), {"reason": reason})
        assert answer.status_code == 422
        assert answer.context["form"].errors["reason"]
        assert not Moderation.objects.exists()

    def test_ones_own_is_changed_on_the_desk_instead(self, cast, desk, staff):
        factories.result(desk.submission.performance, rater=staff.head)
        with pytest.raises(services.NotSentBack, match="your own"):
            services.send_back(submission=desk.submission, head=staff.head, reason=REASON)

    def test_what_has_no_result_cannot_be_sent_back(self, cast, client_of, desk, staff):
        assert "no result yet" in client_of(staff.head).get(back(desk.submission)).content.decode()
        assert client_of(staff.head).post(back(desk.submission), {"reason": REASON}).status_code == 422
        assert not Moderation.objects.exists()

    @pytest.mark.parametrize("who", ["teacher", "student", "other_teacher", "nobody"])
    def test_nobody_else_can(self, cast, client_of, released, staff, who):
        assert client_of(getattr(cast, who)).post(back(released), {"reason": REASON}).status_code == 404
        assert client_of(getattr(cast, who)).get(back(released)).status_code == 404
        assert not Moderation.objects.exists()

    def test_nor_the_head_of_another_course(self, cast, client_of, released):
        stranger = factories.user()
        factories.enrol(cast.other_course, stranger, Enrolment.Role.HEAD)
        assert client_of(stranger).post(back(released), {"reason": REASON}).status_code == 404
