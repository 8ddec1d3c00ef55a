import pytest
from django.test import Client

from core import views


def test_a_page_that_is_not_there_says_what_to_do_next(cast, client_of):
    response = client_of(cast.student).get("/nowhere/")
    page = response.content.decode()
    assert response.status_code == 404
    assert "There is nothing here for you" in page
    assert "make doctor" in page


def test_a_stale_form_says_to_load_the_page_again(cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.student)
    response = client.post("/profile/", {"name": "Mallory"})
    assert response.status_code == 403
    assert "That form has gone stale" in response.content.decode()
    cast.student.refresh_from_db()
    assert cast.student.name != "Mallory"


def test_the_page_for_our_own_faults_needs_no_database(rf):
    response = views.server_error(rf.get("/"))  # without the db fixture, a query would fail this test
    assert response.status_code == 500
    assert "nothing you handed in is lost" in response.content.decode()


@pytest.mark.parametrize(("view", "code"), [(views.bad_request, 400), (views.permission_denied, 403)])
def test_other_refusals_have_a_page_too(db, rf, view, code):
    response = view(rf.get("/"), Exception())
    assert response.status_code == code
    assert "make doctor" in response.content.decode()
