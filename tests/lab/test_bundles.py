import io
import shutil
from collections import namedtuple
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grading.models import Bundle, Dataset, Job
from grading.services import bundles
from tests import factories

TABLE = b"id,rater,level\nx,one,3\n"


@pytest.fixture(autouse=True)
def disk(settings, house):
    settings.VAR = house


@pytest.fixture
def snapshot(db):
    return Dataset.objects.create(digest="d" * 64, manifest={"examples": []})


def sent(**fields):
    file = SimpleUploadedFile("labels.csv", TABLE)
    return {"file": file, "layout": "csv", "source": "Leiden", "agreed": "on"} | fields


def test_an_export_is_asked_for_and_waits_for_a_worker(cast, snapshot, client_of):
    client = client_of(cast.admin)
    asked = {"dataset": snapshot.pk, "layout": "datasets", "source": "Our school"}
    page = client.post(reverse("lab:new_export"), asked, follow=True).content.decode()
    bundle = Bundle.objects.get()
    assert (bundle.way, bundle.layout, bundle.source, bundle.by) == ("out", "datasets", "Our school", cast.admin)
    assert Job.objects.get(bundle=bundle).state == "queued"
    assert "Waiting for a worker" in page
    assert 'hx-trigger="every 2s"' in page


@pytest.mark.parametrize("wrong", [{"layout": "pickle"}, {"dataset": 4711}, {"source": ""}, {"source": "x" * 121}])
def test_an_export_of_something_else_is_refused(cast, snapshot, client_of, wrong):
    asked = {"dataset": snapshot.pk, "layout": "csv", "source": "Our school"} | wrong
    assert client_of(cast.admin).post(reverse("lab:new_export"), asked).status_code == 422
    assert not Bundle.objects.exists()


def test_an_import_is_laid_on_the_disk_and_waits_for_a_worker(cast, client_of):
    page = client_of(cast.admin).post(reverse("lab:new_import"), sent(), follow=True)
    bundle = Bundle.objects.get()
    assert (bundle.way, bundle.layout, bundle.source, bundle.by) == ("in", "csv", "Leiden", cast.admin)
    assert bundles.path_of(bundle).read_bytes() == TABLE
    assert "The file is being read" in page.content.decode()


@pytest.mark.parametrize("wrong", [{"agreed": ""}, {"source": ""}, {"layout": "pickle"}, {"file": ""}])
def test_an_import_without_what_is_needed_is_refused(cast, client_of, wrong):
    assert client_of(cast.admin).post(reverse("lab:new_import"), sent(**wrong)).status_code == 422
    assert not Bundle.objects.exists()


def test_an_import_needs_the_forms_token(cast, disk):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.admin)
    assert client.post(reverse("lab:new_import"), sent()).status_code == 403
    assert not Bundle.objects.exists()


class Unread(io.BytesIO):
    """A body that nobody should ask for."""

    def read(self, *size: int) -> bytes:
        raise AssertionError("the body was read")


@pytest.mark.parametrize(
    ("size", "free", "said"),
    [(3 * 1024**3, 1 << 40, "can be sent here"), (1024**3, 1024**3, "not enough room on the disk")],
)
def test_what_is_too_large_is_not_read_at_all(cast, client_of, monkeypatch, size, free, said):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: namedtuple("usage", "total used free")(free, 0, free))
    client = client_of(cast.admin)
    body = {"wsgi.input": Unread(), "CONTENT_LENGTH": str(size), "CONTENT_TYPE": "multipart/form-data; boundary=x"}
    answer = client.post(reverse("lab:new_import"), **body)
    assert answer.status_code == 302
    assert said in client.get(answer["Location"]).content.decode()


def test_a_strangers_body_is_not_read_either(cast, client_of):
    body = {"wsgi.input": Unread(), "CONTENT_LENGTH": "1000", "CONTENT_TYPE": "multipart/form-data; boundary=x"}
    assert client_of(cast.teacher).post(reverse("lab:new_import"), **body).status_code == 404


def test_an_archive_is_fetched_as_a_file(cast, snapshot, client_of):
    bundle = factories.bundle(snapshot)
    answer = client_of(cast.admin).get(reverse("lab:archive", args=[bundle.pk]))
    assert b"".join(answer) == b"archive"
    assert answer["Content-Disposition"] == f'attachment; filename="labels-{snapshot.pk}-clavier.zip"'
    assert answer["Content-Type"] == "application/zip"


@pytest.mark.parametrize("change", [{"state": "gone"}, {"state": "waiting"}, {"way": "in"}, {"numbers": {"mark": "x"}}])
def test_what_may_not_leave_is_not_there(cast, snapshot, client_of, change):
    bundle = factories.bundle(snapshot)
    Bundle.objects.filter(pk=bundle.pk).update(**change)
    assert client_of(cast.admin).get(reverse("lab:archive", args=[bundle.pk])).status_code == 404


def test_the_page_says_what_left_and_until_when(cast, snapshot, client_of):
    bundle = factories.bundle(snapshot)
    page = client_of(cast.admin).get(reverse("lab:bundles")).content.decode()
    assert "1 recording of the snapshot stayed here: it was erased, or its player no longer agrees." in page
    assert "It can be fetched until" in page
    assert reverse("lab:archive", args=[bundle.pk]) in page


def test_the_page_says_why_something_was_refused(cast, client_of):
    wrong = {"code": "level", "told": {"value": "<11>"}, "place": {"file": "labels.csv", "line": 2, "unit": "line"}}
    Bundle.objects.create(way="in", layout="csv", source="Leiden", state="refused", numbers={"wrong": wrong})
    page = client_of(cast.admin).get(reverse("lab:bundles")).content.decode()
    assert "labels.csv, line 2: A level is a whole number from 1 to 10, not “&lt;11&gt;”." in page
    assert "Nothing was changed." in page


def test_deleting_takes_the_file(cast, snapshot, client_of, django_capture_on_commit_callbacks):
    bundle = factories.bundle(snapshot)
    with django_capture_on_commit_callbacks(execute=True):
        client_of(cast.admin).post(reverse("lab:delete_bundle", args=[bundle.pk]))
    assert not Bundle.objects.exists()
    assert not bundles.path_of(bundle).exists()


def test_only_the_rows_are_fetched_anew_while_one_waits(cast, snapshot, client_of):
    bundles.export(by=cast.admin, dataset=snapshot, layout="csv")
    text = client_of(cast.admin).get(reverse("lab:bundles"), headers={"HX-Request": "true"}).content.decode()
    assert text.strip().startswith('<div id="bundles"')
    assert "<html" not in text


def test_the_page_asks_the_same_however_long_it_is(cast, snapshot, client_of, django_assert_max_num_queries):
    for _ in range(12):
        factories.bundle(snapshot)
    bundles.export(by=cast.admin, dataset=snapshot, layout="csv")
    client = client_of(cast.admin)
    # the session, its user, the count, the rows, their jobs, whether there are snapshots, and which
    with django_assert_max_num_queries(8):
        assert client.get(reverse("lab:bundles")).status_code == 200


def test_an_old_archive_is_told_as_gone(cast, snapshot, client_of):
    bundle = factories.bundle(snapshot)
    Bundle.objects.update(created_at=timezone.now() - bundles.KEPT - timedelta(days=1))
    bundles.look_after()
    page = client_of(cast.admin).get(reverse("lab:bundles")).content.decode()
    assert "The archive is gone" in page
    assert reverse("lab:archive", args=[bundle.pk]) not in page


@pytest.mark.parametrize("name", ["new_export", "new_import"])
def test_asking_refuses_get(cast, client_of, name):
    assert client_of(cast.admin).get(reverse(f"lab:{name}")).status_code == 405


@pytest.mark.parametrize("who", ["teacher", "student", "nobody"])
def test_it_is_hidden_from_everyone_else(cast, snapshot, client_of, who):
    bundle, client = factories.bundle(snapshot), client_of(getattr(cast, who))
    assert client.get(reverse("lab:bundles")).status_code == 404
    assert client.get(reverse("lab:archive", args=[bundle.pk])).status_code == 404
    assert client.post(reverse("lab:delete_bundle", args=[bundle.pk])).status_code == 404
    assert client.post(reverse("lab:new_export"), {"dataset": snapshot.pk}).status_code == 404
    assert client.post(reverse("lab:new_import"), sent()).status_code == 404
    assert Bundle.objects.count() == 1
