"""The demo's rubric comes with words, and never overwrites what a school has written."""

import pytest

from core.models import Event
from courses.services import rubrics
from demo import rubric as demo
from grading.models import Criterion, Rubric, Technique
from ml.recital.skill import CRITERIA
from tests import factories

pytestmark = pytest.mark.django_db


def test_every_level_and_every_mark_has_its_words():
    sheet = rubrics.sheet_of(demo.seed_rubric())
    assert sorted(map(int, sheet.levels)) == list(range(1, 11))
    assert all(sorted(map(int, line.bands)) == list(Criterion.MARKS) for line in sheet.criteria)
    words = [*sheet.levels.values(), *(band for line in sheet.criteria for band in line.bands.values())]
    assert len(set(words)) == len(words) == 10 + 5 * 5
    assert max(map(len, words)) <= 130


def test_what_the_generated_recordings_are_marked_by_stands_in_it():
    assert {line.key for line in rubrics.sheet_of(demo.seed_rubric()).criteria} == set(CRITERIA)


def test_a_rubric_that_was_made_before_there_were_words_gets_them():
    bare = Rubric.objects.create(name=demo.NAME)
    for key, (name, *_) in demo.CRITERIA.items():
        Criterion.objects.create(rubric=bare, key=key, name=name)
    demo.seed_rubric()
    sheet = rubrics.sheet_of(Rubric.objects.get(pk=bare.pk))
    assert sheet.levels["1"] == demo.LEVELS[0]
    assert [line.weight for line in sheet.criteria] == [2.0, 1.5, 1.0, 0.5, 1.0]


def test_what_was_edited_is_left_alone():
    row = demo.seed_rubric()
    row.levels = {"1": "My own words."}
    row.save()
    row.criteria.filter(key="timing").update(bands={}, weight=3.0)
    demo.seed_rubric()
    row.refresh_from_db()
    assert row.levels == {"1": "My own words."}
    assert row.criteria.get(key="timing").weight == 3.0


def test_a_rubric_whose_words_were_taken_away_on_purpose_stays_bare():
    row = demo.seed_rubric()
    row.criteria.update(bands={})
    row.levels = {}
    row.save()
    Event.objects.create(kind="rubric_changed", after={"rubric": row.pk}, actor=factories.user())
    demo.seed_rubric()
    row.refresh_from_db()
    assert row.levels == {}


def test_the_vocabulary_is_given_once():
    demo.seed_techniques()
    Technique.objects.filter(name="Thumb under").update(name="Passing the thumb")
    demo.seed_techniques()
    assert Technique.objects.count() == len(demo.TECHNIQUES)
    assert not Technique.objects.filter(name="Thumb under").exists()
