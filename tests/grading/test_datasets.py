"""Snapshots hold only what may be learned from, and a player never changes sides."""

import json

import pytest

from accounts.models import Consent
from accounts.services import consents
from grading.models import Dataset, Job, Performance, PlayerPart, TrainingRun
from grading.services import consent, datasets, jobs, performances, training
from tests import factories
from tests.grading.factories import labelled, model_with_file

pytestmark = pytest.mark.django_db
TRAINING = Consent.Purpose.TRAINING


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


@pytest.fixture
def agreeing(players):
    for player in players:
        factories.agree(player, TRAINING)
    return players


def test_each_entry_names_the_act_of_consent(agreeing):
    acts = {act.user_id: {"act": act.pk, "at": act.at.isoformat()} for act in Consent.objects.all()}
    entries = datasets.freeze(by=None).manifest["examples"]
    assert [entry["consent"] for entry in entries] == [acts[entry["player"]] for entry in entries]


def test_the_manifest_proves_what_a_withdrawal_took_out(agreeing):
    before = datasets.freeze(by=None)
    assert before.manifest["withdrawn"] == []
    gone = agreeing[0]
    act = consents.withdraw(user=gone, purpose=TRAINING)
    after = datasets.freeze(by=None)
    played = {str(pk) for pk in Performance.objects.filter(player=gone).values_list("pk", flat=True)}
    assert after.digest != before.digest
    assert {entry["performance"]: entry["at"] for entry in after.manifest["withdrawn"]} == dict.fromkeys(
        played, act.at.isoformat()
    )
    assert played.isdisjoint(entry["performance"] for entry in after.manifest["examples"])
    assert not after.examples.filter(performance__player=gone).exists()
    assert gone.name not in json.dumps(after.manifest)


def test_what_no_snapshot_ever_held_is_not_told_of(agreeing):
    labelled(late := factories.user(), level=3, may_train=True)
    consents.withdraw(user=late, purpose=TRAINING)
    assert datasets.freeze(by=None).manifest["withdrawn"] == []


def test_agreeing_again_takes_it_off_the_list(agreeing):
    datasets.freeze(by=None)
    consents.withdraw(user=agreeing[0], purpose=TRAINING)
    datasets.freeze(by=None)
    factories.agree(agreeing[0], TRAINING)
    assert datasets.freeze(by=None).manifest["withdrawn"] == []


def test_the_proof_outlives_the_recording(agreeing):
    datasets.freeze(by=None)
    consents.withdraw(user=agreeing[0], purpose=TRAINING)
    told = datasets.freeze(by=None).manifest["withdrawn"]
    for performance in Performance.objects.filter(player=agreeing[0]):
        performances.erase(performance=performance)
    labelled(agreeing[1], level=2)
    assert datasets.freeze(by=None).manifest["withdrawn"] == told


def test_the_same_withdrawal_gives_the_same_digest(agreeing):
    datasets.freeze(by=None)
    consents.withdraw(user=agreeing[0], purpose=TRAINING)
    assert datasets.freeze(by=None) == datasets.freeze(by=None)


def test_a_run_that_begins_on_an_older_snapshot_reads_nothing_that_was_withdrawn(agreeing, house, monkeypatch):
    dataset = datasets.freeze(by=None)
    consents.withdraw(user=agreeing[0], purpose=TRAINING)
    read = []

    def features(recording, **asked):
        read.append(recording.digest)
        return house / "features.safetensors"

    monkeypatch.setattr("grading.engine.features", features)
    run = TrainingRun.objects.create(dataset=dataset, start=model_with_file(champion=True))
    job = jobs.claim(jobs.queue(kind=Job.Kind.TRAIN, training_run=run).pk, kind=Job.Kind.TRAIN)
    examples = training._examples(job, run)
    withdrawn = set(Performance.objects.filter(player=agreeing[0]).values_list("digest", flat=True))
    assert len(examples) == 15
    assert withdrawn.isdisjoint(read)
    assert str(agreeing[0].pk) not in {example.player for example in examples}
