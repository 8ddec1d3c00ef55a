import dataclasses
import time

import numpy as np
import pytest
import torch

import ml
from ml import calibration, checkpoint, features_store
from ml.evaluate import expected, features_of, probabilities
from ml.inference import heads_on
from ml.losses import bell
from ml.train import resume_path
from tests.ml.synthetic import World, new_world, with_champion


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return with_champion(new_world(tmp_path_factory.mktemp("world")))


def levels_by(model, examples):
    loaded = checkpoint.load(model)
    return expected(probabilities(loaded, features_of(examples, loaded))["fused"])


def test_it_learns_what_the_labels_say(world: World):
    unseen = world.many(30, split="audit", seed=3)
    off = np.abs(levels_by(world.start, unseen) - [example.level for example in unseen])
    assert off.mean() < 0.9


@pytest.mark.parametrize("count", [6, 10])
def test_a_handful_of_overrides_moves_those_performances_clearly_to_the_teachers_view(world, tmp_path, count):
    played = [2, 9, 3, 8, 4, 7, 5, 6, 2, 9][:count]
    accepted = [world.performance(f"plain{row}", level) for row, level in enumerate(played[:-2])]
    overridden = [
        world.performance("strict", 7, label=3.0),
        world.performance("kind", 4, label=8.0),
    ]
    before = levels_by(world.start, overridden)
    out = tmp_path / "candidate.safetensors"
    ml.train([*accepted, *overridden], start=world.start, out=out, config=ml.TrainingConfig())
    after = levels_by(out, overridden)
    moved = (after - before) / (np.array([3.0, 8.0]) - before)
    assert moved.min() > 0.3
    assert np.abs(levels_by(out, accepted) - levels_by(world.start, accepted)).max() < 2.0


def test_labels_that_agree_with_the_model_hardly_change_it(world, tmp_path):
    examples = world.many(8, split="train", seed=21)
    agreed = levels_by(world.start, examples)
    examples = [dataclasses.replace(e, level=float(level)) for e, level in zip(examples, agreed, strict=True)]
    out = tmp_path / "candidate.safetensors"
    ml.train(examples, start=world.start, out=out)
    others = world.many(20, split="audit", seed=4)
    assert np.abs(levels_by(out, others) - levels_by(world.start, others)).mean() < 0.5


def test_a_target_that_is_the_bell_teaches_what_the_level_alone_does(world, tmp_path):
    examples = world.many(12, split="train", seed=5)
    told = [dataclasses.replace(e, target=tuple(bell(torch.tensor([e.level]))[0].tolist())) for e in examples]
    config = ml.TrainingConfig(epochs=4)
    plain, soft = (
        ml.train(known, start=world.start, out=tmp_path / name, config=config).digest
        for name, known in (("plain", examples), ("told", told))
    )
    assert plain == soft


def test_raters_who_are_far_apart_make_the_model_less_sure(world, tmp_path):
    """The same levels on average, once agreed upon and once half of the raters two below, half two above."""
    examples = [world.performance(f"doubtful{row}", 5) for row in range(12)]
    torn = (bell(torch.tensor([3.0]))[0] + bell(torch.tensor([7.0]))[0]) / 2
    doubtful = [dataclasses.replace(e, target=tuple(torn.tolist())) for e in examples]
    spreads = []
    for name, known in (("agreed", examples), ("torn", doubtful)):
        ml.train(known, start=world.start, out=tmp_path / name, config=ml.TrainingConfig(pull=0.0))
        loaded = checkpoint.load(tmp_path / name)
        rows = probabilities(loaded, features_of(known, loaded))["fused"]
        steps = np.arange(1, 11)
        spreads.append(np.sqrt((rows * (steps - (rows @ steps)[:, None]) ** 2).sum(axis=1)).mean())
    assert spreads[1] > spreads[0] + 0.3


def test_the_same_seed_gives_the_same_file_and_another_seed_another(world, tmp_path):
    examples = world.many(12, split="train", seed=5)
    digests = [
        ml.train(examples, start=world.start, out=tmp_path / name, config=ml.TrainingConfig(epochs=5, seed=seed)).digest
        for name, seed in (("a", 1), ("b", 1))
    ]
    assert digests[0] == digests[1]
    other = ml.train(examples, start=world.start, out=tmp_path / "c", config=ml.TrainingConfig(epochs=5, seed=2))
    first, third = (checkpoint.load(tmp_path / name).network.heads.fused.hidden.weight for name in ("a", "c"))
    assert other.digest != digests[0]
    assert not torch.equal(first, third)


def test_a_killed_training_goes_on_from_its_last_epoch_to_the_same_weights(world, tmp_path):
    examples = [*world.many(12, split="train", seed=5), *world.many(20, split="validation", seed=6)]
    config = ml.TrainingConfig(epochs=6)
    unbroken = ml.train(examples, start=world.start, out=tmp_path / "unbroken", config=config)

    class Killed(Exception):
        pass

    def kill_after_three(progress):
        if progress.epoch == 3:
            raise Killed

    broken = tmp_path / "broken"
    with pytest.raises(Killed):
        ml.train(examples, start=world.start, out=broken, config=config, on_progress=kill_after_three)
    assert not broken.exists()
    heard = []
    resumed = ml.train(examples, start=world.start, out=broken, config=config, on_progress=heard.append, resume=True)
    assert [progress.epoch for progress in heard] == [4, 5, 6]
    assert resumed.best_epoch == unbroken.best_epoch
    ours, theirs = (checkpoint.load(path).network.state_dict() for path in (broken, tmp_path / "unbroken"))
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)
    assert not resume_path(broken).exists()


def test_the_rest_of_another_training_is_not_gone_on_with(world, tmp_path):
    examples = world.many(8, split="train", seed=5)
    out = tmp_path / "candidate"
    resume_path(out).write_bytes(b"half a file")
    heard = []
    config = ml.TrainingConfig(epochs=2)
    ml.train(examples, start=world.start, out=out, config=config, on_progress=heard.append, resume=True)
    assert [progress.epoch for progress in heard] == [1, 2]


def test_it_tells_after_every_epoch_how_far_it_is(world, tmp_path):
    heard: list[ml.Progress] = []
    examples = [*world.many(10, split="train", seed=5), *world.many(4, split="validation", seed=6)]
    ml.train(
        examples, start=world.start, out=tmp_path / "out", config=ml.TrainingConfig(epochs=4), on_progress=heard.append
    )
    assert [progress.epoch for progress in heard] == [1, 2, 3, 4]
    assert heard[-1].eta == 0
    assert all(progress.mae >= 0 and "Epoch" in progress.line for progress in heard)


def test_without_validation_the_figures_are_empty_and_the_start_keeps_its_interval(world, tmp_path):
    heard: list[ml.Progress] = []
    outcome = ml.train(
        world.many(6, split="train", seed=5), start=world.start, out=tmp_path / "out", on_progress=heard.append
    )
    assert heard[0].mae is None
    assert outcome.metrics == {}
    assert outcome.quantile == checkpoint.describe(world.start).quantile
    assert outcome.quantile is not None


def test_with_enough_labels_the_interval_is_measured_anew(world, tmp_path):
    examples = [*world.many(16, split="train", seed=5), *world.many(12, split="validation", seed=6)]
    outcome = ml.train(examples, start=world.start, out=tmp_path / "out", config=ml.TrainingConfig(epochs=10))
    unseen = world.many(200, split="audit", seed=31)
    loaded = checkpoint.load(outcome.checkpoint)
    rows = probabilities(loaded, features_of(unseen, loaded))["fused"]
    held = [
        low <= example.level <= high
        for example, (low, high) in zip(
            unseen, (calibration.whole_levels(row, outcome.quantile) for row in rows), strict=True
        )
    ]
    assert outcome.quantile != checkpoint.describe(world.start).quantile
    assert np.mean(held) > 0.82


def test_the_audit_part_is_never_looked_at(world, tmp_path):
    examples = world.many(8, split="train", seed=5)
    audited = dataclasses.replace(examples[0], id="audited", split="audit", features=tmp_path / "not there")
    config = ml.TrainingConfig(epochs=2)
    alone = ml.train(examples, start=world.start, out=tmp_path / "a", config=config)
    beside = ml.train([*examples, audited], start=world.start, out=tmp_path / "b", config=config)
    pair = (checkpoint.load(outcome.checkpoint).network.state_dict() for outcome in (alone, beside))
    assert all(torch.equal(a, b) for a, b in zip(*(state.values() for state in pair), strict=True))


def test_only_the_heads_change(world, tmp_path):
    out = tmp_path / "out"
    ml.train(world.many(6, split="train", seed=5), start=world.start, out=out)
    before, after = checkpoint.load(world.start), checkpoint.load(out)
    assert checkpoint.backbone_digest(after) == checkpoint.backbone_digest(before)
    assert after.about.parent == before.digest


def test_modality_dropout_teaches_the_multimodal_head_alone_to_do_without_one(world, tmp_path):
    fresh = new_world(tmp_path).start
    examples = [*world.many(40, split="train", seed=7), *world.many(20, split="audit", seed=9)]
    learned = []
    for share in (0.0, 0.6):
        config = ml.TrainingConfig(epochs=30, learning_rate=3e-3, pull=0.0, modality_dropout=share)
        ml.train(examples, start=fresh, out=tmp_path / f"{share}", config=config)
        learned.append(checkpoint.load(tmp_path / f"{share}").network.heads)
    plain, dropped = (heads.state_dict() for heads in learned)
    assert {name.split(".")[0] for name in plain if not torch.equal(plain[name], dropped[name])} == {"fused"}
    audit = [example for example in examples if example.split == "audit"]
    pairs = [features_store.averages(features_store.read(example.features)) for example in audit]
    deaf = [(visual, torch.zeros_like(aural)) for visual, aural in pairs]
    off = [
        np.abs(heads_on(heads, deaf).best.level.numpy() - [example.level for example in audit]).mean()
        for heads in learned
    ]
    assert off[1] < off[0]


def test_nothing_to_learn_from_is_said_plainly(world, tmp_path):
    with pytest.raises(ml.TrainingError, match="nothing to learn from"):
        ml.train(world.many(4, split="audit"), start=world.start, out=tmp_path / "out")


def test_features_of_another_model_are_refused(world, tmp_path):
    example = world.performance("foreign", 5)
    features = features_store.read(example.features)
    features_store.write(dataclasses.replace(features, backbone="another"), example.features)
    with pytest.raises(ml.FeaturesError, match="another model"):
        ml.train([example], start=world.start, out=tmp_path / "out")


@pytest.mark.slow
@pytest.mark.timeout(900)  # a thousand files are written first, which other work on the machine does lengthen
@pytest.mark.parametrize("validation", [10, 200])
def test_a_thousand_labelled_performances_are_learned_from_in_less_than_half_a_minute(world, tmp_path, validation):
    """Of processor time, which other work on the machine does not lengthen; also where a fold is held out too.

    To measure at full size: python -m tests.ml.measure_heads
    """
    examples = [
        *world.many(1000 - validation, split="train", seed=41),
        *world.many(validation, split="validation", seed=42),
    ]
    began = time.process_time()
    ml.train(examples, start=world.start, out=tmp_path / "out")
    assert time.process_time() - began < 30


def test_a_look_is_the_average_of_all_clips_or_of_one_window(world):
    from ml.preparation import Preparation
    from ml.train_heads import looks_of

    performances = [
        features_store.read(world.performance(f"long{clips}", 5, clips=clips).features) for clips in (3, 12, 27)
    ]
    preparation = Preparation()
    looks = looks_of(performances, preparation)
    for row, features in enumerate(performances):
        windows = preparation.windows(len(features))
        spans = [range(len(features)), *windows]
        there = slice(looks.first[row], looks.first[row] + 1 + looks.windows[row])
        assert len(spans) == 1 + looks.windows[row]
        for got, values in ((looks.visual[there], features.visual), (looks.aural[there], features.aural)):
            assert torch.allclose(got, torch.stack([values[s.start : s.stop].mean(0) for s in spans]), atol=1e-5)
    rows, dice = np.repeat(np.arange(3), 200), np.random.default_rng(0)
    seen, _ = looks.draw(rows, dice)
    for row in range(3):
        whole = (seen[rows == row] == looks.visual[looks.first[row]]).all(dim=1).float().mean()
        own = looks.visual[looks.first[row] : looks.first[row] + 1 + looks.windows[row]]
        assert (torch.cdist(seen[rows == row], own).min(dim=1).values < 1e-3).all()
        assert row == 0 or 0.35 < whole < 0.65
