import uuid

import pytest

from core.ranged import wanted
from tests import factories

BYTES = bytes(range(256)) * 8


@pytest.fixture
def performance(cast, house):
    performance = factories.media(factories.performance(player=cast.student), proxy=BYTES)
    factories.submission(student=cast.student, assignment=cast.assignment, performance=performance)
    return performance


@pytest.fixture
def url(performance):
    return f"/media/performances/{performance.pk}/proxy"


@pytest.fixture
def client(cast, client_of):
    return client_of(cast.student)


def body(response):
    return b"".join(response.streaming_content)


def test_it_serves_the_whole_file_to_the_player(client, url):
    response = client.get(url)
    assert response.status_code == 200
    assert body(response) == BYTES
    assert response["Content-Length"] == str(len(BYTES))
    assert response["Content-Type"] == "video/mp4"
    assert response["Accept-Ranges"] == "bytes"
    assert "private" in response["Cache-Control"]


@pytest.mark.parametrize("kind", ["proxy", "poster", "mel", "peaks"])
def test_everything_we_made_of_it_is_served(client, performance, kind):
    assert client.get(f"/media/performances/{performance.pk}/{kind}").status_code == 200


def test_the_wave_is_a_byte_for_each_peak(client, performance):
    response = client.get(f"/media/performances/{performance.pk}/wave")
    assert list(response.content) == [81, 114]  # 255 times the root of 0.1 and 0.2
    assert "private" in response["Cache-Control"]


def test_a_tile_of_the_sound_is_served(client, performance):
    (performance.folder / "mel-012.png").write_bytes(b"tile")
    assert body(client.get(f"/media/performances/{performance.pk}/mel/12")) == b"tile"


@pytest.mark.parametrize("address", ["mel/1", "mel/-1", "mel/x", "mel/"])
def test_a_tile_that_is_not_there_is_not_found(client, performance, address):
    assert client.get(f"/media/performances/{performance.pk}/{address}").status_code == 404


@pytest.mark.parametrize("address", ["wave", "mel/0"])
@pytest.mark.parametrize("stranger", ["other_teacher", "other_student", "nobody"])
def test_wave_and_tiles_hide_from_strangers(cast, client_of, performance, address, stranger):
    assert client_of(getattr(cast, stranger)).get(f"/media/performances/{performance.pk}/{address}").status_code == 404


@pytest.mark.parametrize("kind", ["source", "proxy.mp4", "..", "poster.jpg"])
def test_nothing_else_is_served(client, performance, kind):
    assert client.get(f"/media/performances/{performance.pk}/{kind}").status_code == 404


@pytest.mark.parametrize("stranger", ["other_teacher", "other_student", "nobody"])
def test_it_hides_from_strangers(cast, client_of, url, stranger):
    assert client_of(getattr(cast, stranger)).get(url).status_code == 404


def test_it_hides_from_another_student_of_the_same_course(cast, client_of, url):
    neighbour = factories.user()
    factories.enrol(cast.course, neighbour)
    assert client_of(neighbour).get(url).status_code == 404


@pytest.mark.parametrize("friend", ["teacher", "admin"])
def test_the_teacher_and_an_admin_see_it(cast, client_of, url, friend):
    assert client_of(getattr(cast, friend)).get(url).status_code == 200


def test_a_recording_that_is_not_there_is_not_found(client):
    assert client.get(f"/media/performances/{uuid.uuid4()}/proxy").status_code == 404


def test_a_file_that_is_not_made_yet_is_not_found(cast, client):
    arrived = factories.performance(player=cast.student, state="arrived")
    assert client.get(f"/media/performances/{arrived.pk}/proxy").status_code == 404


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-99", 0, 99), ("bytes=2000-", 2000, 2047), ("bytes=-5", 2043, 2047), ("bytes=2040-9999", 2040, 2047)],
)
def test_it_serves_a_stretch(client, url, asked, first, last):
    response = client.get(url, headers={"range": asked})
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{last}/2048"
    assert response["Content-Length"] == str(last - first + 1)
    assert body(response) == BYTES[first : last + 1]


@pytest.mark.parametrize("asked", ["bytes=2048-", "bytes=9000-9001", "bytes=-0"])
def test_it_says_when_there_are_no_such_bytes(client, url, asked):
    response = client.get(url, headers={"range": asked})
    assert response.status_code == 416
    assert response["Content-Range"] == "bytes */2048"


@pytest.mark.parametrize("asked", ["bytes=5-2", "bytes=-", "lines=1-2", "bytes=0-1,5-6", "bytes=a-b"])
def test_a_range_that_makes_no_sense_gives_the_whole_file(client, url, asked):
    response = client.get(url, headers={"range": asked})
    assert response.status_code == 200
    assert body(response) == BYTES


def test_if_range_gives_the_stretch_only_of_the_same_file(client, url):
    etag = client.get(url)["ETag"]
    assert client.get(url, headers={"range": "bytes=0-1", "if-range": etag}).status_code == 206
    assert client.get(url, headers={"range": "bytes=0-1", "if-range": '"another"'}).status_code == 200


@pytest.mark.parametrize("asked", ["bytes=100-", "bytes=100-1999"])
def test_a_player_gets_one_piece_at_a_time(client, url, monkeypatch, asked):
    monkeypatch.setattr("core.ranged.PIECE", 500)
    response = client.get(url, headers={"range": asked, "sec-fetch-dest": "video"})
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes 100-599/{len(BYTES)}"
    assert body(response) == BYTES[100:600]


def test_whoever_is_no_player_gets_all_that_was_asked_for(client, url, monkeypatch):
    monkeypatch.setattr("core.ranged.PIECE", 500)
    assert body(client.get(url, headers={"range": "bytes=100-"})) == BYTES[100:]
    assert body(client.get(url, headers={"sec-fetch-dest": "video"})) == BYTES


def test_an_unchanged_file_is_not_sent_twice(client, url):
    etag = client.get(url)["ETag"]
    response = client.get(url, headers={"if-none-match": etag})
    assert response.status_code == 304
    assert response.content == b""


def test_head_tells_the_size_and_sends_nothing(client, url):
    response = client.head(url)
    assert response["Content-Length"] == "2048"
    assert body(response) == b""


def test_behind_nginx_the_file_is_left_to_nginx(client, url, performance, settings):
    settings.MEDIA_ACCEL_PREFIX = "/inside/"
    response = client.get(url)
    assert response["X-Accel-Redirect"] == f"/inside/performances/{performance.pk}/proxy.mp4"
    assert response.content == b""


def test_behind_nginx_strangers_are_sent_away_all_the_same(cast, client_of, url, settings):
    settings.MEDIA_ACCEL_PREFIX = "/inside/"
    response = client_of(cast.other_teacher).get(url)
    assert response.status_code == 404
    assert "X-Accel-Redirect" not in response


def test_an_empty_file_has_no_stretch():
    assert list(wanted("bytes=0-", 0) or []) == []


def test_it_asks_the_database_four_times(cast, client_of, url, django_assert_max_num_queries):
    teacher = client_of(cast.teacher)
    with django_assert_max_num_queries(4):  # session, person, performance, guard
        teacher.get(url)
