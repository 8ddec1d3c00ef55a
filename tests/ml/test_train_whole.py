import dataclasses

import numpy as np
import pytest
import torch

import ml
from ml import checkpoint
from ml.data.clips import file_to_clips, sound_picture
from ml.data.prepared import CALM, Jitter, prepare_recording
from ml.fast import channels_last
from ml.models.resnet3d import ResNet3D
from ml.models.variants import variant
from ml.recital import Recital, render, sound_of
from ml.starter.recitals import write_sound
from ml.train_whole import keep_exact
from tests.ml.synthetic import PREPARATION, SHAPE

CONFIG = ml.TrainingConfig(depth="whole", epochs=2, batch=2, clips=2, learning_rate=1e-3)


@pytest.fixture(scope="module")
def films(tmp_path_factory):
    folder = tmp_path_factory.mktemp("films")
    examples = []
    for level in (2, 9):
        film = folder / f"{level}.mp4"
        render(Recital(seed=level, level=level, size=(128, 72), fps=15, seconds=2), film)
        examples.append(
            ml.LabelledExample(
                str(level), folder / f"{level}.safetensors", level, 1.0, str(level), "a piece", "train", proxy=film
            )
        )
    return examples


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "start.safetensors"
    checkpoint.save(*checkpoint.new(SHAPE, PREPARATION, seed=4), path)
    return path


def weights(path):
    return checkpoint.load(path).network.state_dict()


def test_backbones_and_heads_all_learn(films, start, tmp_path):
    outcome = ml.train(films, start=start, out=tmp_path / "out", config=CONFIG)
    before, after = weights(start), weights(outcome.checkpoint)
    for part in ("visual.stem.0.weight", "aural.conv1.weight", "heads.fused.hidden.weight"):
        assert not torch.equal(before[part], after[part])


def test_what_the_raters_said_reaches_the_whole_network(films, start, tmp_path):
    torn = (0.5, *[0.0] * 8, 0.5)
    doubtful = [dataclasses.replace(film, target=torn) for film in films]
    plain, told = (
        ml.train(known, start=start, out=tmp_path / name, config=CONFIG).checkpoint
        for name, known in (("plain", films), ("told", doubtful))
    )
    assert not torch.equal(weights(plain)["heads.fused.hidden.weight"], weights(told)["heads.fused.hidden.weight"])


def test_a_strong_pull_keeps_the_weights_near_where_they_began(films, start, tmp_path):
    def moved(pull: float) -> float:
        config = dataclasses.replace(CONFIG, epochs=4, pull=pull)
        out = ml.train(films, start=start, out=tmp_path / str(pull), config=config).checkpoint
        before, after = weights(start), weights(out)
        return sum(float((after[name] - before[name]).square().sum()) for name in before if name.endswith("weight"))

    assert moved(100.0) < 0.7 * moved(0.0)


def test_a_killed_training_of_the_whole_network_ends_with_the_same_weights(films, start, tmp_path):
    unbroken = ml.train(films, start=start, out=tmp_path / "unbroken", config=CONFIG)

    def kill(progress):
        if progress.epoch == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ml.train(films, start=start, out=tmp_path / "broken", config=CONFIG, on_progress=kill)
    resumed = ml.train(films, start=start, out=tmp_path / "broken", config=CONFIG, resume=True)
    ours, theirs = weights(resumed.checkpoint), weights(unbroken.checkpoint)
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)


def test_training_sees_what_grading_sees(films, tmp_path):
    """Without jitter, a prepared recording's clips are those that grading decodes."""
    film = films[0].proxy
    recording = prepare_recording(film, ml.Crop(), PREPARATION, tmp_path)
    served = list(file_to_clips(film, ml.Crop(), PREPARATION))
    assert len(served) == len(recording.firsts())
    for clip, first in zip(served, recording.firsts(), strict=True):
        frames, picture = (look(first, CALM, np.random.default_rng(0)) for look in (recording.see, recording.hear))
        assert first / PREPARATION.rate == pytest.approx(clip.start)
        assert torch.equal(frames, clip.frames)
        assert torch.allclose(picture, clip.picture, atol=0.02)


def test_jitter_moves_the_crop_the_light_and_the_gain(films, tmp_path):
    recording = prepare_recording(films[0].proxy, ml.Crop(), PREPARATION, tmp_path)
    calm = recording.see(0, CALM, np.random.default_rng(0)), recording.hear(0, CALM, np.random.default_rng(0))
    moved = recording.see(0, Jitter(), np.random.default_rng(2))
    louder = recording.hear(0, Jitter(gain_db=6.0), np.random.default_rng(3))
    assert moved.shape == calm[0].shape
    assert not torch.allclose(moved, calm[0], atol=0.05)
    assert (louder - calm[1])[calm[1] > -0.9].mean().abs() > 0.01


def test_a_mirrored_look_has_left_and_right_changed_and_nothing_else(films, tmp_path):
    recording = prepare_recording(films[0].proxy, ml.Crop(), PREPARATION, tmp_path)
    mirroring = dataclasses.replace(CALM, mirror=True)
    straight = recording.see(0, CALM, np.random.default_rng(0))
    looks = [recording.see(0, mirroring, np.random.default_rng(seed)) for seed in range(8)]
    assert any(torch.equal(look, straight.flip(-1)) for look in looks)
    assert any(torch.equal(look, straight) for look in looks)


def test_transposing_moves_the_sound_up_and_a_faster_tempo_puts_more_of_it_in():
    time = np.arange(88_200) / 44_100
    tone = (0.5 * np.sin(2 * np.pi * 440 * time) * (time % 0.25 < 0.1)).astype(np.float32)
    plain = sound_picture(tone, 1.0, PREPARATION)
    higher = sound_picture(tone, 1.0, PREPARATION, transpose=8)
    assert higher.mean(dim=2).argmax() > plain.mean(dim=2).argmax()
    assert sound_picture(tone, 1.0, PREPARATION, tempo=1.5).shape == plain.shape
    assert not torch.allclose(sound_picture(tone, 1.0, PREPARATION, tempo=1.5), plain, atol=0.05)


def test_a_network_that_only_listens_learns_from_sound_alone(tmp_path):
    examples = []
    for level in (2, 9):
        path = tmp_path / f"{level}.wav"
        write_sound(sound_of(Recital(seed=level, level=level, seconds=2)), path)
        examples.append(ml.LabelledExample(str(level), path, level, 1.0, str(level), "", "train", proxy=path))
    start = tmp_path / "start.safetensors"
    checkpoint.save(*checkpoint.new(variant("resnet18-2d", width=4), PREPARATION, seed=4), start)
    outcome = ml.train(examples, start=start, out=tmp_path / "out", config=CONFIG)
    assert not torch.equal(weights(start)["aural.conv1.weight"], weights(outcome.checkpoint)["aural.conv1.weight"])


def test_loudness_survives_into_the_picture():
    from ml.data.clips import mel_picture

    time = torch.arange(22_050) / 44_100
    tone = torch.sin(2 * torch.pi * 440 * time)
    loud, soft = mel_picture(0.5 * tone, PREPARATION), mel_picture(0.05 * tone, PREPARATION)
    assert (loud - soft).max() == pytest.approx(2 * 20 / PREPARATION.top_db, abs=0.02)
    relative = dataclasses.replace(PREPARATION, reference=None)
    assert torch.allclose(mel_picture(0.5 * tone, relative), mel_picture(0.05 * tone, relative), atol=0.02)


def test_gradients_in_bfloat16_point_where_the_exact_ones_do():
    torch.manual_seed(0)
    exact, rough = ResNet3D(18, 8), ResNet3D(18, 8)
    rough.load_state_dict(exact.state_dict())
    keep_exact(channels_last(rough))
    clips, ways = torch.randn(6, 3, 16, 112, 112), torch.randn(6, 64)
    (exact(clips) * ways).sum().backward()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        said = rough(clips)
    (said.float() * ways).sum().backward()
    for name in ("layer4.0.conv2.0.weight", "layer4.1.conv1.0.weight", "layer4.1.conv2.0.weight"):
        ours, theirs = (network.get_parameter(name).grad.flatten() for network in (rough, exact))
        assert torch.nn.functional.cosine_similarity(ours, theirs, dim=0) > 0.9


def test_without_the_recording_itself_it_says_so(films, start, tmp_path):
    bare = [dataclasses.replace(example, proxy=None) for example in films]
    with pytest.raises(ml.TrainingError, match="needs the recording itself"):
        ml.train(bare, start=start, out=tmp_path / "out", config=CONFIG)


@pytest.mark.parametrize(
    ("name", "other"),
    [("crop_jitter", False), ("mirror", True), ("brightness", 0.0), ("gain_db", 0.0), ("tempo", 0.3), ("transpose", 4)],
)
def test_every_way_of_varying_a_look_reaches_the_network(films, start, tmp_path, name, other):
    one = dataclasses.replace(CONFIG, epochs=1)
    plain = ml.train(films, start=start, out=tmp_path / "plain", config=one)
    varied = ml.train(films, start=start, out=tmp_path / "varied", config=dataclasses.replace(one, **{name: other}))
    before, after = weights(plain.checkpoint), weights(varied.checkpoint)
    assert any(not torch.equal(before[part], after[part]) for part in before)
