"""A student who takes second marking back is marked by one teacher, where no second one has begun."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Consent, Letter
from accounts.services import consents
from core.history import sentence
from core.models import Event
from grading.models import Result
from reviews.marks import Marks
from reviews.models import CourseStandard, Marking
from reviews.services import claims, marking
from tests import factories

SECOND = Consent.Purpose.SECOND
Role = Marking.Role


@pytest.fixture
def shared(desk):
    """A recording that two teachers are to mark."""
    desk.submission.second = True
    desk.submission.save()
    return desk


def rate(desk, teacher, level=6):
    marks = Marks(level=level, reason="Heard it so.")
    return marking.release(
        submission=desk.submission, teacher=teacher, marks=marks, autograde=desk.autograde, seen=None
    )


def withdraw(cast, desk):
    consents.withdraw(user=cast.student, purpose=SECOND)
    desk.submission.refresh_from_db()
    return desk.submission


def test_before_anybody_has_begun_one_teacher_is_left(cast, shared):
    assert not withdraw(cast, shared).second
    assert rate(shared, cast.teacher).result is not None
    told = sentence(Event.objects.get(kind="second_withdrawn"))
    assert told == "One teacher marks it instead of two, as the student wishes"


def test_what_the_first_one_has_said_is_the_result(cast, shared):
    rating = rate(shared, cast.teacher, 7).rating
    withdraw(cast, shared)
    assert Result.objects.get().rating == rating
    assert list(Letter.objects.values_list("kind", flat=True)) == ["released"]


@pytest.mark.parametrize("done", [False, True])
def test_once_the_second_one_has_begun_two_it_stays(cast, staff, shared, done):
    rate(shared, cast.teacher, 7)
    if done:
        rate(shared, staff.second, 3)
    else:
        claims.take(submission=shared.submission, teacher=staff.second)
    assert withdraw(cast, shared).second
    assert not Result.objects.exists()


def test_a_claim_that_ran_out_has_not_begun(cast, staff, shared):
    rate(shared, cast.teacher, 7)
    claims.take(submission=shared.submission, teacher=staff.second)
    Marking.objects.filter(role=Role.SECOND).update(leased_until=timezone.now() - timedelta(minutes=1))
    assert not withdraw(cast, shared).second
    assert Result.objects.get().level == 7
    assert not Marking.objects.filter(role=Role.SECOND).exists()


def test_another_student_s_recording_is_left_alone(cast, shared):
    consents.withdraw(user=cast.other_student, purpose=SECOND)
    shared.submission.refresh_from_db()
    assert shared.submission.second


def test_agreeing_again_draws_no_new_lot(cast, shared):
    withdraw(cast, shared)
    factories.agree(cast.student, SECOND)
    shared.submission.refresh_from_db()
    assert not shared.submission.second


class TestACourseThatAsksForAStandardisation:
    @pytest.fixture(autouse=True)
    def asked(self, cast):
        pack = factories.pack(cast)
        CourseStandard.objects.create(course=cast.course, pack=pack, days=30, within=0.8)

    def test_without_consent_nobody_is_asked_beside_her_and_she_grades_the_pack_first(self, cast, desk):
        consents.withdraw(user=cast.student, purpose=SECOND)
        with pytest.raises(marking.NotReady, match="wishes to be marked by one teacher"):
            rate(desk, cast.teacher)
        desk.submission.refresh_from_db()
        assert not desk.submission.second

    def test_her_turn_comes_back_to_her_where_the_second_one_is_withdrawn(self, cast, desk):
        assert rate(desk, cast.teacher).result is None
        assert not withdraw(cast, desk).second
        turn = Marking.objects.get()
        assert (turn.teacher, turn.done_at) == (cast.teacher, None)
        assert not Result.objects.filter(performance=desk.submission.performance).exists()
