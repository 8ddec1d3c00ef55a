"""How a result stands beside what the model had expected, and what of it a student never reads."""

import pytest

from grading.models import Result
from submissions.outcome import outcome
from tests import factories


def released(cast, level, **grade):
    performance = factories.performance(player=cast.student)
    autograde = factories.autograde(performance, **grade)
    return outcome(factories.result(performance, rater=cast.teacher, level=level), cast.assignment, autograde)


@pytest.mark.parametrize(
    ("level", "words"),
    [
        (6, ""),
        (7, "Teacher hears it 1 level higher than the model. That lies within the range the model gave."),
        (4, "Teacher hears it 2 levels lower than the model. That lies outside the range the model gave: here it was "
         "wrong."),
    ],
)  # fmt: skip
def test_it_says_how_far_apart_teacher_and_model_are(cast, level, words):
    assert released(cast, level).apart == words


def test_without_a_grade_there_is_nothing_to_differ_from(cast):
    performance = factories.performance(player=cast.student)
    found = outcome(factories.result(performance, rater=cast.teacher, level=4), cast.assignment, None)
    assert found.apart == ""
    assert found.rule == "Teacher listened and decided on level 4. The model gave none."


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Result.Rule.AGREED, "Two teachers listened, each alone, and agree. Teacher's level 7 stands."),
        (Result.Rule.SETTLED, "Two teachers heard it differently. Teacher listened too and decided on level 7."),
    ],
)
def test_where_several_teachers_marked_it_the_rule_says_so_and_the_distance_to_the_model_too(cast, rule, words):
    performance = factories.performance(player=cast.student)
    autograde = factories.autograde(performance)
    found = outcome(factories.result(performance, rater=cast.teacher, level=7, rule=rule), cast.assignment, autograde)
    assert found.rule == words
    assert found.apart.startswith("Teacher hears it 1 level higher")


def test_the_reason_that_a_teacher_gave_is_not_on_the_page(cast, client_of):
    submission = factories.submission(student=cast.student, assignment=cast.assignment)
    factories.autograde(submission.performance)
    result = factories.result(submission.performance, rater=cast.teacher, level=3)
    type(result.rating).objects.filter(pk=result.rating_id).update(reason="A reason for colleagues.")
    page = client_of(cast.student).get(f"/submissions/{submission.pk}/").content.decode()
    assert "2 levels lower" not in page
    assert "3 levels lower than the model" in page
    assert "A reason for colleagues." not in page
