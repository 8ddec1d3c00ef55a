"""The file: what is in it, and that sound and picture are in step."""

import argparse
import json
import os

import av
import numpy as np
import pytest

from ml.commands import recital as command
from ml.recital import Recital, RecitalError, camera, film, render
from ml.recital.keyboard import key_x
from ml.recital.stage import rehearse

RECITAL = Recital(12, 10, piece="ode-to-joy", size=(640, 360), fps=30, seconds=10)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    out = tmp_path_factory.mktemp("film") / "made.mp4"
    heard = []
    truth = render(RECITAL, out, progress=heard.append)
    return out, truth, heard


def decoded(path):
    """Frames ``[N, h, w]`` grey with their times, and the sound with its rate."""
    with av.open(str(path)) as container:
        frames = [(frame.time, frame.to_ndarray(format="gray")) for frame in container.decode(video=0)]
    with av.open(str(path)) as container:
        rate = container.streams.audio[0].rate
        wave = np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])
    return np.array([time for time, _ in frames]), np.array([frame for _, frame in frames]), wave, rate


def test_it_is_h264_and_aac_at_44100_hertz(made):
    out, truth, heard = made
    with av.open(str(out)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert (video.codec_context.name, video.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert (video.width, video.height, float(video.average_rate)) == (640, 360, 30.0)
        assert (audio.codec_context.name, audio.rate) == ("aac", 44100)
        assert float(video.duration * video.time_base) == pytest.approx(10, abs=0.05)
        assert float(audio.duration * audio.time_base) == pytest.approx(10, abs=0.05)
    assert (truth.level, truth.piece, truth.seconds) == (10, "ode-to-joy", 10)
    assert heard[0] == 0
    assert heard == sorted(heard)
    assert heard[-1] == 1


def test_sound_and_picture_are_in_step_to_within_a_frame(made):
    times, frames, wave, rate = decoded(made[0])
    ready = rehearse(RECITAL)
    view = camera.place(ready.nuisances, RECITAL.size)
    power = np.convolve(np.diff(wave, prepend=0) ** 2, np.ones(rate // 200) / (rate // 200), mode="same")
    apart = []
    for note in ready.performance.notes:
        if note.hand != "R" or note.pitch % 12 not in (0, 2, 4, 5, 7):
            continue
        x, y = view.project(np.array([key_x(note.pitch), 118.0, 0.0])).astype(int)
        around = np.flatnonzero(np.abs(times - note.onset) < 0.15)
        light = frames[around, y - 1 : y + 2, x - 1 : x + 2].mean(axis=(1, 2))
        dark = np.flatnonzero(light < (light.max() + light.min()) / 2)
        if light.max() - light.min() < 12 or light[0] < light.max() - 6 or not len(dark):
            continue  # hidden or still down from before
        seen = times[around][dark[0]]
        begin, end = int((note.onset - 0.12) * rate), int((note.onset + 0.12) * rate)
        rise = np.log(power[begin + 300 : end] + 1e-9) - np.log(power[begin : end - 300] + 1e-9)
        heard = (begin + 300 + int(np.argmax(rise))) / rate
        apart.append(seen - heard)
    assert len(apart) >= 5
    assert abs(np.median(apart)) < 1 / 30
    assert np.mean(np.abs(apart) < 1 / 30 + 0.01) > 0.7


def test_a_film_costs_less_than_twice_its_length(tmp_path):
    before = os.times()
    render(Recital(2, 5, size=(1280, 720), fps=30, seconds=4), tmp_path / "out.mp4")
    spent = sum(os.times()[:4]) - sum(before[:4])
    assert spent < 2 * 4


def test_a_small_film_is_made_several_times_faster_than_it_plays(tmp_path):
    before = os.times()
    render(Recital(2, 5, size=(426, 240), fps=30, seconds=8), tmp_path / "out.mp4")
    assert sum(os.times()[:4]) - sum(before[:4]) < 8 / 2


def test_a_failure_leaves_nothing_behind(tmp_path):
    def frames():
        yield np.zeros((64, 64, 3), np.uint8)
        raise RuntimeError("the pianist fell ill")

    with pytest.raises(RuntimeError, match="fell ill"):
        film.write(frames(), 2, np.zeros(4410, np.float32), tmp_path / "out.mp4", size=(64, 64), fps=25, quality=28)
    assert list(tmp_path.iterdir()) == []


def test_an_encoder_that_refuses_is_reported(tmp_path, monkeypatch):
    monkeypatch.setattr(film.imageio_ffmpeg, "get_ffmpeg_exe", lambda: "/bin/false")
    frames = [np.zeros((64, 64, 3), np.uint8)] * 400
    with pytest.raises(RecitalError, match="could not be written"):
        film.write(frames, 400, np.zeros(4410, np.float32), tmp_path / "out.mp4", size=(64, 64), fps=25, quality=28)
    assert list(tmp_path.iterdir()) == []


def asked(*words):
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return command.run(parser.parse_args(list(words)))


def test_the_command_writes_a_film_and_prints_the_truth(tmp_path, capsys):
    out = tmp_path / "out.mp4"
    words = ["--level", "3", "--seed", "7", "--size", "320x180", "--seconds", "2", "--truth", str(out)]
    assert asked(*words) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["level"] == 3
    assert set(said["criteria"]) == {"timing", "accuracy", "dynamics", "pedalling", "posture"}
    assert out.stat().st_size > 10_000


def test_the_command_explains_what_it_cannot_do(tmp_path, capsys):
    assert asked("--level", "3", "--size", "321x180", str(tmp_path / "out.mp4")) == 2
    assert "even numbers" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        asked("--level", "3", "--size", "large", str(tmp_path / "out.mp4"))
    assert "1280x720" in capsys.readouterr().err
