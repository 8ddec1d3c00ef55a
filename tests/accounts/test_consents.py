"""Each consent stands for itself, is decided by who may, and does what it says at once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Consent
from accounts.services import consents
from courses.models import Assignment
from grading.models import Autograde, Job, Performance
from grading.services import jobs, performances, registry
from submissions.services import lots, uploads
from submissions.standing import standing
from tests import factories
from tests.grading.factories import model_with_file

Purpose = Consent.Purpose
pytestmark = pytest.mark.django_db


@pytest.fixture
def stranger():
    """Somebody who has decided on nothing."""
    return factories.user(name="Nannerl")


def waiting_grades(player):
    return Job.objects.filter(kind=Job.Kind.GRADE, state=Job.State.QUEUED, performance__player=player)


# Who decides


@pytest.mark.parametrize("purpose", list(Purpose))
def test_without_a_decision_nothing_is_granted(stranger, purpose):
    assert not consents.holds(user=stranger, purpose=purpose)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_the_newest_act_holds_and_touches_no_other_purpose(stranger, purpose):
    consents.grant(user=stranger, purpose=purpose)
    assert {each for each in Purpose if consents.holds(user=stranger, purpose=each)} == {purpose}
    consents.withdraw(user=stranger, purpose=purpose)
    assert not consents.holds(user=stranger, purpose=purpose)
    assert [act.granted for act in stranger.consents.all()] == [False, True]


def test_a_child_agrees_to_nothing_and_takes_back_everything(client_of):
    child = factories.child(confirmed=True)
    client = client_of(child)
    with pytest.raises(consents.NotTheirs):
        consents.grant(user=child, purpose=Purpose.TRAINING)
    page = client.post("/profile/consent/", {"purpose": "training", "granted": "1"}, follow=True).content.decode()
    assert "Your guardian decides on this" in page
    assert not child.consents.exists()
    consents.grant(user=child, purpose=Purpose.TRAINING, guardian=child.guardians.get())
    client.post("/profile/consent/", {"purpose": "training", "granted": "0"})
    assert not consents.holds(user=child, purpose=Purpose.TRAINING)


def test_a_guardian_decides_for_no_other_child():
    child, other = factories.child(confirmed=True), factories.child(confirmed=True)
    with pytest.raises(consents.NotTheirs):
        consents.grant(user=child, purpose=Purpose.TRAINING, guardian=other.guardians.get())


def test_who_comes_of_age_is_asked_anew_and_the_guardian_s_word_holds_until_then(cast, client_of):
    child = factories.child(confirmed=True)
    cast.course.enrolments.create(user=child, role="student")
    for purpose in Purpose:
        consents.grant(user=child, purpose=purpose, guardian=child.guardians.get())
    Consent.objects.update(at=timezone.now() - timedelta(days=2))
    client = client_of(child)
    assert "Please decide" not in client.get("/").content.decode()
    child.of_age_on = timezone.localdate()
    child.save()
    page = client.get("/").content.decode()
    assert "You are old enough now to decide for yourself" in page
    assert page.count('name="granted" value="1"') == 4
    assert consents.holds(user=child, purpose=Purpose.GRADING)
    client.post("/profile/consent/", {"purpose": "grading", "granted": "1"})
    assert client.get("/").content.decode().count('name="granted" value="1"') == 3
    assert child.consents.filter(purpose="grading", guardian=None, granted=True).exists()


def test_a_student_is_asked_on_the_start_page_until_each_is_decided(cast, client_of):
    Consent.objects.all().delete()
    client = client_of(cast.student)
    for purpose in Purpose:
        assert "Please decide" in client.get("/").content.decode()
        client.post("/profile/consent/", {"purpose": purpose.value, "granted": "0", "next": "/"})
    assert "Please decide" not in client.get("/").content.decode()


def test_who_teaches_is_asked_nothing(cast, client_of):
    assert "Please decide" not in client_of(cast.teacher).get("/").content.decode()


def test_no_answer_leads_to_another_site(cast, client_of):
    answer = client_of(cast.student).post(
        "/profile/consent/", {"purpose": "grading", "granted": "0", "next": "https://evil.example/"}
    )
    assert answer.url == "/profile/"


# Grading by a model


def test_what_is_handed_in_without_it_waits_for_no_model(cast, house):
    consents.withdraw(user=cast.student, purpose=Purpose.GRADING)
    upload = uploads.begin(user=cast.student, assignment=cast.assignment, name="a.mp4", size=5)
    uploads.append(upload=upload, read=lambda size, whole=[b"12345"]: whole.pop() if whole else b"")
    assert not uploads.hand_in(upload=upload).performance.may_grade


def test_a_withdrawal_ends_what_waits_and_hides_what_is_not_released(cast):
    waiting, released, foreign = (
        factories.performance(player=player) for player in (cast.student, cast.student, cast.other_student)
    )
    for performance in (waiting, released, foreign):
        factories.autograde(performance)
        jobs.queue(kind=Job.Kind.GRADE, performance=performance)
    factories.result(released, rater=cast.teacher)
    consents.withdraw(user=cast.student, purpose=Purpose.GRADING)
    for performance in (waiting, released, foreign):
        performance.refresh_from_db()
    assert (waiting.autograde, waiting.state) == (None, Performance.State.PREPARED)
    assert released.autograde is not None
    assert foreign.autograde is not None
    assert not waiting_grades(cast.student).exists()
    assert waiting_grades(cast.other_student).count() == 1
    assert Autograde.objects.filter(performance=waiting).exists()


def test_with_the_teacher_it_stands_and_nobody_sees_the_grade(cast, client_of):
    submission = factories.submission(student=cast.student, assignment=cast.assignment)
    factories.autograde(submission.performance)
    consents.withdraw(user=cast.student, purpose=Purpose.GRADING)
    submission.refresh_from_db()
    for person, word in ((cast.student, "with your teacher"), (cast.teacher, "with the teacher")):
        stands = standing(submission, person)
        assert (stands.word, stands.autograde) == (word, None)
    page = client_of(cast.student).get(f"/submissions/{submission.pk}/").content.decode()
    assert "Provisional level" not in page
    assert page.count("as was wished") == 1
    assert "Level 6" not in client_of(cast.teacher).get("/review/").content.decode()


def test_the_model_is_asked_nothing_about_a_hidden_grade(cast, client_of):
    submission = factories.submission(student=cast.student, assignment=cast.assignment)
    factories.autograde(submission.performance)
    consents.withdraw(user=cast.student, purpose=Purpose.GRADING)
    answer = client_of(cast.teacher).post(f"/review/{submission.pk}/explain/", {"start": 0, "end": 5})
    assert answer.status_code == 404


def test_neither_a_promotion_nor_a_new_frame_asks_the_model_again(cast, house):
    performance = factories.performance(player=cast.student)
    consents.withdraw(user=cast.student, purpose=Purpose.GRADING)
    performance.refresh_from_db()
    registry.promote(version=model_with_file(), by=None, reason="Better.")
    frame = {"x": 0.1, "y": 0.1, "width": 0.5, "height": 0.5}
    performances.move_crop(performance=performance, crop=frame, by=cast.student)
    assert not waiting_grades(cast.student).exists()


def test_a_worker_that_was_faster_writes_nothing(cast, house, monkeypatch):
    model_with_file(champion=True)
    performance = factories.performance(player=cast.student, state=Performance.State.PREPARED)
    job = jobs.queue(kind=Job.Kind.GRADE, performance=performance)

    def ask(**asked):
        consents.withdraw(user=cast.student, purpose=Purpose.GRADING)
        return object()

    monkeypatch.setattr(performances, "ask", ask)
    performances.grade(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE
    assert not Autograde.objects.exists()


def test_a_job_that_was_queued_all_the_same_asks_no_model(cast, monkeypatch):
    performance = factories.performance(player=cast.student, may_grade=False)
    job = jobs.queue(kind=Job.Kind.GRADE, performance=performance)
    monkeypatch.setattr(performances, "ask", lambda **asked: pytest.fail("It was asked."))
    performances.grade(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE


def test_agreeing_again_grades_what_waits(cast):
    waiting, released = (factories.performance(player=cast.student) for _ in range(2))
    factories.result(released, rater=cast.teacher)
    consents.withdraw(user=cast.student, purpose=Purpose.GRADING)
    consents.grant(user=cast.student, purpose=Purpose.GRADING)
    assert [job.performance for job in waiting_grades(cast.student)] == [waiting]


# A second teacher


def test_without_it_the_lot_of_two_markers_never_falls(cast):
    cast.assignment.second_marking = Assignment.SecondMarking.ALL
    assert lots.draw(cast.assignment, cast.student)["second"]
    consents.withdraw(user=cast.student, purpose=Purpose.SECOND)
    assert not lots.draw(cast.assignment, cast.student)["second"]
