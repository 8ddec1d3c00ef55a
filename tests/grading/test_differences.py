"""What a promotion would change, before anybody presses the button."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from grading.services.differences import differences
from tests import factories
from tests.grading.factories import labelled, model_with_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def champion():
    return model_with_file(champion=True)


def graded(champion, level, *, released=False, **fields):
    player = factories.user()
    one = labelled(player, level=4).performance if released else factories.performance(player=player, **fields)
    factories.autograde(one, model=champion, level=level)
    return one


def test_waiting_and_released_work_are_told_apart(champion):
    waiting, released = graded(champion, 4.0), graded(champion, 5.0, released=True)
    version = model_with_file(report={"grades": {str(waiting.pk): 6.2, str(released.pk): 3.4}})
    found = differences(version=version)
    assert [(each.performance, each.present, each.proposed) for each in found.waiting.changes] == [
        (waiting.pk, 4.0, 6.2)
    ]
    assert [(each.performance, each.proposed) for each in found.released.changes] == [(released.pk, 3.4)]
    assert found.unknown == 0


def test_the_furthest_stand_first_and_the_same_level_is_no_change(champion):
    near, far, same = (graded(champion, 4.0) for _ in range(3))
    grades = {str(near.pk): 5.0, str(far.pk): 8.0, str(same.pk): 4.3}
    found = differences(version=model_with_file(report={"grades": grades})).waiting
    assert [each.performance for each in found.changes] == [far.pk, near.pk]
    assert found.compared == 3
    rows = dict(found.matrix)
    assert [rows[4][level - 1] for level in (4, 5, 8)] == [1, 1, 1]
    assert sum(map(sum, rows.values())) == 3


def test_what_it_graded_itself_outweighs_what_its_training_found(champion):
    work = graded(champion, 4.0)
    version = model_with_file(report={"grades": {str(work.pk): 9.0}})
    factories.autograde(work, model=version, level=4.2, shadow=True)
    work.autograde = champion.autogrades.get()
    work.save()
    assert differences(version=version).waiting.changes == ()


def test_of_what_it_was_never_asked_nothing_is_known(champion):
    graded(champion, 4.0)
    assert differences(version=model_with_file()).unknown == 1


def test_work_of_another_rubric_is_not_its_concern(champion):
    rubric = factories.rubric()
    own, other = graded(champion, 4.0, rubric=rubric), graded(champion, 4.0)
    grades = {str(own.pk): 8.0, str(other.pk): 8.0}
    found = differences(version=model_with_file(rubric=rubric, report={"grades": grades}))
    assert [each.performance for each in found.waiting.changes] == [own.pk]


def test_many_recordings_take_two_questions(champion):
    for _ in range(6):
        graded(champion, 4.0)
    version = model_with_file()
    with CaptureQueriesContext(connection) as asked:
        differences(version=version)
    assert len(asked) == 2
