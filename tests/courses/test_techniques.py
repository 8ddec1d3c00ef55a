"""The school's vocabulary: read by teachers, edited by heads of courses and admins, never deleted from."""

import pytest

from core.history import sentence
from core.models import Event
from courses.models import Enrolment
from grading.models import Technique
from tests import factories

URL = "/techniques/"


@pytest.fixture
def head(cast):
    Enrolment.objects.filter(user=cast.teacher).update(role=Enrolment.Role.HEAD)
    return cast.teacher


@pytest.fixture
def words(cast):
    return [Technique.objects.create(name=name, order=order) for order, name in enumerate(("Arm", "Bow", "Curve"))]


def act(client, row, act, **fields):
    return client.post(f"{URL}{row.pk}/", {"act": act} | fields, follow=True).content.decode()


def offered():
    return list(Technique.objects.filter(retired=False).values_list("name", flat=True))


def test_teachers_read_it_and_change_nothing(cast, client_of, words):
    client = client_of(cast.teacher)
    page = client.get(URL).content.decode()
    assert "Curve" in page
    assert "Rename" not in page
    assert client.post(URL, {"name": "Drop"}).status_code == 404
    assert client.post(f"{URL}{words[0].pk}/", {"act": "retire"}).status_code == 404
    assert offered() == ["Arm", "Bow", "Curve"]


def test_students_do_not_find_it(cast, client_of):
    assert client_of(cast.student).get(URL).status_code == 404


def test_a_new_one_comes_last(client_of, head, words):
    page = client_of(head).post(URL, {"name": "  A   lifted wrist "}, follow=True).content.decode()
    assert "A lifted wrist is in the vocabulary." in page
    assert offered() == ["Arm", "Bow", "Curve", "A lifted wrist"]
    assert sentence(Event.objects.get()) == f"{head} added the technique 'A lifted wrist'"


@pytest.mark.parametrize("name", ["", " ", "bow", "x" * 81])
def test_what_cannot_be_added_says_why(client_of, head, words, name):
    page = client_of(head).post(URL, {"name": name}, follow=True).content.decode()
    assert "banner--error" in page
    assert offered() == ["Arm", "Bow", "Curve"]


def test_one_is_renamed(client_of, head, words):
    act(client_of(head), words[1], "rename", name="Bowing", was="Bow")
    assert offered() == ["Arm", "Bowing", "Curve"]
    assert sentence(Event.objects.get()) == f"{head} renamed the technique 'Bow' to 'Bowing'"


def test_a_name_that_a_colleague_has_changed_meanwhile_is_not_overwritten(cast, client_of, head, words):
    act(client_of(cast.admin), words[1], "rename", name="Bowing", was="Bow")
    page = act(client_of(head), words[1], "rename", name="Bows", was="Bow")
    assert "was renamed to &#x27;Bowing&#x27; meanwhile" in page
    assert offered() == ["Arm", "Bowing", "Curve"]


@pytest.mark.parametrize(
    ("place", "way", "order"),
    [
        (1, "up", ["Bow", "Arm", "Curve"]),
        (1, "down", ["Arm", "Curve", "Bow"]),
        (0, "up", ["Arm", "Bow", "Curve"]),
        (2, "down", ["Arm", "Bow", "Curve"]),
    ],
)
def test_they_are_put_in_order(client_of, head, words, place, way, order):
    act(client_of(head), words[place], way)
    assert offered() == order


def test_two_of_the_same_rank_can_be_put_in_order(client_of, head, words):
    Technique.objects.update(order=0)
    act(client_of(head), words[2], "up")
    assert offered() == ["Arm", "Curve", "Bow"]


def test_one_is_retired_and_its_remarks_keep_it(cast, client_of, head, words):
    submission = factories.submission(student=cast.student, assignment=cast.assignment)
    rating = factories.result(submission.performance, rater=head).rating
    remark = rating.remarks.create(start=1.0, text="Here", technique=words[1])
    page = act(client_of(head), words[1], "retire")
    assert "Bring back" in page
    assert offered() == ["Arm", "Curve"]
    remark.refresh_from_db()
    assert remark.technique == words[1]
    act(client_of(head), words[1], "bring_back")
    assert offered() == ["Arm", "Bow", "Curve"]
    assert [sentence(event).split(" ", 1)[1] for event in Event.objects.order_by("pk")] == [
        "retired the technique 'Bow'",
        "brought back the technique 'Bow'",
    ]


def test_retiring_twice_is_one_act(client_of, head, words):
    for _ in range(2):
        act(client_of(head), words[1], "retire")
    assert Event.objects.count() == 1


def test_it_asks_as_often_for_a_large_vocabulary(client_of, head, django_assert_max_num_queries):
    for number in range(40):
        Technique.objects.create(name=f"Technique {number}")
    client = client_of(head)
    with django_assert_max_num_queries(8):  # session, person, teaches, words with remarks, heads, doors (2)
        client.get(URL)
