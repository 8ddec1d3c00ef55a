"""One champion, always; every change of it is one act with a name and a reason."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from grading.judgements import Judgement
from grading.models import Job, ModelVersion, Performance, Promotion, Rubric
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
    registry.promote(version=second, by=None, reason="Newer.")
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


def undecided(champion: ModelVersion) -> ModelVersion:
    """A candidate of which the gate cannot say anything: nothing was audited."""
    return model_with_file(run=run(start=champion))


@pytest.mark.parametrize("reason", ["", "  "])
def test_against_the_gate_a_candidate_needs_a_written_reason(reason):
    champion = model_with_file(champion=True)
    candidate = undecided(champion)
    with pytest.raises(registry.RegistryError, match="written reason"):
        registry.promote(version=candidate, by=None, reason=reason)
    assert registry.champion() == champion
    registry.promote(version=candidate, by=factories.user(), reason="The teachers want it.")
    assert registry.champion() == candidate


def test_what_the_gate_said_is_kept_with_the_promotion():
    champion = model_with_file(champion=True)
    registry.promote(version=undecided(champion), by=None, reason="All the same.")
    kept = Judgement.from_json(Promotion.objects.get().gate)
    assert (kept.state, kept.champion, kept.checks[0].name) == ("unknown", champion.number, "size")


def test_a_missing_file_is_never_promoted():
    version = model_with_file()
    version.path.unlink()
    with pytest.raises(registry.RegistryError, match="missing or was changed"):
        registry.promote(version=version, by=None, reason="Yes.")
    assert (registry.champion(), Promotion.objects.count()) == (None, 0)


def test_an_earlier_champion_whose_file_is_gone_does_not_come_back():
    first, second = model_with_file(), model_with_file()
    registry.promote(version=first, by=None)
    registry.promote(version=second, by=None, reason="Newer.")
    first.path.unlink()
    with pytest.raises(registry.RegistryError, match="missing or was changed"):
        registry.roll_back(by=None)
    assert registry.champion() == second


def test_a_promotion_decided_beside_another_champion_is_asked_for_again():
    old, seen, mine = model_with_file(champion=True), model_with_file(), model_with_file()
    registry.promote(version=seen, by=None, reason="First.")
    with pytest.raises(registry.RegistryError, match="became the champion meanwhile"):
        registry.promote(version=mine, by=None, reason="Mine.", instead_of=old)
    registry.promote(version=mine, by=None, reason="Mine.", instead_of=seen)
    assert registry.champion() == mine


def test_a_promoted_candidate_grades_along_no_more():
    version = model_with_file(shadow_since=timezone.now())
    registry.promote(version=version, by=None)
    version.refresh_from_db()
    assert version.shadow_since is None


def waiting(rubric: Rubric | None = None) -> Performance:
    return factories.performance(player=factories.user(), rubric=rubric)


def test_only_what_another_champion_grades_from_now_on_is_graded_anew():
    own, other = factories.rubric(), factories.rubric()
    model_with_file(champion=True, rubric=other)
    works = {"own": waiting(own), "other": waiting(other), "none": waiting()}
    registry.promote(version=model_with_file(), by=None, reason="The general one.")
    assert set(Job.objects.values_list("performance", flat=True)) == {works["own"].pk, works["none"].pk}
    Job.objects.all().delete()
    registry.promote(version=model_with_file(rubric=own), by=None, reason="Its own.")
    assert list(Job.objects.values_list("performance", flat=True)) == [works["own"].pk]


def test_each_rubric_goes_back_by_itself():
    rubric = factories.rubric()
    general = model_with_file(champion=True)
    first, second = model_with_file(rubric=rubric), model_with_file(rubric=rubric)
    registry.promote(version=first, by=None, reason="Its own.")
    registry.promote(version=second, by=None, reason="Better.")
    registry.roll_back(by=None, rubric=rubric)
    assert (registry.champion(rubric), registry.champion()) == (first, general)


def test_the_first_model_of_a_rubric_gives_its_work_back_to_the_general_one():
    rubric, admin = factories.rubric(), factories.user()
    general, own = model_with_file(champion=True), model_with_file(rubric=rubric)
    work = waiting(rubric)
    registry.promote(version=own, by=None, reason="Its own.")
    Job.objects.all().delete()
    registry.roll_back(by=admin, rubric=rubric)
    assert registry.champion(rubric) == general
    assert list(Job.objects.values_list("performance", flat=True)) == [work.pk]
    assert (Promotion.objects.first().version, Promotion.objects.first().previous) == (general, own)
    assert registry.before() is None  # of the general model itself there is none before


def test_what_a_checkpoint_says_of_itself_is_read_without_its_weights(tmp_path):
    from demo.seed import STARTER

    version = registry.register(checkpoint=STARTER / "model.safetensors", variant="v", report={}, card="")
    assert version.preparation["frames"] == 16
    assert version.preparation["quantile"] > 0
    assert version.rubric is None


def test_a_candidate_belongs_to_the_rubric_of_its_snapshot(tmp_path):
    rubric = factories.rubric()
    checkpoint = tmp_path / "model.safetensors"
    checkpoint.write_bytes(b"weights")
    version = registry.register(checkpoint=checkpoint, variant="v", report={}, card="", run=run(rubric=rubric))
    assert (version.rubric, version.preparation) == (rubric, {})


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


def test_the_same_file_is_registered_once(tmp_path):
    checkpoint = tmp_path / "model.safetensors"
    checkpoint.write_bytes(b"weights")
    first = registry.register(checkpoint=checkpoint, variant="v", report={}, card="")
    assert registry.register(checkpoint=checkpoint, variant="v", report={}, card="") == first
    assert ModelVersion.objects.count() == 1
    assert first.path.read_bytes() == b"weights"
