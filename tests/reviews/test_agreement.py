import pytest
from django.urls import reverse

from courses.models import Enrolment
from grading.agreement import FEWEST
from grading.models import Rating
from reviews import agreement as read
from tests import factories


def address(cast, **query) -> str:
    return reverse("reviews:agreement", args=[cast.course.pk], query=query)


@pytest.fixture
def colleague(cast):
    return factories.enrol(cast.course, factories.user(name="Tom"), Enrolment.Role.TEACHER).user


def rate(performance, rater, level, purpose=Rating.Purpose.FIRST, *, visible=False, **fields) -> Rating:
    return Rating.objects.create(
        performance=performance, rater=rater, level=level, purpose=purpose, autograde_visible=visible, **fields
    )


def recording(cast, *, graded=True, student=None, assignment=None):
    submission = factories.submission(student=student or cast.student, assignment=assignment or cast.assignment)
    if graded:
        factories.autograde(submission.performance)
    return submission.performance


def double(cast, colleague, count, *, apart=1):
    """Recordings that the cast's teacher (first) and a colleague (second, kinder) have marked."""
    players = [factories.user() for _ in range(4)]
    for number in range(count):
        performance = recording(cast, student=players[number % 4])
        level = 3 + number % 5
        rate(performance, cast.teacher, level, visible=True)
        rate(performance, colleague, level + (apart if number % 3 else 0), Rating.Purpose.SECOND)


def test_it_says_how_many_more_are_needed(cast, client_of, head, colleague):
    double(cast, colleague, FEWEST - 2)
    page = client_of(head).get(address(cast))
    assert page.status_code == 200
    assert "There are 8; 2 more are needed" in page.content.decode()
    assert page.context["page"].together.found is None
    assert not page.context["severities"]
    assert page.context["plot"] is None


def test_from_ten_recordings_on_it_tells_in_words_figures_and_a_drawing(cast, client_of, head, colleague):
    double(cast, colleague, FEWEST)
    page = client_of(head).get(address(cast))
    text = page.content.decode()
    assert "are 0.6 levels apart on average, and within one level every time" in text
    found = page.context["page"].teachers[0].found
    assert found.n == FEWEST
    assert found.limits.bias.value == pytest.approx(-0.6) or found.limits.bias.value == pytest.approx(0.6)
    strict, kind = page.context["severities"]
    assert (strict["name"], kind["name"]) == ("Teacher", "Tom")
    assert strict["row"].lean == pytest.approx(-kind["row"].lean)
    assert strict["sentence"] in text
    assert sum(dot.n for dot in page.context["plot"].dots) == FEWEST
    assert "style=" not in text.split("<main", 1)[1]


def test_between_teachers_only_what_each_said_before_seeing_the_other_counts(cast, head, colleague):
    double(cast, colleague, 1, apart=2)
    performance = Rating.objects.first().performance
    rate(performance, cast.teacher, 9)
    rate(performance, head, 5, Rating.Purpose.THIRD)
    rate(performance, cast.admin, 10, Rating.Purpose.APPEAL)
    rate(performance, cast.admin, 10, Rating.Purpose.STANDARD)
    (pair,) = read.page(course=cast.course, rubric=cast.rubric, reader=cast.admin).teachers
    assert {(each.first, each.second) for each in pair.pairs} == {(3, 3)}


def test_of_the_model_only_blind_ratings_are_independent_and_both_kinds_are_labelled(cast, client_of, head):
    for number in range(3):
        rate(recording(cast), cast.teacher, 5, visible=number == 0)
    rate(recording(cast), cast.teacher, 6, visible=True, batch=True)
    rate(recording(cast, graded=False), cast.teacher, 6)
    rows = read.page(course=cast.course, rubric=cast.rubric, reader=cast.admin).model
    assert {(row.first, row.kind, len(row.pairs)) for row in rows} == {
        ("All teachers", "blind", 2),
        ("All teachers", "shown", 1),
        ("Teacher", "blind", 2),
        ("Teacher", "shown", 1),
    }
    assert {(pair.first, pair.second) for row in rows for pair in row.pairs} == {(5, 6)}
    assert "given blind" in client_of(head).get(address(cast)).content.decode()


def test_what_the_model_says_today_does_not_change_what_was_compared_then(cast):
    performance = recording(cast)
    rate(performance, cast.teacher, 5, autograde=performance.autograde)
    factories.autograde(performance, level=2.0)
    page = read.page(course=cast.course, rubric=cast.rubric, reader=cast.admin)
    assert [pair.second for pair in page.model[0].pairs] == [6]


def test_other_courses_and_rubrics_stand_apart(cast, head, client_of, colleague):
    double(cast, colleague, 2)
    other = factories.assignment(course=cast.course)
    performance = recording(cast, assignment=other)
    rate(performance, cast.teacher, 4)
    rate(performance, colleague, 4, Rating.Purpose.SECOND)
    elsewhere = recording(cast, student=cast.other_student, assignment=cast.other_assignment)
    rate(elsewhere, cast.teacher, 4)
    rate(elsewhere, colleague, 4, Rating.Purpose.SECOND)
    page = client_of(head).get(address(cast, rubric=cast.rubric.pk))
    assert len(page.context["page"].together.pairs) == 2
    page = client_of(head).get(address(cast, rubric=other.rubric.pk))
    assert len(page.context["page"].together.pairs) == 1


def test_a_rubric_of_another_course_is_not_shown(cast, head, client_of):
    foreign = factories.assignment(course=cast.other_course).rubric
    assert client_of(head).get(address(cast, rubric=foreign.pk)).context["rubric"] == cast.rubric


def test_one_may_choose_what_is_drawn(cast, head, client_of, colleague):
    double(cast, colleague, FEWEST)
    key = f"model-{cast.teacher.pk}-shown"
    page = client_of(head).get(address(cast, look=key))
    assert page.context["drawn"].key == key
    assert client_of(head).get(address(cast, look="no such thing")).context["drawn"].kind == "teachers"


def test_a_course_without_assignments_has_an_empty_page(cast, client_of):
    empty = factories.course()
    page = client_of(cast.admin).get(reverse("reviews:agreement", args=[empty.pk]))
    assert "nothing to compare yet" in page.content.decode()


@pytest.mark.parametrize("who", ["teacher", "student", "other_teacher", "nobody"])
def test_it_is_hidden_from_everyone_but_heads_and_admins(cast, client_of, who):
    assert client_of(getattr(cast, who)).get(address(cast)).status_code == 404


def test_a_head_of_another_course_does_not_see_it(cast, client_of):
    factories.enrol(cast.other_course, cast.nobody, Enrolment.Role.HEAD)
    assert client_of(cast.nobody).get(address(cast)).status_code == 404


def test_it_refuses_post(cast, client_of, head):
    assert client_of(head).post(address(cast)).status_code == 405


@pytest.mark.parametrize("count", [1, FEWEST + 2])
def test_it_asks_the_database_a_fixed_number_of_times(
    cast, client_of, head, colleague, django_assert_num_queries, count
):
    double(cast, colleague, count)
    client = client_of(head)
    # session, user, course, rubrics, ratings, standardisations, what she is in any course (header)
    with django_assert_num_queries(7):
        client.get(address(cast))
