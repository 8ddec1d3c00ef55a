"""Snapshots hold only what may be learned from, and a player never changes sides."""

import hashlib
import json

import pytest
from django.db import DatabaseError, transaction

from accounts.models import Consent
from accounts.services import consents
from grading.models import Dataset, Job, LabelRule, Performance, PlayerPart, TrainingRun
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


# What never changes


@pytest.mark.parametrize(
    "change",
    [
        lambda dataset: Dataset.objects.update(manifest={}),
        lambda dataset: Dataset.objects.update(digest="0" * 64),
        lambda dataset: Dataset.objects.filter(pk=dataset.pk)._raw_delete("default"),
        lambda dataset: dataset.examples.update(level=1),
        lambda dataset: dataset.examples.update(target=None),
        lambda dataset: dataset.examples.filter(part="audit").update(part="train"),
        lambda dataset: dataset.examples.update(performance=Performance.objects.first()),
        lambda dataset: dataset.examples.all().delete(),
        lambda dataset: PlayerPart.objects.filter(part="audit").update(part="train"),
    ],
    ids=["manifest", "digest", "itself", "level", "target", "part", "another recording", "rows", "player"],
)
def test_the_database_refuses_to_change_a_snapshot(players, change):
    dataset = datasets.freeze(by=None)
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        change(dataset)
    dataset.refresh_from_db()
    text = json.dumps(dataset.manifest, sort_keys=True)
    assert hashlib.sha256(text.encode()).hexdigest() == dataset.digest


def test_whoever_made_a_snapshot_can_be_erased(players):
    maker = factories.user()
    dataset = datasets.freeze(by=maker)
    Dataset.objects.update(created_by=None)
    dataset.refresh_from_db()
    assert dataset.created_by is None


def test_no_player_of_the_audit_part_is_ever_in_another_however_the_school_grows(players):
    audited = set()
    for year in range(6):
        dataset = datasets.freeze(by=None)
        parts = {entry["player"]: entry["part"] for entry in dataset.manifest["examples"]}
        assert all(parts[player] == "audit" for player in audited)
        audited |= {player for player, part in parts.items() if part == "audit"}
        for level in range(3 + year):
            labelled(factories.user() if level % 2 else players[level % 6], level=1 + level)
    assert len(audited) > 2


# What the manifest tells


def test_an_entry_tells_all_that_a_training_learns_of_a_recording(players):
    performance = labelled(players[0], level=4).performance
    first = performance.result.rating
    second = factories.rating(performance, rater=factories.user(), level=5, purpose="audit", source="")
    dataset = datasets.freeze(by=None)
    entry = next(entry for entry in dataset.manifest["examples"] if entry["performance"] == str(performance.pk))
    example = dataset.examples.get(performance=performance)
    assert (entry["media"], entry["crop"]) == (performance.digest, performance.crop)
    assert entry["crop_digest"] == performances.crop_digest(performance.crop)
    assert entry["ratings"] == [first.pk, second.pk]
    assert entry["said"] == [
        {"rater": first.rater_id, "level": 4, "purpose": "first", "blind": True, "source": ""},
        {"rater": second.rater_id, "level": 5, "purpose": "audit", "blind": True, "source": ""},
    ]
    assert (example.level, example.weight, example.target) == (entry["level"], entry["weight"], entry["target"])
    assert (example.raters, example.rating, example.part) == (2, first, entry["part"])
    assert 4 < entry["level"] < 5
    assert dataset.manifest["rule"]["combination"] == "weighted"


def test_another_frame_and_another_rule_are_other_snapshots(players):
    digests = {datasets.freeze(by=None).digest}
    performance = Performance.objects.first()
    performance.crop = performance.crop | {"y": 0.2}
    performance.save()
    digests.add(datasets.freeze(by=None).digest)
    LabelRule.objects.update(combination="mean")
    digests.add(datasets.freeze(by=None).digest)
    assert len(digests) == 3


def test_what_raters_disagree_about_is_named_and_not_learned_from(players):
    performance = Performance.objects.first()
    before = datasets.freeze(by=None)
    factories.rating(performance, rater=factories.user(), level=(performance.result.level + 4) % 10 + 1)
    after = datasets.freeze(by=None)
    assert after.manifest["held"] == [str(performance.pk)]
    assert (before.examples.count(), after.examples.count()) == (18, 17)
    assert datasets.labels().new == 0


def test_a_snapshot_of_one_rubric_holds_nothing_else(players):
    rubric = factories.rubric()
    own = Performance.objects.filter(player__in=players[:3])
    own.update(rubric=rubric)
    dataset = datasets.freeze(by=None, rubric=rubric)
    assert dataset.rubric == rubric
    assert {example.performance for example in dataset.examples.all()} == set(own)
    assert datasets.labels(rubric).new == 0
    assert datasets.labels().new == 18


# What is missing in the audit part


def test_the_audit_part_tells_who_was_heard_by_one_teacher_only(players):
    assert datasets.audit_state().recordings == 0
    datasets.freeze(by=None)
    audited = list(Performance.objects.filter(player__part__part="audit"))
    state = datasets.audit_state()
    assert (state.recordings, state.twice_rated) == (len(audited), 0)
    factories.rating(audited[0], rater=factories.user(), level=5, purpose="audit")
    factories.rating(audited[1], rater=factories.user(), level=5, purpose="standard")
    factories.rating(audited[1], rater=audited[1].result.rating.rater, level=5)
    state = datasets.audit_state()
    assert (state.recordings, state.twice_rated) == (len(audited), 1)
    assert set(state.lacking) == set(audited[1:])
    assert datasets.audit_state(factories.rubric()).recordings == 0


def test_a_training_is_handed_the_audit_part_as_such_and_never_learns_from_it(players, house, monkeypatch):
    """What the training does with it: tests/ml/test_train_heads.py::test_the_audit_part_is_never_looked_at."""
    dataset = datasets.freeze(by=None)
    monkeypatch.setattr("grading.engine.features", lambda *_, **__: house / "features.safetensors")
    run = TrainingRun.objects.create(dataset=dataset, start=model_with_file(champion=True))
    job = jobs.claim(jobs.queue(kind=Job.Kind.TRAIN, training_run=run).pk, kind=Job.Kind.TRAIN)
    parts = dict(PlayerPart.objects.values_list("player_id", "part"))
    examples = training._examples(job, run)
    assert {example.split for example in examples} == {"train", "validation", "audit"}
    assert all(example.split == parts[int(example.player)] for example in examples)
