"""What a provisional grade means, how sure the model is, and what it is: told from what is known, or not at all."""

import pytest
from django.utils import timezone

from grading.models import Dataset, Example, Promotion, TrainingRun
from submissions.provisional import provisional
from tests import factories

REPORT = {"coverage": 0.8917, "performances": 120}


def told(cast, model, **fields):
    performance = factories.performance(player=cast.student)
    return provisional(factories.autograde(performance, model=model, **fields), cast.rubric)


def own_model(cast, *, parts, **fields):
    """Learned from one recording in each part, each of another player; two teachers in turn have marked them."""
    start = factories.model(starter=True)
    dataset = Dataset.objects.create(digest="d" * 64, manifest={})
    for number, part in enumerate(parts):
        performance = factories.performance(player=factories.user())
        rater = (cast.teacher, cast.other_teacher)[number % 2]
        rating = factories.rating(performance, rater=rater)
        Example.objects.create(dataset=dataset, performance=performance, rating=rating, level=5, part=part)
    return factories.model(number=7, run=TrainingRun.objects.create(dataset=dataset, start=start), **fields)


def test_the_level_and_the_ends_of_its_interval_are_told_in_the_words_of_the_rubric(cast):
    cast.rubric.levels = {"5": "Keeps a pulse.", "6": "Plays on.", "7": "Shapes lines.", "8": "Fluent."}
    found = told(cast, factories.model())
    assert found.meaning == "Plays on."
    assert found.ends == [(5, "Keeps a pulse."), (7, "Shapes lines.")]


def test_an_end_that_is_the_level_itself_or_has_no_words_is_not_told_again(cast):
    cast.rubric.levels = {"6": "Plays on."}
    found = told(cast, factories.model(), low=6, high=7)
    assert (found.meaning, found.ends) == ("Plays on.", [])


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (6, 6, "quite sure: it expects this one level"),
        (6, 7, "quite sure: it wavers between two levels"),
        (5, 7, "fairly sure: its range is three levels wide"),
        (4, 7, "not very sure: its range is four levels wide"),
        (3, 7, "unsure: its range is 5 levels wide"),
    ],
)
def test_how_sure_it_is_follows_from_the_width_of_the_interval(cast, low, high, words):
    assert words in told(cast, factories.model(), low=low, high=high).sure


def test_how_often_the_interval_held_is_what_was_counted(cast):
    own = told(cast, factories.model(report=REPORT))
    assert own.kept == (
        "Tried on 120 recordings it had not learned from, the teacher's level lay inside such a range in 89 of 100."
    )
    starter = told(cast, factories.model(starter=True, report=REPORT))
    assert starter.kept == "Tried on 120 generated recordings, such a range held the right level in 89 of 100."


@pytest.mark.parametrize("report", [{}, {"performances": 120}, {"coverage": None, "performances": 120},
                                    {"coverage": 1.0, "performances": 19}])  # fmt: skip
def test_nothing_is_promised_where_nobody_has_counted_enough(cast, report):
    assert told(cast, factories.model(report=report)).kept == ""


def test_a_starter_says_that_it_has_seen_no_student(cast):
    assert "has never seen a real student" in told(cast, factories.model(starter=True)).model


def test_a_model_of_the_school_says_from_whom_it_has_learned_and_leaves_out_whom_it_was_tried_on(cast):
    model = own_model(cast, parts=["train", "train", "validation", "audit"])
    assert told(cast, model).model == (
        "This grade comes from your school's own model, version 7. It has learned from 3 recordings of 3 students, "
        "marked by 2 teachers."
    )


def test_it_says_since_when_it_is_in_use_by_its_latest_promotion(cast):
    model = own_model(cast, parts=["train"])
    for day in (3, 9):
        promotion = Promotion.objects.create(version=model)
        Promotion.objects.filter(pk=promotion.pk).update(at=timezone.now().replace(year=2026, month=5, day=day))
    words = told(cast, model).model
    assert "version 7, in use since 9 May 2026." in words
    assert "from 1 recording of 1 student, marked by 1 teacher." in words


def test_a_model_that_came_from_elsewhere_says_its_version_alone(cast):
    assert told(cast, factories.model(number=4)).model == "This grade comes from version 4 of the model."


def test_what_is_told_of_a_model_costs_one_query(cast, django_assert_num_queries):
    performance = factories.performance(player=cast.student)
    grade = factories.autograde(performance, model=own_model(cast, parts=["train"] * 5))
    with django_assert_num_queries(1):
        provisional(grade, cast.rubric)
