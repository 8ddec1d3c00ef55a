import pytest
from django.urls import reverse

from grading.agreement import FEWEST
from grading.models import Rating
from tests import factories

ADDRESS = reverse("reviews:anchoring")


def rate(cast, rater, level, *, visible, **fields) -> Rating:
    """Of a recording that the model gives a 6."""
    submission = factories.submission(student=cast.student, assignment=cast.assignment)
    grade = factories.autograde(submission.performance)
    return Rating.objects.create(
        performance=submission.performance,
        rater=rater,
        level=level,
        autograde=grade,
        autograde_visible=visible,
        **fields,
    )


def test_it_says_how_many_more_are_needed(cast, client_of):
    for _ in range(3):
        rate(cast, cast.teacher, 6, visible=True)
    page = client_of(cast.teacher).get(ADDRESS)
    text = " ".join(page.content.decode().split())
    assert "10 more given blind and 7 more with the grade shown are needed" in text
    assert "found" not in page.context


def test_it_says_how_far_the_grade_draws_a_teacher(cast, client_of):
    for number in range(FEWEST):
        rate(cast, cast.teacher, 4 if number % 2 else 8, visible=False)
        rate(cast, cast.teacher, 6 if number % 5 else 7, visible=True)
    page = client_of(cast.teacher).get(ADDRESS)
    found = page.context["found"]
    assert (found.blind.n, found.shown.n) == (FEWEST, FEWEST)
    assert found.blind.apart.value == pytest.approx(2.0)
    assert found.shown.lean.value == pytest.approx(0.2)
    text = page.content.decode()
    assert "Blind you are 2.0 levels from the model, with its grade in view 0.2 levels." in text
    assert "Seeing it draws you 1.8 levels towards it" in text


def test_without_a_difference_it_says_that_nothing_shows(cast, client_of):
    for number in range(FEWEST):
        for visible in (True, False):
            rate(cast, cast.teacher, 5 + number % 3, visible=visible)
    assert "nothing shows that the grade draws you" in client_of(cast.teacher).get(ADDRESS).content.decode()


def test_it_counts_neither_colleagues_nor_batches_nor_standardisations_nor_second_thoughts(cast, client_of):
    rating = rate(cast, cast.teacher, 6, visible=False)
    rate(cast, cast.other_teacher, 6, visible=False)
    rate(cast, cast.teacher, 6, visible=True, batch=True)
    rate(cast, cast.teacher, 6, visible=False, purpose=Rating.Purpose.STANDARD)
    Rating.objects.create(
        performance=rating.performance,
        rater=cast.teacher,
        level=8,
        autograde=rating.autograde,
        autograde_visible=True,
    )
    page = client_of(cast.teacher).get(ADDRESS)
    assert (page.context["blind"], page.context["shown"]) == ([0], [])


def test_a_head_and_an_admin_see_only_their_own(cast, client_of):
    rate(cast, cast.teacher, 6, visible=False)
    assert client_of(cast.admin).get(ADDRESS).context["blind"] == []


@pytest.mark.parametrize("who", ["student", "nobody"])
def test_whoever_does_not_teach_has_no_such_page(cast, client_of, who):
    assert client_of(getattr(cast, who)).get(ADDRESS).status_code == 404


def test_it_refuses_post(cast, client_of):
    assert client_of(cast.teacher).post(ADDRESS).status_code == 405


def test_one_query_reads_the_ratings(cast, client_of, django_assert_num_queries):
    for number in range(4):
        rate(cast, cast.teacher, 6, visible=bool(number % 2))
    client = client_of(cast.teacher)
    with django_assert_num_queries(5):  # session, user, whether she teaches (page and header), the ratings
        client.get(ADDRESS)
