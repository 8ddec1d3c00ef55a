"""A student asks for another look: once, in time, with a reason, and knowing what may come of it."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import Event
from courses.models import Enrolment
from grading.models import Abstention, Rating, Result
from submissions import appealing
from submissions.models import Appeal
from submissions.services import appeals
from tests import factories

REASON = "At 1:07 I counted the rest, please listen again."


@pytest.fixture
def released(cast):
    """A recording of the cast's student with level 7 of the cast's teacher; the course has one more teacher."""
    submission = factories.submission(student=cast.student, assignment=cast.assignment)
    factories.autograde(submission.performance)
    factories.result(submission.performance, rater=cast.teacher, level=7)
    factories.enrol(cast.course, factories.user(name="Anna Ear"), Enrolment.Role.TEACHER)
    return submission


def page_of(client, submission) -> str:
    return client.get(reverse("submissions:submission", args=[submission.pk])).content.decode()


def ask(client, submission, reason=REASON):
    return client.post(reverse("submissions:appeal", args=[submission.pk]), {"reason": reason}, follow=True)


def released_on(submission, moment) -> None:
    Result.objects.filter(performance=submission.performance).update(released_at=moment)


def at_noon(day: int) -> datetime:
    return timezone.make_aware(datetime(2026, 3, day, 12))


class TestBefore:
    def test_the_page_says_until_when_who_answers_and_what_may_come_of_it(self, cast, client_of, released):
        released_on(released, timezone.now() - timedelta(days=3))
        text = page_of(client_of(cast.student), released)
        until = timezone.localtime() + timedelta(days=11)
        assert f"You can ask until {until.day} {until:%B %Y}, once." in text
        assert "The school answers within 14 days." in text
        assert "Anna Ear answers, who has not marked it." in text
        assert "the level can go up, go down, or stay" in text

    def test_a_teacher_is_offered_nothing(self, cast, client_of, released):
        assert "Ask for another look" not in page_of(client_of(cast.teacher), released)

    def test_it_costs_the_page_a_fixed_number_of_questions(
        self, cast, client_of, released, django_assert_max_num_queries
    ):
        for _ in range(5):
            factories.enrol(cast.course, factories.user(), Enrolment.Role.TEACHER)
        client = client_of(cast.student)
        with django_assert_max_num_queries(45):
            page_of(client, released)
        assert "One of 6 teachers of this course answers" in page_of(client, released)


class TestAsking:
    def test_it_is_about_the_level_of_now_and_its_clock_begins(self, cast, client_of, released):
        page = ask(client_of(cast.student), released).content.decode()
        made = Appeal.objects.get()
        assert (made.reason, made.about) == (REASON, Result.objects.get().rating)
        due = timezone.localtime(made.answer_by)
        assert due.date() == timezone.localdate() + timedelta(days=14)
        assert (due.hour, due.minute) == (23, 59)
        assert f"The school answers by {due.day} {due:%B %Y}." in page
        assert REASON.replace("'", "&#x27;") in page

    def test_the_history_says_so_without_the_reason(self, cast, client_of, released):
        ask(client_of(cast.student), released)
        event = Event.objects.get(kind="appealed")
        assert (event.actor, event.note) == (cast.student, "")

    def test_the_lists_say_so(self, cast, client_of, released):
        client = client_of(cast.student)
        ask(client, released)
        assert "asked for another look" in client.get("/").content.decode()

    def test_it_can_be_asked_once(self, cast, client_of, released):
        client = client_of(cast.student)
        ask(client, released)
        with pytest.raises(appeals.AppealRefused, match="It can be done once"):
            appeals.appeal(submission=released, by=cast.student, reason="Another reason, just as long.")
        assert Appeal.objects.get().reason == REASON

    def test_once_it_is_answered_it_cannot_be_asked_again(self, cast, client_of, released):
        factories.appeal(released, decided_at=timezone.now(), decided_by=cast.admin, answer="I stay with it.")
        client = client_of(cast.student)
        assert "Ask for another look" not in page_of(client, released)
        ask(client, released)
        assert Appeal.objects.get().reason != REASON

    def test_the_second_of_two_clicks_is_no_complaint(self, cast, client_of, released):
        client = client_of(cast.student)
        ask(client, released)
        again = ask(client, released)
        assert again.redirect_chain
        assert "field__error" not in again.content.decode()
        assert (Appeal.objects.count(), Event.objects.filter(kind="appealed").count()) == (1, 1)

    def test_not_before_there_is_a_result(self, cast, client_of):
        graded = factories.submission(student=cast.student, assignment=cast.assignment)
        ask(client_of(cast.student), graded)
        assert not Appeal.objects.exists()

    @pytest.mark.parametrize("reason", ["", "   ", "unfair"])
    def test_not_without_a_reason(self, cast, client_of, released, reason):
        page = ask(client_of(cast.student), released, reason).content.decode()
        assert "field__error" in page
        assert not Appeal.objects.exists()

    @pytest.mark.parametrize("who", ["teacher", "admin", "other_student", "nobody"])
    def test_by_nobody_else(self, cast, client_of, released, who):
        assert ask(client_of(getattr(cast, who)), released).status_code == 404

    def test_it_takes_only_post(self, cast, client_of, released):
        assert client_of(cast.student).get(reverse("submissions:appeal", args=[released.pk])).status_code == 405

    def test_a_recording_that_is_kept_no_more_cannot_be_heard_again(self, cast, client_of, released):
        type(released.performance).objects.update(reduced_at=timezone.now())
        with pytest.raises(appeals.AppealRefused, match="kept no more"):
            appeals.appeal(submission=released, by=cast.student, reason=REASON)


class TestTime:
    @pytest.mark.parametrize(("minutes", "allowed"), [(-1, True), (1, False)])
    def test_the_last_day_counts_as_a_whole(self, cast, released, monkeypatch, minutes, allowed):
        released_on(released, at_noon(2))
        midnight = timezone.make_aware(datetime(2026, 3, 17))
        monkeypatch.setattr(timezone, "now", lambda: midnight + timedelta(minutes=minutes))
        if allowed:
            assert appeals.appeal(submission=released, by=cast.student, reason=REASON).pk
            return
        with pytest.raises(appeals.AppealRefused, match="until 16 March 2026"):
            appeals.appeal(submission=released, by=cast.student, reason=REASON)

    def test_afterwards_the_page_says_until_when_it_was(self, cast, client_of, released):
        released_on(released, at_noon(2))
        text = page_of(client_of(cast.student), released)
        assert "You could ask for another look until 16 March 2026." in text
        assert 'name="reason"' not in text

    def test_a_result_that_was_released_again_can_be_appealed_against_from_then_on(self, cast, released):
        released_on(released, timezone.now())
        assert appeals.appeal(submission=released, by=cast.student, reason=REASON).pk

    def test_a_course_may_take_none(self, cast, client_of, released):
        cast.course.appeal_days = 0
        cast.course.save()
        client = client_of(cast.student)
        assert "another look" not in page_of(client, released)
        ask(client, released)
        assert not Appeal.objects.exists()

    def test_nobody_moves_a_clock_that_runs(self, cast, released):
        made = appeals.appeal(submission=released, by=cast.student, reason=REASON)
        due = made.answer_by
        cast.course.answer_days = 60
        cast.course.save()
        made.refresh_from_db()
        assert made.answer_by == due

    def test_what_is_late_says_so_to_the_student(self, cast, client_of, released):
        factories.appeal(released, answer_by=at_noon(1))
        assert "The answer was due by 1 March 2026 and is late." in page_of(client_of(cast.student), released)


class TestWho:
    def of(self, submission) -> list[str]:
        return [str(user) for user in appealing.independent(submission.assignment.course, [submission])[submission.pk]]

    def test_teachers_of_the_course_who_have_not_marked_it(self, cast, released):
        assert self.of(released) == ["Anna Ear"]

    @pytest.mark.parametrize("purpose", ["first", "second", "third"])
    def test_whoever_has_marked_it_in_whatever_turn_is_none(self, cast, released, purpose):
        anna = cast.course.enrolments.get(user__name="Anna Ear").user
        factories.rating(released.performance, rater=anna, purpose=purpose)
        assert self.of(released) == ["Admin"]

    def test_a_standardisation_does_not_count_as_marking(self, cast, released):
        anna = cast.course.enrolments.get(user__name="Anna Ear").user
        factories.rating(released.performance, rater=anna, purpose=Rating.Purpose.STANDARD)
        assert self.of(released) == ["Anna Ear"]

    def test_whoever_has_left_it_to_others_is_none(self, cast, client_of, released):
        anna = cast.course.enrolments.get(user__name="Anna Ear").user
        Abstention.objects.create(performance=released.performance, rater=anna, kind="conflict", reason="My own son.")
        assert self.of(released) == ["Admin"]
        assert "somebody answers who runs the school: Admin" in page_of(client_of(cast.student), released)

    def test_where_nobody_is_left_the_page_says_so(self, cast, client_of, released):
        for user in (cast.admin, cast.course.enrolments.get(user__name="Anna Ear").user):
            factories.rating(released.performance, rater=user)
        assert self.of(released) == []
        assert "The school has to find somebody else" in page_of(client_of(cast.student), released)


class TestAnswered:
    @pytest.mark.parametrize(
        ("level", "sentence"),
        [
            (8, "The level goes up, from 7 to 8."),
            (5, "The level goes down, from 7 to 5."),
            (7, "The level stays at 7: two teachers heard the same, each without the other."),
        ],
    )
    def test_the_student_sees_both_levels_and_the_answer(self, cast, client_of, released, level, sentence):
        made = factories.appeal(released)
        answer = factories.rating(released.performance, rater=cast.admin, level=level, purpose="appeal")
        Result.objects.update(rating=answer, rule=Result.Rule.APPEALED)
        Appeal.objects.filter(pk=made.pk).update(
            decided_at=timezone.now(), decided_by=cast.admin, answer="The rest is there."
        )
        text = page_of(client_of(cast.student), released)
        for said in ("It was looked at again", "Before, by Teacher", "Now, by Admin", sentence, "The rest is there."):
            assert said in text
        # What the first teacher had said had been the student's, and stays so.
        assert "A dance at last." in text

    def test_one_from_before_levels_were_kept_shows_its_answer(self, cast, client_of, released):
        factories.appeal(
            released, about_id=None, decided_at=timezone.now(), decided_by=cast.teacher, answer="I stay with it."
        )
        text = page_of(client_of(cast.student), released)
        assert "I stay with it." in text
        assert "Before, by" not in text
