"""Snapshots hold only what may be learned from, and a player never changes sides."""

import pytest

from grading.models import Dataset, Performance, PlayerPart
from grading.services import consent, datasets, performances
from tests import factories
from tests.grading.factories import labelled

pytestmark = pytest.mark.django_db


@pytest.fixture
def players():
    players = [factories.user() for _ in range(6)]
    for number, player in enumerate(players):
        for take in range(3):
            labelled(player, level=1 + (number + take) % 10)
    return players


def test_the_same_labels_are_the_same_snapshot(players):
    assert datasets.freeze(by=None) == datasets.freeze(by=None)
    assert Dataset.objects.count() == 1


def test_a_new_label_is_a_new_snapshot_and_the_old_one_stays(players):
    old = datasets.freeze(by=None)
    manifest = old.manifest
    labelled(players[0], level=9)
    assert datasets.freeze(by=None).digest != old.digest
    old.refresh_from_db()
    assert old.manifest == manifest


def test_every_player_stands_in_one_part_and_every_part_has_somebody(players):
    dataset = datasets.freeze(by=None)
    parts = {}
    for entry in dataset.manifest["examples"]:
        parts.setdefault(entry["player"], set()).add(entry["part"])
    assert all(len(own) == 1 for own in parts.values())
    assert set.union(*parts.values()) == {"train", "validation", "audit"}


def test_a_player_never_changes_sides(players):
    datasets.freeze(by=None)
    before = dict(PlayerPart.objects.values_list("player_id", "part"))
    for _ in range(8):
        labelled(factories.user(), level=4)
    datasets.freeze(by=None)
    after = dict(PlayerPart.objects.values_list("player_id", "part"))
    assert before.items() <= after.items()


def test_withdrawn_consent_is_gone_from_the_next_snapshot(players):
    before = datasets.freeze(by=None)
    consent.allow_training(player=players[0], allowed=False)
    after = datasets.freeze(by=None)
    assert players[0].pk in {entry["player"] for entry in before.manifest["examples"]}
    assert players[0].pk not in {entry["player"] for entry in after.manifest["examples"]}


def test_too_few_labels_are_refused_with_the_count():
    labelled(factories.user(), level=5)
    with pytest.raises(datasets.NotEnough, match="so far there are 1 of 1"):
        datasets.freeze(by=None)
    assert not Dataset.objects.exists()


def test_it_counts_what_is_new_since_the_last_snapshot(players):
    assert datasets.labels().new == 18
    datasets.freeze(by=None)
    assert datasets.labels().new == 0
    labelled(players[1], level=2)
    assert datasets.labels().new == 1


def test_an_erased_recording_leaves_the_old_snapshot_readable(players):
    dataset = datasets.freeze(by=None)
    performances.erase(performance=Performance.objects.filter(player=players[0]).first())
    assert dataset.examples.count() == 18
    assert dataset.examples.filter(performance__isnull=True).count() == 1
