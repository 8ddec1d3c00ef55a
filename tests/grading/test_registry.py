"""One champion, always; every change of it is one act with a name and a reason."""

import pytest
from django.db import IntegrityError, transaction

from grading.models import Job, ModelVersion, Performance, Promotion
from grading.services import registry
from tests import factories
from tests.grading.factories import model_with_file, run

pytestmark = pytest.mark.django_db


def test_the_database_forbids_two_champions():
    model_with_file(champion=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        model_with_file(champion=True)


def test_promotion_archives_the_former_champion_and_is_written_down():
    old, new, admin = model_with_file(champion=True), model_with_file(), factories.user()
    registry.promote(version=new, by=admin, reason="It hears more.")
    old.refresh_from_db()
    assert (registry.champion(), old.stage) == (new, "archived")
    promotion = Promotion.objects.get()
    assert (promotion.previous, promotion.by, promotion.reason) == (old, admin, "It hears more.")


def test_rolling_back_is_the_same_act_with_the_former_version():
    first, second = model_with_file(), model_with_file()
    registry.promote(version=first, by=None)
    registry.promote(version=second, by=None)
    registry.roll_back(by=None)
    assert registry.champion() == first
    assert Promotion.objects.count() == 3


def test_there_is_nothing_to_roll_back_to_at_first():
    registry.promote(version=model_with_file(), by=None)
    with pytest.raises(registry.RegistryError, match="no earlier champion"):
        registry.roll_back(by=None)


def test_a_changed_file_is_never_promoted():
    version = model_with_file()
    version.path.write_bytes(b"something else")
    with pytest.raises(registry.RegistryError, match="missing or was changed"):
        registry.promote(version=version, by=None)
    assert registry.champion() is None


@pytest.mark.parametrize(
    ("interval", "passes"), [((-0.9, -0.1), True), ((-0.5, 0.4), False), ((0.1, 0.8), False), (None, False)]
)
def test_a_candidate_that_is_not_shown_to_be_better_needs_a_written_reason(interval, passes):
    report = {}
    if interval:
        low, high = interval
        report = {"comparison": {"mae": {"difference": (low + high) / 2, "low": low, "high": high}}}
    champion = model_with_file(champion=True)
    candidate = model_with_file(run=run(start=champion), report=report)
    assert registry.verdict(candidate).passes is passes
    if not passes:
        with pytest.raises(registry.RegistryError, match="written reason"):
            registry.promote(version=candidate, by=None)
        assert registry.champion() == champion
    registry.promote(version=candidate, by=None, reason="" if passes else "The teachers want it.")
    assert registry.champion() == candidate


def test_promotion_grades_waiting_work_again_and_leaves_released_work_alone():
    from grading.services import ratings

    waiting = factories.performance(player=factories.user(), state=Performance.State.GRADED, duration=9.0)
    released = factories.performance(player=factories.user(), state=Performance.State.GRADED, duration=9.0)
    rating = ratings.record(
        performance=released,
        rater=factories.user(),
        level=4,
        criteria={},
        comment="",
        reason="",
        remarks=[],
        autograde=None,
        autograde_visible=False,
    )
    ratings.release(rating=rating)
    registry.promote(version=model_with_file(), by=None)
    assert list(Job.objects.values_list("performance", flat=True)) == [waiting.pk]


def test_the_difference_is_known_before_the_act():
    old = model_with_file(champion=True)
    performance = factories.performance(player=factories.user(), state=Performance.State.GRADED)
    factories.autograde(performance, model=old, level=4.0, low=3, high=5)
    new = model_with_file(report={"grades": {str(performance.pk): 6.2}})
    found = registry.differences(version=new)
    assert [(d.present, d.proposed) for d in found.waiting] == [(4.0, 6.2)]
    assert found.released == []


def test_the_same_file_is_registered_once(tmp_path):
    checkpoint = tmp_path / "model.safetensors"
    checkpoint.write_bytes(b"weights")
    first = registry.register(checkpoint=checkpoint, variant="v", report={}, card="")
    assert registry.register(checkpoint=checkpoint, variant="v", report={}, card="") == first
    assert ModelVersion.objects.count() == 1
    assert first.path.read_bytes() == b"weights"
