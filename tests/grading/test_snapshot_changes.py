"""What changed between two snapshots, in numbers and in a sentence."""

import pytest

from accounts.models import Consent
from accounts.services import consents
from grading.models import Performance, Rating
from grading.services import datasets, performances
from tests import factories
from tests.grading.factories import labelled

pytestmark = pytest.mark.django_db
TRAINING = Consent.Purpose.TRAINING


@pytest.fixture
def players():
    players = [factories.agree(factories.user(), TRAINING) for _ in range(5)]
    for number, player in enumerate(players):
        for take in range(2):
            labelled(player, level=2 + number + take)
    return players


@pytest.fixture
def older(players):
    return datasets.freeze(by=None)


def ids(entries):
    return {entry["performance"] for entry in entries}


def test_two_that_hold_the_same_do_not_differ(older):
    found = datasets.difference(older, older)
    assert found.sentence == "The same recordings with the same labels."
    assert (found.added, found.changed, found.gone) == ([], [], 0)


def test_it_counts_what_came_what_went_and_what_is_called_otherwise_now(players, older):
    added = [labelled(player, level=5).performance for player in players[1:4]]
    withdrawn = {str(pk) for pk in Performance.objects.filter(player=players[0]).values_list("pk", flat=True)}
    consents.withdraw(user=players[0], purpose=TRAINING)
    changed, erased, held = Performance.objects.filter(player__in=players[1:]).exclude(pk__in=[p.pk for p in added])[:3]
    factories.rating(changed, rater=changed.result.rating.rater, level=changed.result.level + 1)
    performances.erase(performance=Performance.objects.get(pk=erased.pk))
    factories.rating(held, rater=factories.user(), level=1 if held.result.level > 4 else 10)
    newer = datasets.freeze(by=None)

    found = datasets.difference(older, newer)
    assert ids(found.added) == {str(performance.pk) for performance in added}
    assert ids(found.withdrawn) == withdrawn
    assert ids(found.erased) == {str(erased.pk)}
    assert ids(found.held) == {str(held.pk)}
    assert [(one.before["level"], one.after["level"]) for one in found.changed] == [
        (changed.result.level, changed.result.level + 1)
    ]
    assert (found.others, found.moved) == ([], [])
    assert found.sentence == ("+3 performances, −2 by withdrawn consent, −1 erased, −1 held back, 1 label changed")


def test_withdrawn_and_then_erased_counts_as_withdrawn(players, older):
    consents.withdraw(user=players[0], purpose=TRAINING)
    newer = datasets.freeze(by=None)
    for performance in Performance.objects.filter(player=players[0]):
        performances.erase(performance=performance)
    found = datasets.difference(older, newer)
    assert (len(found.withdrawn), len(found.erased)) == (2, 0)


def test_seen_the_other_way_round_what_came_went(players, older):
    labelled(players[1], level=5)
    found = datasets.difference(datasets.freeze(by=None), older)
    assert (len(found.others), found.sentence) == (1, "−1 for another reason")


def test_a_label_that_hardly_moves_is_the_same_label(players, older):
    entry = older.manifest["examples"][0]
    rating = Rating.objects.get(pk=entry["ratings"][0])
    factories.rating(rating.performance, rater=rating.rater, level=rating.level)
    assert not datasets.difference(older, datasets.freeze(by=None)).changed


def test_a_snapshot_of_before_there_were_several_raters_can_be_compared(players, older):
    old = {"performance": "00000000-0000-0000-0000-000000000000", "level": 4, "part": "train", "rating": 1}
    older.manifest = {"examples": [old, *older.manifest["examples"]]}
    assert datasets.difference(older, datasets.freeze(by=None)).sentence == "−1 erased"
