"""An appeal: who takes it, what they see before they have answered, what it comes to, and what heads read of them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.models import Event
from courses.models import Enrolment
from grading.models import Abstention, Dataset, Example, Rating, Result
from grading.signals import result_released
from reviews import appeals as read
from reviews import comparisons
from reviews import standards as sittings
from reviews.marks import Marks
from reviews.models import Marking, Moderation
from reviews.queries import queue
from reviews.services import anchors, claims, marking
from reviews.services import moderation as moderating
from submissions.models import Appeal
from tests import factories
from tests.reviews.test_marking import raised_by

ANSWER = "The pulse is steady from the second line on."
Rule = Result.Rule


@pytest.fixture
def appealed(cast, desk):
    """Level 6 of the cast's teacher, in her turn, against which the student has appealed."""
    marking.release(
        submission=desk.submission, teacher=cast.teacher, marks=Marks(level=6), autograde=desk.autograde, seen=None
    )
    factories.appeal(desk.submission)
    return desk


def answer(desk, teacher, level=6, *, seen=None, answer=ANSWER) -> marking.Released:
    return marking.release(
        submission=desk.submission,
        teacher=teacher,
        marks=Marks(level=level, answer=answer),
        autograde=None,
        seen=seen,
    )


def desk_of(client, submission):
    return client.get(reverse("reviews:desk", args=[submission.pk]))


class TestWhoTakesIt:
    def test_it_waits_for_whoever_has_not_marked_it(self, cast, appealed, colleague):
        assert list(queue(colleague)) == [appealed.submission]
        assert list(queue(cast.admin)) == [appealed.submission]
        assert not queue(cast.teacher).exists()

    def test_next_hands_it_out(self, cast, appealed, colleague):
        assert claims.next_for(teacher=cast.teacher) is None
        assert claims.next_for(teacher=colleague).role == Marking.Role.APPEAL

    @pytest.mark.parametrize("purpose", ["first", "second", "third", "appeal"])
    def test_whoever_has_marked_it_in_whatever_turn_does_not_answer(self, cast, appealed, colleague, purpose):
        factories.rating(appealed.submission.performance, rater=colleague, purpose=purpose)
        with pytest.raises(marking.NotReady, match="You have marked it, so a colleague who has not answers"):
            answer(appealed, colleague, seen=Result.objects.get().rating_id)
        assert Appeal.objects.get().decided_at is None

    def test_a_standardisation_keeps_nobody_from_it(self, cast, appealed, colleague):
        factories.rating(appealed.submission.performance, rater=colleague, purpose="standard")
        assert answer(appealed, colleague).result.level == 6

    def test_a_head_who_has_only_sent_it_back_may(self, cast, appealed, head):
        Moderation.objects.create(submission=appealed.submission, head=head, reason="Far above the others.")
        assert answer(appealed, head, 5).result.level == 5
        assert Moderation.objects.get().settled_at is not None

    def test_the_first_teachers_desk_says_why_she_cannot(self, cast, client_of, appealed):
        page = desk_of(client_of(cast.teacher), appealed.submission)
        text = page.content.decode()
        assert "You have marked it, so a colleague who has not answers." in text
        assert "answer by" in text
        assert 'name="answer"' not in text
        assert page.context["result"].level == 6  # she knows it anyway

    def test_her_form_is_refused_all_the_same(self, cast, client_of, appealed):
        seen = Result.objects.get().rating_id
        sent = {"level": 9, "seen": seen, "remarks": "[]", "answer": ANSWER}
        said = client_of(cast.teacher).post(reverse("reviews:release", args=[appealed.submission.pk]), sent)
        assert said.status_code == 422
        assert Rating.objects.count() == 1

    def test_it_can_be_left_to_a_colleague(self, cast, appealed, colleague):
        claims.take(submission=appealed.submission, teacher=colleague)
        marking.abstain(submission=appealed.submission, teacher=colleague, kind="conflict", reason="She is my niece.")
        assert not queue(colleague).exists()
        assert not Marking.objects.filter(role="appeal").exists()
        with pytest.raises(marking.NotReady, match="left this recording to a colleague"):
            answer(appealed, colleague)

    def test_it_cannot_be_called_unusable(self, cast, appealed, colleague):
        with pytest.raises(marking.NotReady, match="It has a result"):
            marking.abstain(
                submission=appealed.submission, teacher=colleague, kind="unusable", reason="There is no sound."
            )
        assert not Abstention.objects.exists()

    def test_a_result_under_appeal_is_not_sent_back(self, cast, appealed, head):
        with pytest.raises(moderating.NotSentBack, match="a colleague answers"):
            moderating.send_back(submission=appealed.submission, head=head, reason="Far above the others.")

    def test_what_was_sent_back_before_waits_for_the_answer(self, cast, appealed, head):
        Moderation.objects.create(submission=appealed.submission, head=head, reason="Far above the others.")
        assert not queue(cast.teacher).exists()


class TestBlind:
    """Beside tests/reviews/test_visibility.py, which asks every page: what is not words."""

    def test_the_desk_begins_as_if_nobody_had_marked_it(self, cast, client_of, appealed, colleague, head):
        Moderation.objects.create(submission=appealed.submission, head=head, reason="Far above the others.")
        shown = desk_of(client_of(colleague), appealed.submission).context
        for what in ("autograde", "result", "before", "moderation"):
            assert shown[what] is None
        assert (shown["colleagues"], shown["marks"].level, shown["unseen"], shown["sealed"]) == ([], None, True, True)
        assert shown["page"]["standing"] == {"released": None, "sent_back": None, "held": None}

    def test_the_students_reason_is_shown(self, cast, client_of, appealed, colleague):
        text = desk_of(client_of(colleague), appealed.submission).content.decode()
        assert "Please listen to the repeat again." in text
        assert "released at level" not in text

    def test_what_the_script_asks_says_no_more(self, cast, client_of, appealed, colleague):
        said = client_of(colleague).get(reverse("reviews:draft", args=[appealed.submission.pk])).json()
        assert said["marks"]["level"] is None
        assert said["standing"]["released"] is None

    def test_the_api_leaves_out_result_and_grade(self, cast, client_of, appealed, colleague):
        url = reverse("api:submission", args=[appealed.submission.pk])
        blind, knows = (client_of(user).get(url).json() for user in (colleague, cast.teacher))
        assert (blind["result"], blind["autograde"]) == (None, None)
        assert (knows["result"]["level"], knows["autograde"]["level"]) == (6, 6.13)

    def test_lists_leave_out_the_level_in_a_fixed_number_of_questions(self, cast, client_of, appealed, colleague):
        client, url = client_of(colleague), reverse("api:submissions")
        asked = []
        for count in (1, 5):
            for _ in range(count):
                submission = factories.submission(student=cast.student, assignment=cast.assignment)
                factories.result(submission.performance, rater=cast.teacher)
                factories.appeal(submission)
            with CaptureQueriesContext(connection) as captured:
                rows = client.get(url).json()["results"]
            assert {row["result"] for row in rows} == {None}
            asked.append(len(captured))
        assert asked[0] == asked[1]

    def test_released_results_leave_it_out_and_say_so(self, cast, client_of, appealed, head):
        page = client_of(head).get(reverse("reviews:moderation", args=[cast.course.pk]))
        assert not page.context["page"].object_list
        assert page.context["distributions"] == []
        assert "1 result is left out" in page.content.decode()
        assert client_of(head).get(reverse("reviews:send_back", args=[appealed.submission.pk])).status_code == 404

    def test_it_is_in_no_drawing_of_agreement(self, cast, client_of, appealed, head):
        url = reverse("reviews:agreement", args=[cast.course.pk])
        assert client_of(head).get(url).context["page"].model == ()
        answer(appealed, head)
        assert client_of(head).get(url).context["page"].model

    def test_the_history_begins_with_the_appeal(self, cast, client_of, appealed, head):
        for url in (
            reverse("reviews:history", args=[appealed.submission.pk]),
            reverse("reviews:course_history", args=[cast.course.pk]),
        ):
            told = [event.kind for event, _ in client_of(head).get(url).context["acts"]]
            assert not {"released", "claimed"} & set(told)
        own = client_of(cast.teacher).get(reverse("reviews:history", args=[appealed.submission.pk]))
        assert "released" in [event.kind for event, _ in own.context["acts"]]

    def test_an_anchor_of_it_is_asked_of_nobody_who_may_answer(self, cast, client_of, desk, head, pack):
        anchor = pack.anchors.first()
        submission = anchor.performance.submission
        factories.appeal(submission)
        assert anchor not in sittings.live_anchors(head)
        assert anchor not in [row.anchor for row in comparisons.anchors(cast.admin, desk.submission)]
        assert client_of(head).get(reverse("reviews:anchor", args=[anchor.performance_id])).status_code == 404
        with pytest.raises(anchors.AnchorError, match="once that is answered"):
            anchors.make(performance=anchor.performance, level=6, criteria={}, note="", head=head)
        sitting = sittings.Standardisation.objects.create(pack=pack, teacher=head)
        assert anchor not in sittings.outstanding(sitting)
        assert pack.anchors.count() == 3

    def test_another_attempt_that_is_compared_tells_nothing_of_it(self, cast, client_of, appealed, colleague):
        other = factories.submission(student=cast.student, assignment=cast.assignment)
        (row,) = comparisons.attempts(colleague, other)
        assert (row.submission, row.result) == (appealed.submission, None)
        (row,) = comparisons.attempts(cast.teacher, other)
        assert row.result.level == 6

    def test_the_lab_shows_an_admin_neither_label_nor_rater(self, cast, client_of, appealed):
        result = Result.objects.get()
        snapshot = Dataset.objects.create(digest="d" * 64, manifest={"examples": []})
        Example.objects.create(
            dataset=snapshot, performance=result.performance, rating=result.rating, level=6, part="train"
        )
        url = reverse("lab:dataset", args=[snapshot.pk])
        assert "an appeal is open" in client_of(cast.admin).get(url).content.decode()
        answer(appealed, cast.admin)
        assert "an appeal is open" not in client_of(cast.admin).get(url).content.decode()


class TestAnswer:
    @pytest.mark.parametrize("level", [3, 6, 7])
    def test_the_independent_level_is_the_result_however_near_it_is(self, cast, appealed, colleague, level):
        released = answer(appealed, colleague, level)
        result, appeal = Result.objects.get(), Appeal.objects.get()
        assert (result.level, result.rule, result.rating) == (level, Rule.APPEALED, released.rating)
        assert (appeal.answer, appeal.decided_by, appeal.about.level) == (ANSWER, colleague, 6)
        assert (released.rating.purpose, released.rating.autograde_visible) == ("appeal", False)

    def test_it_keeps_what_the_model_says_to_compare_with(self, cast, appealed, colleague):
        assert answer(appealed, colleague, 7).rating.autograde == appealed.autograde

    def test_what_two_had_agreed_on_is_answered_alike(self, cast, appealed, colleague):
        Result.objects.update(rule=Rule.AGREED)
        answer(appealed, colleague)
        assert Result.objects.get().rule == Rule.APPEALED

    @pytest.mark.parametrize("said", ["", "   ", "Fine."])
    def test_it_wants_a_reason(self, cast, appealed, colleague, said):
        with pytest.raises(marking.NotReady, match="Write an answer"):
            answer(appealed, colleague, answer=said)
        assert Appeal.objects.get().decided_at is None

    def test_the_message_says_what_it_came_to(self, cast, client_of, appealed, colleague):
        sent = {"level": 8, "remarks": "[]", "answer": ANSWER}
        page = client_of(colleague).post(reverse("reviews:release", args=[appealed.submission.pk]), sent, follow=True)
        assert "Answered: it was level 6 and is level 8 now." in page.content.decode()

    def test_it_is_told_to_whoever_listens(self, cast, appealed, colleague, django_capture_on_commit_callbacks):
        told = []
        result_released.connect(lambda result, **_: told.append(result.level), weak=False, dispatch_uid="test")
        try:
            with django_capture_on_commit_callbacks(execute=True):
                answer(appealed, colleague, 8)
        finally:
            result_released.disconnect(dispatch_uid="test")
        assert told == [8]

    def test_a_second_click_changes_nothing(self, cast, appealed, colleague):
        answer(appealed, colleague)
        with pytest.raises(marking.AlreadyReleased) as again:
            answer(appealed, colleague)
        assert again.value.rating.rater == colleague
        assert Rating.objects.count() == 2

    def test_whoever_answered_may_correct_it_and_nobody_else(self, cast, appealed, colleague, staff):
        given = answer(appealed, colleague, 7).rating
        with pytest.raises(marking.NotReady, match="Clara Whitfield has answered an appeal"):
            answer(appealed, cast.teacher, 6, seen=given.pk)
        with pytest.raises(marking.NotReady, match="Clara Whitfield has answered an appeal"):
            answer(appealed, staff.second, 6, seen=given.pk)
        answer(appealed, colleague, 8, seen=given.pk)
        assert (Result.objects.get().level, Result.objects.get().rule) == (8, Rule.APPEALED)

    def test_once_who_answered_teaches_there_no_more_it_is_open_to_colleagues_again(self, cast, appealed, colleague):
        given = answer(appealed, colleague, 7).rating
        Enrolment.objects.filter(user=colleague).delete()
        assert answer(appealed, cast.teacher, 6, seen=given.pk).result.level == 6


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    def test_of_two_teachers_one_answers(self, cast, appealed, staff):
        raised = raised_by(lambda: answer(appealed, staff.second, 7), lambda: answer(appealed, staff.third, 8))
        assert sorted(type(error).__name__ for error in raised) == ["AlreadyReleased", "NoneType"]
        assert Rating.objects.filter(purpose="appeal").count() == 1
        assert Event.objects.filter(kind="answered_appeal").count() == 1

    def test_a_double_click_gives_one_answer(self, cast, appealed, staff):
        raised = raised_by(lambda: answer(appealed, staff.second, 7), lambda: answer(appealed, staff.second, 7))
        assert sorted(type(error).__name__ for error in raised) == ["AlreadyReleased", "NoneType"]
        assert Rating.objects.filter(purpose="appeal").count() == 1


def decided(cast, level, by, *, was=6, days=2.0, rater=None) -> Appeal:
    submission = factories.submission(student=cast.student, assignment=cast.assignment)
    factories.result(submission.performance, rater=rater or cast.teacher, level=was)
    appeal = factories.appeal(submission)
    given = factories.rating(submission.performance, rater=by, level=level, purpose="appeal")
    Result.objects.filter(performance=submission.performance).update(rating=given, rule=Rule.APPEALED)
    asked = timezone.now() - timedelta(days=10)
    Appeal.objects.filter(pk=appeal.pk).update(
        created_at=asked, decided_at=asked + timedelta(days=days), decided_by=by, answer=ANSWER
    )
    return appeal


class TestStatistics:
    def test_what_came_of_them(self, cast, colleague):
        for level, days in ((8, 1.0), (7, 2.0), (6, 3.0), (3, 8.0)):
            decided(cast, level, colleague, days=days)
        page = read.page(cast.course)
        all_ = page.outcomes
        assert (page.asked, all_.upheld, all_.raised, all_.lowered) == (4, 1, 2, 1)
        assert (all_.raised_by, all_.lowered_by, all_.days) == (1.5, 3.0, 2.5)
        assert [row.word for row in sorted(all_.decided, key=lambda row: row.change)] == [
            "lowered by 3 levels",
            "upheld",
            "raised by 1 level",
            "raised by 2 levels",
        ]

    def test_a_later_correction_does_not_change_what_was_decided(self, cast, colleague):
        appeal = decided(cast, 8, colleague)
        factories.rating(appeal.submission.performance, rater=colleague, level=2, purpose="appeal")
        assert read.page(cast.course).outcomes.changes == [2]

    def test_the_share_is_of_all_results(self, cast, desk, colleague):
        factories.result(desk.submission.performance, rater=cast.teacher)
        decided(cast, 8, colleague)
        assert read.page(cast.course).share == 50.0

    def test_a_teacher_is_judged_by_no_few_of_them(self, cast, desk, colleague):
        factories.result(desk.submission.performance, rater=cast.teacher)
        for _ in range(read.FEWEST - 1):
            decided(cast, 8, colleague)
        (row,) = read.page(cast.course).against
        assert (row.teacher, row.results, row.is_enough) == (cast.teacher, read.FEWEST, False)
        decided(cast, 8, colleague)
        (row,) = read.page(cast.course).against
        assert (row.results, row.is_enough, round(row.share)) == (6, True, 83)

    def test_the_open_ones_with_clock_and_who_can_answer(self, cast, client_of, appealed, colleague, head):
        Appeal.objects.update(answer_by=timezone.now() - timedelta(days=1))
        text = client_of(head).get(reverse("reviews:appeals", args=[cast.course.pk])).content.decode()
        assert "overdue: the answer was due by" in text
        assert "One of these teachers answers, who have not marked it: Clara Whitfield, Head." in text
        claims.take(submission=appealed.submission, teacher=colleague)
        text = client_of(head).get(reverse("reviews:appeals", args=[cast.course.pk])).content.decode()
        assert "Clara Whitfield is at it." in text

    def test_of_an_open_one_neither_level_nor_teacher_is_told(self, cast, client_of, appealed, head):
        page = client_of(head).get(reverse("reviews:appeals", args=[cast.course.pk]))
        assert (page.context["page"].against, page.context["page"].outcomes.decided) == ([], [])
        assert "Teacher" not in page.content.decode().partition("<main")[2].replace("teacher", "")

    def test_of_another_course_nothing(self, cast, client_of, appealed):
        factories.enrol(cast.other_course, cast.nobody, Enrolment.Role.HEAD)
        page = client_of(cast.nobody).get(reverse("reviews:appeals", args=[cast.other_course.pk]))
        assert "Nobody has asked for another look" in page.content.decode()
        assert client_of(cast.nobody).get(reverse("reviews:appeals", args=[cast.course.pk])).status_code == 404

    def test_the_released_results_lead_there(self, cast, client_of, head):
        url = reverse("reviews:appeals", args=[cast.course.pk])
        for page in (reverse("reviews:moderation", args=[cast.course.pk]), f"/courses/{cast.course.pk}/"):
            assert url in client_of(head).get(page).content.decode()

    def test_it_asks_a_fixed_number_of_questions(self, cast, client_of, colleague, head):
        client, url, asked = client_of(head), reverse("reviews:appeals", args=[cast.course.pk]), []
        for count in (1, 4):
            for _ in range(count):
                decided(cast, 8, colleague)
                submission = factories.submission(student=cast.student, assignment=cast.assignment)
                factories.result(submission.performance, rater=cast.teacher)
                factories.appeal(submission)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(url).status_code == 200
            asked.append(len(captured))
        assert asked[0] == asked[1]

    def test_it_takes_only_get(self, cast, client_of, head):
        assert client_of(head).post(reverse("reviews:appeals", args=[cast.course.pk])).status_code == 405
