"""The page that asks teachers for ratings."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.models import Enrolment
from grading.models import Asked, Round
from grading.services import rounds
from reviews.services import claims
from tests import factories
from tests.asking import audited, graded

ROUNDS = reverse("lab:rounds")


def page_of(client) -> str:
    return " ".join(client.get(ROUNDS).content.decode().split())


@pytest.fixture
def colleague(cast):
    """Another teacher of the cast's course."""
    return factories.enrol(cast.course, factories.user(name="Clara Whitfield"), Enrolment.Role.TEACHER).user


def test_one_press_asks_for_a_round_and_shows_it(cast, client_of):
    for _ in range(3):
        graded(cast)
    client = client_of(cast.admin)
    assert client.post(reverse("lab:ask"), {"size": "2"})["Location"] == ROUNDS
    assert Round.objects.get().by == cast.admin
    page = page_of(client)
    assert "2 recordings are asked for. They stand first in the queues" in page
    assert "0 of 2 recordings are rated" in page
    assert "Petzold: Minuet" in page
    assert "the model is unsure" in page
    assert "chosen by chance" in page
    assert "±1.0 levels" in page
    assert ">Teacher</td>" in page


def test_it_says_what_the_share_of_chance_is_for(cast, client_of):
    assert "Of twelve, 3 are drawn by chance from all of them: a fair sample" in page_of(client_of(cast.admin))


def test_where_nothing_can_be_asked_for_it_says_why(cast, client_of):
    client = client_of(cast.admin)
    client.post(reverse("lab:ask"), {"size": "12"})
    assert "Nothing is left to choose from" in page_of(client)
    client.post(reverse("lab:ask_audit"), {"size": "12"})
    assert "rated by two teachers, or there is none yet" in page_of(client)


@pytest.mark.parametrize("name", ["ask", "ask_unheard", "ask_audit"])
@pytest.mark.parametrize("size", ["", "0", "61", "many"])
def test_a_number_that_is_none_is_refused(cast, client_of, name, size):
    graded(cast)
    client = client_of(cast.admin)
    client.post(reverse(f"lab:{name}"), {"size": size})
    assert "Ask for 1 to 60 recordings." in page_of(client)
    assert not Round.objects.exists()


def test_each_row_says_how_it_stands(cast, client_of, colleague):
    rated, begun, left, _waits = (graded(cast) for _ in range(4))
    rounds.ask(by=cast.admin)
    row = Asked.objects.get(performance=rated.performance)
    row.rating = factories.rating(rated.performance, rater=cast.teacher)
    row.save()
    claims.take(submission=begun, teacher=colleague)
    left.withdrawn_at = left.created_at
    left.save()
    page = page_of(client_of(cast.admin))
    assert "by Teacher, " in page
    assert "on the desk of Clara Whitfield" in page
    assert "nobody can rate it now" in page
    assert "waits" in page
    assert "Clara Whitfield, Teacher" in page


def test_second_ratings_are_asked_for_with_their_number(cast, client_of, colleague):
    audited(cast)
    client = client_of(cast.admin)
    page = page_of(client)
    assert "1 recording of the audit part has the rating of one person only." in page
    assert "A second teacher could rate 1 of them now." in page
    client.post(reverse("lab:ask_audit"), {"size": "12"})
    page = page_of(client)
    assert "A second, blind rating of 1 recording is asked for." in page
    assert "1 is asked for already." in page
    assert "Clara Whitfield" in page


def test_where_one_teacher_is_alone_it_says_so(cast, client_of):
    audited(cast)
    page = page_of(client_of(cast.admin))
    assert "1 stands in a course without a second teacher who could" in page
    assert "disabled" in page


def test_what_may_still_be_appealed_is_said_to_wait(cast, client_of, colleague):
    audited(cast, days_ago=1)
    assert "1 cannot be asked for now: its student wishes one marker, or may still ask" in page_of(
        client_of(cast.admin)
    )


def test_an_admin_asks_no_longer(cast, client_of):
    graded(cast)
    made = rounds.ask(by=cast.admin)
    client = client_of(cast.admin)
    client.post(reverse("lab:close_round", args=[made.pk]))
    made.refresh_from_db()
    assert made.closed_at is not None
    assert "not rated in this round" in page_of(client)
    assert not rounds.open_for(cast.teacher)


def answered(cast, reason: str, level: int, count: int = 6) -> None:
    """The model says 6.1."""
    made = Round.objects.create()
    for _ in range(count):
        performance = factories.performance(player=cast.student)
        grade = factories.autograde(performance)
        rating = factories.rating(performance, rater=cast.teacher, level=level, autograde=grade)
        Asked.objects.create(round=made, performance=performance, reason=reason, rating=rating)


@pytest.mark.parametrize(
    ("unsure", "fair", "said"),
    [(9, 6, "the harder ones, as they should be"), (6, 6, "That may be the same"), (6, 9, "in the wrong places")],
)
def test_the_share_of_chance_tells_the_bias_of_the_choice(cast, client_of, unsure, fair, said):
    answered(cast, "uncertain", unsure)
    assert said not in page_of(client_of(cast.admin)), "not without both"
    answered(cast, "control", fair)
    page = page_of(client_of(cast.admin))
    assert said in page
    assert "(6 ratings)" in page


def test_it_asks_the_same_number_of_questions_however_long_the_round(cast, client_of, colleague):
    client, counts = client_of(cast.admin), []
    for more in (2, 6):
        for _ in range(more):
            graded(cast)
        rounds.ask(by=None)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(ROUNDS).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 25


@pytest.mark.parametrize("who", ["teacher", "student", "nobody"])
def test_nobody_else_can_tell_that_there_is_such_a_page(cast, client_of, who):
    made = Round.objects.create()
    client = client_of(getattr(cast, who))
    assert client.get(ROUNDS).status_code == 404
    names = ("lab:ask", "lab:ask_unheard", "lab:ask_audit")
    for url in (*map(reverse, names), reverse("lab:close_round", args=[made.pk])):
        assert client.post(url, {"size": "3"}).status_code == 404
    made.refresh_from_db()
    assert made.closed_at is None


def test_it_takes_only_its_methods(cast, client_of):
    client = client_of(cast.admin)
    assert client.post(ROUNDS).status_code == 405
    for name in ("ask", "ask_unheard", "ask_audit"):
        assert client.get(reverse(f"lab:{name}")).status_code == 405
    assert client.post(reverse("lab:close_round", args=[4711])).status_code == 404
