"""What the services promise when a file is handed in."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Consent
from accounts.services import consents
from grading.models import Performance
from grading.services import performances
from submissions.models import Submission, Upload
from submissions.services import uploads, writing


@pytest.fixture
def upload(cast, house):
    made = uploads.begin(user=cast.student, assignment=cast.assignment, name="a.mp4", size=5)
    return writing.append(upload=made, read=io.BytesIO(b"music").read)


def test_attempts_are_numbered(cast, upload):
    uploads.hand_in(upload=upload)
    second = uploads.begin(user=cast.student, assignment=cast.assignment, name="b.mp4", size=1)
    writing.append(upload=second, read=io.BytesIO(b"!").read)
    assert uploads.hand_in(upload=second).attempt == 2


def test_handing_in_twice_gives_the_same_submission(upload):
    assert uploads.hand_in(upload=upload) == uploads.hand_in(upload=upload)
    assert Performance.objects.count() == 1


def test_consent_goes_with_the_recording(cast, upload):
    consents.grant(user=cast.student, purpose=Consent.Purpose.TRAINING)
    assert uploads.hand_in(upload=upload).performance.may_train


def test_half_a_file_is_not_handed_in(upload):
    Upload.objects.update(size=9)
    with pytest.raises(uploads.UploadRefused):
        uploads.hand_in(upload=upload)
    assert not Submission.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_transaction_undone_keeps_the_bytes_for_the_next_try(upload, monkeypatch):
    receive = performances.receive

    def received_and_then_broken(**kwargs):
        receive(**kwargs)
        raise RuntimeError("the database went away")

    monkeypatch.setattr(performances, "receive", received_and_then_broken)
    with pytest.raises(RuntimeError):
        uploads.hand_in(upload=upload)
    assert not Performance.objects.exists()
    monkeypatch.undo()
    monkeypatch.setattr("grading.tasks.prepare.delay", lambda pk: None)
    assert uploads.hand_in(upload=upload).performance.source_path.read_bytes() == b"music"
    assert not writing.path_of(upload).exists()


def test_without_scripts_the_form_hands_in_the_whole_file(cast, client_of, house):
    file = SimpleUploadedFile("etude.mp4", b"music", content_type="video/mp4")
    response = client_of(cast.student).post(f"/assignments/{cast.assignment.pk}/hand-in/", {"recording": file})
    submission = Submission.objects.get()
    assert response.url == f"/submissions/{submission.pk}/"
    assert submission.performance.source_path.read_bytes() == b"music"


@pytest.mark.parametrize("content", [b"", b"x" * 11])
def test_the_form_refuses_as_the_protocol_does(cast, client_of, house, settings, content):
    settings.RECORDING_MAX_BYTES = 10
    client = client_of(cast.student)
    page = client.post(
        f"/assignments/{cast.assignment.pk}/hand-in/", {"recording": SimpleUploadedFile("a.mp4", content)}, follow=True
    )
    assert "banner--error" in page.content.decode()
    assert not Upload.objects.exists()


def test_a_form_without_a_file_says_so(cast, client_of, house):
    page = client_of(cast.student).post(f"/assignments/{cast.assignment.pk}/hand-in/", follow=True)
    assert "Please choose a file" in page.content.decode()


@pytest.mark.parametrize("who", ["teacher", "other_student", "admin", "nobody"])
def test_only_students_of_the_course_hand_in(cast, client_of, house, who):
    file = SimpleUploadedFile("etude.mp4", b"music")
    url = f"/assignments/{cast.assignment.pk}/hand-in/"
    assert client_of(getattr(cast, who)).post(url, {"recording": file}).status_code == 404
    assert not Submission.objects.exists()
