"""Two admins who press at the same moment: one after the other, and never two champions."""

from functools import partial
from itertools import pairwise

import pytest

from grading.models import ModelVersion, Promotion
from grading.services import registry
from grading.services.registry import RegistryError
from tests import factories
from tests.grading.factories import model_with_file
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def champion() -> ModelVersion:
    return model_with_file(champion=True)


def promoted(version: ModelVersion, **seen):
    return lambda: registry.promote(version=version, by=None, reason="Now.", **seen)


def champions() -> list[ModelVersion]:
    return list(ModelVersion.objects.filter(stage="champion"))


def test_the_same_version_is_promoted_once(champion):
    version = model_with_file()
    answers = at_once(*[promoted(version)] * 3, expected=(RegistryError,))
    assert sorted(isinstance(answer, RegistryError) for answer in answers) == [False, True, True]
    assert (champions(), Promotion.objects.count()) == ([version], 1)


def test_two_versions_are_promoted_one_after_the_other(champion):
    one, other = model_with_file(), model_with_file()
    at_once(promoted(one), promoted(other))
    first, second = Promotion.objects.order_by("at")
    assert (first.previous, second.previous) == (champion, first.version)
    assert champions() == [second.version]


def test_of_two_decisions_beside_one_champion_only_the_first_counts(champion):
    one, other = model_with_file(), model_with_file()
    acts = [promoted(version, instead_of=champion) for version in (one, other)]
    answers = at_once(*acts, expected=(RegistryError,))
    assert sorted(isinstance(answer, RegistryError) for answer in answers) == [False, True]
    assert champions() == [Promotion.objects.get().version]


def test_a_rollback_and_a_promotion_leave_one_champion(champion):
    present, next_one = model_with_file(), model_with_file()
    registry.promote(version=present, by=None, reason="Before.")
    at_once(partial(registry.roll_back, by=None, reason="Back."), promoted(next_one), expected=(RegistryError,))
    assert len(champions()) == 1
    chain = Promotion.objects.order_by("at")
    assert all(later.previous == earlier.version for earlier, later in pairwise(chain))


def test_each_rubric_has_its_own_turn(champion):
    rubrics = [factories.rubric(), factories.rubric()]
    own = [model_with_file(rubric=rubric) for rubric in rubrics]
    at_once(*[promoted(version) for version in own])
    assert {version.pk for version in champions()} == {champion.pk, *(version.pk for version in own)}
