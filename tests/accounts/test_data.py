"""The pages on which a person takes everything along, and on which they ask to be forgotten."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import tasks
from accounts.models import Export, Letter, User
from accounts.services import export
from tests import factories

pytestmark = pytest.mark.django_db
ASK = "/profile/export/"
ERASE = "/profile/erase/"


@pytest.fixture
def rung(monkeypatch):
    """The doorbells of the packer, instead of ringing them."""
    bells = []
    monkeypatch.setattr(tasks.pack, "delay", bells.append)
    return bells


def test_asking_packs_an_archive_that_only_its_person_gets(
    cast, house, client_of, rung, django_capture_on_commit_callbacks
):
    student = client_of(cast.student)
    with django_capture_on_commit_callbacks(execute=True):
        assert student.post(ASK).url == "/profile/"
        student.post(ASK)
    row = Export.objects.get(user=cast.student)
    assert rung == [str(row.pk)]
    assert student.get(f"{ASK}{row.pk}/").status_code == 404
    export.pack(rung[0])
    answer = student.get(f"{ASK}{row.pk}/")
    assert answer.headers["Content-Type"] == "application/zip"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "private, no-cache"
    names = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))).namelist()
    assert {"index.html", "data.json"} <= set(names)
    for who in ("other_student", "teacher", "admin"):
        assert client_of(getattr(cast, who)).get(f"{ASK}{row.pk}/").status_code == 404
    letter = Letter.objects.get(user=cast.student, kind=Letter.Kind.EXPORT)
    assert letter.about["address"] == f"{ASK}{row.pk}/"


def test_an_archive_that_is_too_old_is_not_there(cast, house, client_of):
    row = Export.objects.create(user=cast.student)
    export.pack(str(row.pk))
    Export.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert client_of(cast.student).get(f"{ASK}{row.pk}/").status_code == 404


def test_the_profile_says_how_far_the_archive_is(cast, house, client_of, rung):
    student = client_of(cast.student)
    assert b"Pack an archive" in student.get("/profile/").content
    row = Export.objects.create(user=cast.student)
    assert b"is being packed" in student.get("/profile/").content
    export.pack(str(row.pk))
    assert b"Download the archive" in student.get("/profile/").content
    Export.objects.update(ready_at=None, trouble="No space left on device")
    page = student.get("/profile/").content
    assert b"could not be packed" in page
    assert b"No space left" not in page


def test_the_page_says_what_goes_and_what_stays(cast, client_of):
    submission = factories.submission(student=cast.student, assignment=cast.assignment)
    factories.result(submission.performance, rater=cast.teacher)
    page = client_of(cast.student).get(ERASE).content.decode()
    assert "Recordings" in page
    assert "What you have agreed to" in page
    assert "names nobody any more" in page
    assert "Drafts" not in page


@pytest.mark.parametrize(
    "given", [{}, {"password": factories.PASSWORD}, {"password": "wrong", "sure": "on"}, {"sure": "on"}]
)
def test_nothing_is_erased_without_the_password_and_the_word(cast, client_of, given):
    assert client_of(cast.student).post(ERASE, given).status_code == 200
    assert User.objects.get(pk=cast.student.pk).erased_at is None


def test_erasing_signs_out_and_says_so(cast, client_of):
    student = client_of(cast.student)
    answer = student.post(ERASE, {"password": factories.PASSWORD, "sure": "on"}, follow=True)
    assert answer.redirect_chain == [("/sign-in/", 302)]
    assert b"Everything about you is erased" in answer.content
    assert User.objects.get(pk=cast.student.pk).erased_at is not None


def test_who_is_needed_reads_what_to_do_first(cast, client_of):
    answer = client_of(cast.teacher).post(ERASE, {"password": factories.PASSWORD, "sure": "on"})
    assert b"only teacher of Piano, first year" in answer.content
    assert User.objects.get(pk=cast.teacher.pk).erased_at is None
