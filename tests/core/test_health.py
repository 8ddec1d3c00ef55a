from datetime import timedelta

from django.utils import timezone

from tests import factories


def test_it_says_that_database_and_broker_answer(db, client):
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"database": "ok", "broker": "ok"}


def test_it_says_so_when_the_broker_does_not_answer(db, client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["broker"] == "unreachable"


def test_the_status_page_tells_anybody_which_worker_is_silent(db, client):
    factories.beat("media")
    factories.beat("gpu", beat_at=timezone.now() - timedelta(minutes=5))
    page = client.get("/status/").content.decode()
    assert page.count("at work</span>") == 1
    assert page.count("no worker is running") == 2
    assert "none: teachers grade alone" in page


def test_the_status_page_names_the_starter_model(db, client):
    factories.model(champion=True, starter=True, number=9001)
    assert "version 9001 (starter model)" in " ".join(client.get("/status/").content.decode().split())
