"""Which ratings count, what becomes of several, and what is held back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from grading.models import LabelRule, Performance, Rating
from grading.services import labels
from tests import factories
from tests.grading.factories import labelled

pytestmark = pytest.mark.django_db
Purpose = Rating.Purpose


@pytest.fixture
def released():
    """A recording that the first teacher has released at level 5."""
    return labelled(factories.user(), level=5).performance


def later(performance, level, *, purpose=Purpose.SECOND, rater=None, **fields):
    return factories.rating(
        performance,
        rater=rater or factories.user(),
        level=level,
        purpose=purpose,
        **{"autograde_visible": True} | fields,
    )


def rule(**fields):
    LabelRule.objects.update_or_create(pk=1, defaults=fields)
    return LabelRule.current()


def only():
    (label,) = labels.learnable()
    return label


def test_one_rating_is_its_level_spread_like_a_bell(released):
    label = only()
    assert (label.performance, label.level, label.raters) == (released, 5.0, 1)
    assert label.ratings == [released.result.rating_id]
    assert (len(label.target), sum(label.target)) == (10, pytest.approx(1, abs=1e-9))
    assert label.target.index(max(label.target)) == 4


def test_second_third_appeal_and_audit_ratings_count_and_standardisation_does_not(released):
    given = [later(released, 5, purpose=purpose) for purpose in Purpose if purpose not in (Purpose.FIRST, "standard")]
    later(released, 9, purpose=Purpose.STANDARD)
    assert only().ratings == [released.result.rating_id, *(rating.pk for rating in given)]


def test_of_each_rater_the_newest_counts(released):
    again = later(released, 7, purpose=Purpose.FIRST, rater=released.result.rating.rater)
    assert (only().ratings, only().level) == ([again.pk], 7.0)


@pytest.mark.parametrize(
    "changed", [{"may_train": False}, {"state": Performance.State.FAILED}], ids=["no consent", "not prepared"]
)
def test_what_may_not_or_cannot_be_learned_from_is_left_out(released, changed):
    Performance.objects.update(**changed)
    assert labels.found() == ([], [])


def test_what_is_not_released_yet_is_left_out():
    later(factories.performance(player=factories.user(), may_train=True), 6)
    assert not labels.learnable()


def test_an_imported_recording_needs_no_result_but_consent():
    performance = factories.performance(player=factories.user(), may_train=True)
    imported = later(performance, 6, source="PISA")
    later(performance, 3, purpose=Purpose.FIRST)  # given here, and not released
    assert only().ratings == [imported.pk]
    assert only().given[0].source == "PISA"
    Performance.objects.update(may_train=False)
    assert not labels.learnable()


def test_raters_beyond_the_bound_are_held_back_and_at_the_bound_they_are_not(released):
    second = later(released, 7)
    assert only().level == pytest.approx(6, abs=0.3)
    Rating.objects.filter(pk=second.pk).update(level=8)
    assert not labels.learnable()
    (held,) = labels.held_back()
    assert (held.performance, held.levels, held.spread) == (released, [5, 8], 3.0)
    rule(disagreement=3.0)
    assert labels.learnable()


@pytest.mark.parametrize("purpose", [Purpose.THIRD, Purpose.APPEAL])
def test_a_third_marker_and_an_answered_appeal_settle(released, purpose):
    second = later(released, 9)
    settling = later(released, 8, purpose=purpose)
    assert not labels.held_back()
    label = only()
    assert label.ratings == [second.pk, settling.pk]
    assert 8 <= label.level <= 9


def test_an_audit_rating_after_the_settlement_can_disagree_anew(released):
    later(released, 9)
    later(released, 8, purpose=Purpose.THIRD)
    later(released, 5, purpose=Purpose.AUDIT)
    assert [held.levels for held in labels.held_back()] == [[9, 8, 5]]


def test_whoever_changes_the_result_after_two_have_spoken_settles(released):
    later(released, 9, purpose=Purpose.AUDIT)
    assert labels.held_back()
    changed = later(released, 6, purpose=Purpose.FIRST)
    assert labels.held_back()
    released.result.rating = changed
    released.result.save()
    assert not labels.held_back()
    assert only().ratings == [labels.learnable()[0].given[0].id, changed.pk]


def test_blind_appeal_and_audit_ratings_weigh_more(released):
    def weight(**fields):
        Rating.objects.update(**fields)
        return only().weight

    rule(blind_weight=1.5, appeal_weight=3.0, audit_weight=2.0)
    assert weight(autograde_visible=True) == 1.0
    assert weight(autograde_visible=False) == 1.5
    assert weight(purpose=Purpose.AUDIT) == 2.0
    assert weight(purpose=Purpose.APPEAL) == 3.0
    rule(appeal_weight=0.5)
    assert weight(purpose=Purpose.APPEAL) == 1.5


def test_a_label_of_two_raters_weighs_more_but_not_twice_as_much(released):
    rule(combination="mean", blind_weight=1.0)
    assert only().weight == 1.0
    later(released, 6)
    assert only().weight == 1.33


def test_an_important_rating_draws_the_level_to_itself(released):
    Rating.objects.update(autograde_visible=True)
    later(released, 7, purpose=Purpose.AUDIT)
    assert only().level == pytest.approx(5 + 2 * 2 / 3, abs=0.05)
    rule(combination="mean")
    assert only().level == 6.0


def test_weights_of_nought_teach_nothing_and_break_nothing(released):
    rule(blind_weight=0.0)
    assert (only().weight, only().level) == (0.0, 5.0)


def test_each_way_of_combining_is_taken(released):
    later(released, 5)
    later(released, 7)
    made = {}
    for combination in LabelRule.Combination:
        rule(combination=combination)
        made[combination] = only().level
    assert made["mean"] == pytest.approx(5.67)
    assert made["majority"] == 5.0


def test_a_leaning_is_taken_out_of_labels_that_the_teacher_alone_has_given():
    strict, kind = factories.user(), factories.user()
    for level in (3, 4, 5, 6, 7, 8) * 3:
        performance = factories.performance(player=factories.user(), may_train=True)
        factories.result(performance, rater=strict, level=level - 1)
        later(performance, level + 1, rater=kind)
    alone = factories.performance(player=factories.user(), may_train=True)
    factories.result(alone, rater=strict, level=4)
    label = next(label for label in labels.learnable() if label.performance == alone)
    assert label.level == pytest.approx(5.0, abs=0.2)
    assert not labels.held_back()
    rule(combination="mean", disagreement=1.0)
    assert len(labels.held_back()) == 18


def test_nothing_of_a_recording_without_consent_reaches_a_label_not_even_by_a_leaning():
    strict, kind = factories.user(), factories.user()
    for level in (3, 4, 5, 6, 7, 8) * 3:
        performance = factories.performance(player=factories.user(), may_train=False)
        factories.result(performance, rater=strict, level=level - 1)
        later(performance, level + 1, rater=kind)
    factories.result(factories.performance(player=factories.user(), may_train=True), rater=strict, level=4)
    assert only().level == 4.0


def test_a_rubric_has_its_own_labels(released):
    rubric = factories.rubric()
    assert not labels.learnable(rubric=rubric)
    Performance.objects.update(rubric=rubric)
    assert [label.performance for label in labels.learnable(rubric=rubric)] == [released]


def test_a_preview_says_what_each_way_would_change_and_changes_nothing(released):
    later(released, 5)
    later(released, 7)
    apart = labelled(factories.user(), level=2).performance
    later(apart, 6)
    told = {each.combination: each for each in labels.previews(LabelRule(disagreement=2.0))}
    assert [(each.labels, each.held) for each in told.values()] == [(1, 1)] * 3
    assert told["weighted"].moved == 0
    assert (told["majority"].moved, told["majority"].by) == (1, pytest.approx(0.67, abs=0.2))
    wide = {each.combination: each for each in labels.previews(LabelRule(disagreement=4.0))}
    assert [(each.labels, each.held) for each in wide.values()] == [(2, 0)] * 3
    assert LabelRule.current().disagreement == 2.0


def test_reading_costs_the_same_however_many_there_are(django_assert_num_queries):
    LabelRule.current()
    for _ in range(5):
        later(labelled(factories.user(), level=5).performance, 6)
    with django_assert_num_queries(3):  # the rule, the ratings, the recordings
        assert len(labels.learnable()) == 5


def test_the_same_moment_is_put_in_order_by_number(released):
    first = released.result.rating
    second = later(released, 6)
    Rating.objects.update(created_at=timezone.now() - timedelta(days=1))
    assert only().ratings == [first.pk, second.pk]
