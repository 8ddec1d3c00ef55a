"""A recording in which something was found: what its student sees, says and can do, and who waits meanwhile."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.history import sentence
from core.models import Event
from submissions.models import Submission
from submissions.services import keeping
from tests import factories

FINDINGS = [
    {"check": "dark", "rule": "warn", "measured": {"value": 31.0}, "at": 4.0},
    {"check": "clipped", "rule": "warn", "measured": {"value": 700.0}, "at": 12.4},
]


@pytest.fixture
def held(cast, house):
    performance = factories.media(
        factories.performance(player=cast.student, findings=FINDINGS, held_until=timezone.now() + timedelta(hours=20))
    )
    (performance.folder / "found-dark.jpg").write_bytes(b"dark")
    factories.autograde(performance, model=factories.model(champion=True))
    return factories.submission(student=cast.student, assignment=cast.assignment, performance=performance)


def page_of(client, submission):
    response = client.get(f"/submissions/{submission.pk}/")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def keep(client, submission):
    return client.post(f"/submissions/{submission.pk}/keep/", follow=True)


def let_time_pass(submission):
    past = timezone.now() - timedelta(seconds=1)
    type(submission.performance).objects.filter(pk=submission.performance_id).update(held_until=past)


def test_a_student_sees_what_was_found_with_a_picture_and_what_to_do(cast, client_of, held):
    page = page_of(client_of(cast.student), held)
    assert "2 things to look at before it counts" in page
    assert "The picture is very dark at 0:04, so your hands are hard to see." in page
    assert "Move the phone a step further away." in page
    assert f'src="/media/performances/{held.performance_id}/found-dark"' in page
    assert f'src="/media/performances/{held.performance_id}/found-clipped"' not in page
    assert 'aria-label="The loudness of the recording, with 0:12 marked"' in page
    assert 'data-seek="11.40" data-until="16.40"' in page
    assert "Without your word it counts from" in page
    assert f'action="/submissions/{held.pk}/keep/"' in page
    assert f'action="/submissions/{held.pk}/withdraw/"' in page


def test_the_moment_of_a_sound_is_marked_where_it_lies(cast, client_of, held):
    assert '<line x1="99.2" x2="99.2"' in page_of(client_of(cast.student), held)  # 12.4 of 20 s, 160 wide


def test_the_picture_is_private(cast, client_of, held):
    address = f"/media/performances/{held.performance_id}/found-dark"
    assert client_of(cast.student).get(address).status_code == 200
    assert client_of(cast.teacher).get(address).status_code == 404  # not before it counts
    let_time_pass(held)
    assert client_of(cast.teacher).get(address).status_code == 200
    assert client_of(cast.other_student).get(address).status_code == 404
    assert client_of(cast.student).get(address.replace("dark", "shaky")).status_code == 404


def test_numbers_of_the_drawing_have_a_full_stop_in_every_language(cast, client_of, held):
    cast.student.language = "es"
    cast.student.save()
    page = page_of(client_of(cast.student), held)
    assert 'data-seek="11.40"' in page
    assert '<line x1="99.2"' in page


def test_it_counts_when_its_student_says_so(cast, client_of, held):
    page = " ".join(keep(client_of(cast.student), held).content.decode().split())
    assert "It counts. Your teacher listens to it next." in page
    assert "before it counts" not in page
    assert held in Submission.objects.alive()
    event = Event.objects.get(kind="kept")
    assert sentence(event) == f"Student said that attempt {held.attempt} counts"
    assert event.after["found"] == ["dark", "clipped"]


def test_a_double_click_says_it_once(cast, client_of, held):
    client = client_of(cast.student)
    keep(client, held)
    assert keep(client, held).status_code == 200
    assert Event.objects.filter(kind="kept").count() == 1


def test_said_after_the_time_is_over_it_changes_nothing(cast, client_of, held):
    let_time_pass(held)
    assert keep(client_of(cast.student), held).status_code == 200
    assert not Event.objects.filter(kind="kept").exists()
    held.performance.refresh_from_db()
    assert held.performance.held_until is not None


def test_nobody_else_says_it(cast, client_of, held):
    for person in (cast.teacher, cast.admin, cast.other_student):
        assert keep(client_of(person), held).status_code == 404
    with pytest.raises(keeping.KeepingRefused):
        keeping.keep(submission=held, by=cast.teacher)
    assert held not in Submission.objects.alive()


def test_what_was_taken_back_cannot_be_kept(cast, client_of, held):
    Submission.objects.filter(pk=held.pk).update(withdrawn_at=timezone.now())
    assert "You took this recording back, so it counts for nothing." in keep(
        client_of(cast.student), held
    ).content.decode().replace("&#x27;", "'")
    assert not Event.objects.filter(kind="kept").exists()


def test_recording_again_takes_it_back(cast, client_of, held):
    client_of(cast.student).post(f"/submissions/{held.pk}/withdraw/")
    held.refresh_from_db()
    assert held.withdrawn_at is not None


def test_past_the_last_day_recording_again_is_no_choice(cast, client_of, held):
    cast.assignment.due_at, cast.assignment.accepts_late = timezone.now() - timedelta(days=1), False
    cast.assignment.save()
    page = page_of(client_of(cast.student), held)
    assert "Record again" not in page
    assert "nothing is taken after that" in page
    assert "It counts" in page


def test_no_teacher_gets_a_held_recording(cast, client_of, held):
    client = client_of(cast.teacher)
    assert str(held.pk) not in client.get("/review/").content.decode()
    assert client.get(f"/review/{held.pk}/").status_code == 404
    assert client.get("/review/batch/", {"pick": str(held.pk)}).status_code == 404
    assert client.post("/review/batch/", {"accept": str(held.pk)}).status_code == 404
    client.post("/review/next/")
    assert not held.markings.exists()


def test_it_comes_to_the_teacher_by_itself_when_the_time_is_over(cast, client_of, held):
    let_time_pass(held)
    client = client_of(cast.teacher)
    assert str(held.pk) in client.get("/review/").content.decode()
    assert client.get(f"/review/{held.pk}/").status_code == 200
    client.post("/review/next/")
    assert held.markings.filter(teacher=cast.teacher).exists()


def test_a_teacher_sees_nothing_before_it_counts_and_then_a_quiet_line_without_buttons(cast, client_of, held):
    for who in (cast.teacher, cast.admin):
        client = client_of(who)
        assert client.get(f"/submissions/{held.pk}/").status_code == 404
        assert client.get("/api/submissions/").json()["results"] == []
        assert client.get(f"/api/submissions/{held.pk}/").status_code == 404
    let_time_pass(held)
    page = page_of(client_of(cast.teacher), held)
    assert "Found before it counted: The picture is very dark at 0:04" in page
    assert "/keep/" not in page
    assert "The student had time to record it again, and it counts." in page
    assert f'href="/review/{held.pk}/"' in page


def test_the_desk_tells_of_it_in_a_line(cast, client_of, held):
    let_time_pass(held)
    page = client_of(cast.teacher).get(f"/review/{held.pk}/").content.decode()
    assert "Found before it counted: The picture is very dark at 0:04, so your hands are hard to see." in page


def test_once_it_counts_the_student_is_left_in_peace(cast, client_of, held):
    let_time_pass(held)
    page = page_of(client_of(cast.student), held)
    assert "The picture is very dark" not in page


def test_a_recording_without_findings_shows_none(cast, client_of, house):
    submission = factories.submission(student=cast.student, assignment=cast.assignment)
    assert "preflight" not in page_of(client_of(cast.student), submission)
    assert "Found before it counted" not in page_of(client_of(cast.teacher), submission)


def test_a_refused_recording_reads_as_its_finding(cast, client_of, house):
    finding = {"check": "piano", "rule": "refuse", "measured": {"value": 0.02}, "at": 3.0}
    performance = factories.performance(player=cast.student, state="refused", findings=[finding], trouble="English.")
    submission = factories.submission(student=cast.student, assignment=cast.assignment, performance=performance)
    page = page_of(client_of(cast.student), submission)
    assert "We could not hear a piano in this recording." in page
