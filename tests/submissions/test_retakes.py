"""How often and until when one may hand in, and which attempt counts."""

import base64
from datetime import timedelta
from functools import partial

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from courses.models import Assignment
from grading.models import Abstention, Performance
from submissions import retakes
from submissions.models import Submission, Upload
from submissions.services import uploads, withdrawals
from tests import factories
from tests.policy import TUS
from tests.races import at_once

State, Counting = Performance.State, Assignment.Counting


def allow(cast, **fields) -> Assignment:
    """The assignment with these terms."""
    for name, value in fields.items():
        setattr(cast.assignment, name, value)
    cast.assignment.save()
    return cast.assignment


def attempt(cast, number, *, level=None, state=State.GRADED, **fields) -> Submission:
    """The student's attempt of this number, released where it has a level."""
    performance = factories.performance(player=cast.student, state=state)
    made = factories.submission(
        student=cast.student, assignment=cast.assignment, performance=performance, attempt=number, **fields
    )
    if level is not None:
        factories.result(performance, rater=cast.teacher, level=level)
    return made


def may(cast) -> str | None:
    return retakes.may_hand_in(cast.student, cast.assignment)


# How often


def test_without_a_number_one_may_hand_in_as_often_as_one_likes(cast):
    for number in range(1, 12):
        attempt(cast, number)
    assert may(cast) is None
    assert retakes.allowance(cast.student, cast.assignment).left is None


def test_when_the_number_is_used_up_a_sentence_says_so(cast):
    allow(cast, attempts=2)
    attempt(cast, 1)
    assert may(cast) is None
    attempt(cast, 2)
    assert may(cast) == "You have handed in as often as this piece allows, which is 2 times."
    allow(cast, attempts=1)
    assert may(cast) == "You have handed in as often as this piece allows, which is once."


def test_what_came_to_nothing_uses_up_no_attempt(cast):
    allow(cast, attempts=1)
    attempt(cast, 1, withdrawn_at=timezone.now())
    attempt(cast, 2, state=State.REFUSED)
    attempt(cast, 3, state=State.FAILED)
    unusable = attempt(cast, 4)
    Abstention.objects.create(
        performance=unusable.performance, rater=cast.teacher, kind="unusable", reason="The keys are out of sight."
    )
    assert retakes.allowance(cast.student, cast.assignment).used == 0
    assert may(cast) is None


def test_a_colleague_s_conflict_does_not_give_an_attempt_back(cast):
    allow(cast, attempts=1)
    made = attempt(cast, 1)
    Abstention.objects.create(
        performance=made.performance, rater=cast.teacher, kind="conflict", reason="She is my niece."
    )
    assert may(cast) is not None


def test_one_that_waits_or_is_held_uses_up_an_attempt_and_blocks_no_other(cast):
    allow(cast, attempts=3)
    attempt(cast, 1, state=State.ARRIVED)
    held = attempt(cast, 2)
    Performance.objects.filter(pk=held.performance_id).update(held_until=timezone.now() + timedelta(hours=1))
    assert retakes.allowance(cast.student, cast.assignment).used == 2
    assert may(cast) is None


def test_others_and_other_assignments_use_up_nothing(cast):
    allow(cast, attempts=1)
    factories.submission(student=cast.other_student, assignment=cast.assignment)
    factories.submission(student=cast.student, assignment=factories.assignment(course=cast.course))
    assert may(cast) is None


def test_taking_one_back_gives_the_attempt_back(cast):
    allow(cast, attempts=1)
    made = attempt(cast, 1)
    assert may(cast) is not None
    withdrawals.withdraw(submission=made, by=cast.student)
    assert may(cast) is None


def test_lowering_the_number_below_what_is_used_takes_nothing_away(cast, client_of):
    kept = [attempt(cast, number) for number in (1, 2, 3)]
    allow(cast, attempts=2)
    page = client_of(cast.student).get(f"/assignments/{cast.assignment.pk}/").content.decode()
    assert "3 of 2 attempts used." in page
    assert all(str(row.pk) in page for row in kept)
    assert retakes.allowance(cast.student, cast.assignment).left == 0


# Until when


def due(cast, hours, **fields) -> Assignment:
    return allow(cast, due_at=timezone.now() + timedelta(hours=hours), **fields)


def test_after_the_date_nothing_is_taken_where_the_teacher_says_so(cast):
    due(cast, hours=1, accepts_late=False)
    assert may(cast) is None
    due(cast, hours=-1)
    assert "nothing is taken after that" in may(cast)
    due(cast, hours=-1, accepts_late=True)
    assert may(cast) is None


def test_what_was_begun_in_time_is_taken_however_slow_the_line_is(cast, house):
    due(cast, hours=1, accepts_late=False)
    begun = uploads.begin(user=cast.student, assignment=cast.assignment, name="a.mp4", size=5)
    uploads.path_of(begun).write_bytes(b"video")
    Upload.objects.update(offset=5, created_at=timezone.now() - timedelta(hours=2))
    due(cast, hours=-1, accepts_late=False)
    assert uploads.hand_in(upload=begun).attempt == 1


def test_late_is_what_came_after_the_date(cast):
    made = attempt(cast, 1)
    assert not made.is_late
    cast.assignment.due_at = made.created_at + timedelta(seconds=1)
    made.assignment = cast.assignment
    assert not made.is_late
    cast.assignment.due_at = made.created_at - timedelta(seconds=1)
    assert made.is_late


def test_a_late_one_is_marked_for_the_teacher_in_queue_list_and_desk(cast, client_of):
    due(cast, hours=-1)
    made = attempt(cast, 1)
    factories.autograde(made.performance)
    client = client_of(cast.teacher)
    desk = reverse("reviews:desk", args=[made.pk])
    addresses = (f"/assignments/{cast.assignment.pk}/", reverse("reviews:queue"), desk)
    for address in addresses:
        assert ">late<" in client.get(address).content.decode(), address
    due(cast, hours=1)
    for address in addresses:
        assert ">late<" not in client.get(address).content.decode(), address


# The ways in


@pytest.fixture
def closed(cast):
    allow(cast, attempts=1)
    attempt(cast, 1)


def test_the_upload_is_refused_before_a_byte_is_sent(cast, client_of, house, closed):
    pk = base64.b64encode(str(cast.assignment.pk).encode()).decode()
    headers = TUS | {"upload-length": "5", "upload-metadata": f"assignment {pk}"}
    response = client_of(cast.student).post(reverse("submissions:uploads"), headers=headers)
    assert response.status_code == 403
    assert "as often as this piece allows" in response.content.decode()
    assert not Upload.objects.exists()


def test_the_form_is_refused_with_the_same_sentence(cast, client_of, house, closed):
    response = client_of(cast.student).post(
        reverse("submissions:hand_in", args=[cast.assignment.pk]),
        {"recording": SimpleUploadedFile("a.mp4", b"video", "video/mp4")},
        follow=True,
    )
    assert "as often as this piece allows" in response.content.decode()
    assert Submission.objects.count() == 1


def test_the_page_offers_no_way_in_and_says_why(cast, client_of, closed):
    page = client_of(cast.student).get(f"/assignments/{cast.assignment.pk}/").content.decode()
    assert "Choose a video" not in page
    assert "as often as this piece allows" in page
    assert "can be taken back on its page" in page
    due(cast, hours=-1)
    assert (
        "You can still hand in"
        not in client_of(cast.student).get(f"/assignments/{cast.assignment.pk}/").content.decode()
    )


def arrived(cast) -> Upload:
    upload = uploads.begin(user=cast.student, assignment=cast.assignment, name="a.mp4", size=5)
    uploads.path_of(upload).write_bytes(b"video")
    Upload.objects.filter(pk=upload.pk).update(offset=5)
    return Upload.objects.get(pk=upload.pk)


def test_of_two_tabs_the_second_is_refused_when_it_arrives(cast, house):
    allow(cast, attempts=1)
    first, second = arrived(cast), arrived(cast)
    uploads.hand_in(upload=first)
    with pytest.raises(uploads.MayNot, match="which is once"):
        uploads.hand_in(upload=second)
    assert uploads.hand_in(upload=first).attempt == 1, "asked again it is the same one"
    assert Submission.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_that_arrive_at_the_same_moment_one_is_taken(cast, house):
    allow(cast, attempts=1)
    for _ in range(6):
        pair = [arrived(cast), arrived(cast)]
        got = at_once(*(partial(uploads.hand_in, upload=upload) for upload in pair), expected=(uploads.MayNot,))
        assert Submission.objects.count() == 1
        assert sum(isinstance(one, uploads.MayNot) for one in got) == 1
        Upload.objects.all().delete()
        Submission.objects.all().delete()


# Which attempt counts


@pytest.mark.parametrize(("rule", "number"), [(Counting.FIRST, 1), (Counting.BEST, 2), (Counting.LAST, 3)])
def test_the_attempt_that_counts_follows_the_rule(cast, rule, number):
    allow(cast, counting=rule)
    rows = [attempt(cast, 1, level=4), attempt(cast, 2, level=7), attempt(cast, 3, level=6), attempt(cast, 4)]
    chosen = retakes.counting(Submission.objects.filter(pk__in=[row.pk for row in rows]))
    assert chosen.attempt == number


def test_of_two_best_ones_the_later_counts(cast):
    allow(cast, counting=Counting.BEST)
    rows = [attempt(cast, 1, level=7), attempt(cast, 2, level=7), attempt(cast, 3, level=5)]
    assert retakes.counting(rows).attempt == 2


def test_without_a_result_none_counts(cast):
    assert retakes.counting([attempt(cast, 1), attempt(cast, 2)]) is None
    assert retakes.counting([]) is None


# The words


def test_the_page_says_how_one_stands(cast, client_of):
    due(cast, hours=1, attempts=3, counting=Counting.BEST)
    attempt(cast, 1)
    page = client_of(cast.student).get(f"/assignments/{cast.assignment.pk}/").content.decode()
    assert (
        "1 of 3 attempts used. The best attempt that has a result counts; of two alike the later one. "
        "Later ones are taken too, and marked as late."
    ) in page
    due(cast, hours=-1)
    page = client_of(cast.student).get(f"/assignments/{cast.assignment.pk}/").content.decode()
    assert "You can still hand in; it is marked as late." in page


def test_a_teacher_reads_the_terms_of_all(cast, client_of):
    due(cast, hours=1, attempts=1, accepts_late=False)
    page = client_of(cast.teacher).get(f"/assignments/{cast.assignment.pk}/").content.decode()
    assert "Each student may hand in once. Nothing is taken after that." in page
