import wave
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from ml.data import pisa
from ml.data.clips import mel_picture
from ml.pisa.learn import strangers
from ml.pisa.media import Layout, Store, Unusable, preparation_for, read_frames, read_pictures
from ml.preparation import paper


@pytest.fixture(scope="module")
def found(played):
    return pisa.read(played, "uniform")


def test_frames_are_resized_by_pil_and_cut_to_their_centre(played, found):
    sample = found.samples[3]
    frames = read_frames(sample, Layout(played), paper())
    assert frames.shape == (10, 16, 112, 112, 3)
    number = int(sample.frames[4, 7])
    with Image.open(played / "video" / str(sample.performance) / f"{number + 1:06}.jpg") as picture:
        small = np.asarray(picture.resize((171, 128), Image.Resampling.BILINEAR))
    assert np.array_equal(frames[4, 7], small[8:120, 29:141])


def test_a_clip_is_heard_from_its_first_frame_to_its_last(played, found):
    sample = found.samples[3]
    with wave.open(str(played / "audio" / f"{sample.performance}.wav")) as file:
        rate, data = file.getframerate(), file.readframes(file.getnframes())
    sound = torch.from_numpy(np.frombuffer(data, "<i2").astype(np.float32) / 32768)
    begin, end = (int(sample.frames[5, place] / sample.framerate * rate) for place in (0, -1))
    pictures = read_pictures(sample, Layout(played), paper())
    assert pictures.shape == (10, 1, 224, 224)
    expected = mel_picture(sound[begin:end], replace(paper(), sample_rate=rate)).numpy()
    assert np.abs(pictures[5] - expected).max() < 1e-3


def test_frames_are_read_in_the_order_of_their_numbers_without_zeros_before_them_too(tmp_path):
    folder = tmp_path / "video" / "1"
    folder.mkdir(parents=True)
    for number in (10, 9, 100, 1):
        Image.new("RGB", (8, 8)).save(folder / f"{number}.jpg")
    assert [path.stem for path in Layout(tmp_path).pictures(1)] == ["1", "9", "10", "100"]


def test_a_picture_of_another_kind_is_no_frame(tmp_path, found):
    folder = tmp_path / "video" / str(found.samples[0].performance)
    folder.mkdir(parents=True)
    for number in range(48):
        Image.new("RGB", (8, 8)).save(folder / f"{number:03}.jpg", format="PNG")
    with pytest.raises(Unusable, match="no JPEG"):
        read_frames(found.samples[0], Layout(tmp_path), paper())


def test_a_sample_is_opened_once(own, tmp_path):
    samples = pisa.read(own, "uniform")
    store = Store(tmp_path / "prepared", Layout(own), samples)
    chosen = samples.samples[:1]
    assert not store.survey(chosen, sees=True, hears=True).lost
    for path in (own / "video").rglob("*.jpg"):
        path.unlink()
    assert not store.survey(chosen, sees=True, hears=True).lost
    clips, pictures = store.tensors(chosen, paper(), sees=True, hears=True)
    assert (clips.shape, pictures.shape) == ((1, 10, 3, 16, 112, 112), (1, 10, 1, 224, 224))
    assert Store(tmp_path / "prepared", Layout(own, sound="other"), samples).folder != store.folder


def test_c3d_sees_frames_normalised_as_the_released_loader_does():
    assert preparation_for("c3d").frame_mean == (0.485, 0.456, 0.406)
    assert preparation_for("resnet18-3d") == preparation_for(None) == paper()


def test_a_shuffled_modality_always_comes_from_another_performance(found):
    dice = np.random.default_rng(1)
    for _ in range(5):
        drawn = strangers(found.samples, dice)
        pairs = zip(found.samples, drawn, strict=True)
        assert all(sample.performance != found.samples[place].performance for sample, place in pairs)
