"""Two performances in step, where it is known which moment is which."""

from __future__ import annotations

import os
import subprocess
import sys
import wave
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import ml
from ml.align import align_notes
from ml.benchmarks.percepiano import midi
from ml.features import notes
from ml.media.sound import read_sound
from ml.recital import PIECES, Recital, playing, sound_of
from ml.recital.recital import stream
from ml.recital.stage import rehearse
from tests.ml.media.files import data_folder

RATE = notes.RATE
MELODY = np.random.default_rng(4).integers(55, 84, size=60)


def played(onsets, pitches=MELODY, lead: float = 0.0, tail: float = 1.0) -> np.ndarray:
    """Struck strings at these seconds."""
    onsets = np.asarray(onsets) + lead
    sound = np.zeros(int((onsets[-1] + tail) * RATE), np.float32)
    moments = np.arange(RATE) / RATE
    for onset, pitch in zip(onsets, pitches, strict=False):
        hertz = 440 * 2 ** ((pitch - 69) / 12)
        string = sum(np.sin(2 * np.pi * hertz * k * moments) / k for k in range(1, 6)) * np.exp(-4 * moments)
        begin = int(onset * RATE)
        end = min(begin + RATE, len(sound))
        sound[begin:end] += 0.2 * string[: end - begin]
    return sound


def aligned(one: np.ndarray, other: np.ndarray) -> ml.Alignment:
    return align_notes(notes.sounding(one), notes.sounding(other))


def away(alignment: ml.Alignment, one, other) -> np.ndarray:
    """How far from where it is, in seconds, each moment of `one` is put in the other."""
    return np.abs(np.interp(one, alignment.one, alignment.other) - other)


STEADY = np.arange(1, 61) * 0.5
SLOWING = np.cumsum([0.5, *np.interp(np.arange(59), [0, 20, 40, 58], [0.45, 0.45, 0.7, 0.7])])


def test_every_note_is_put_where_it_is_though_the_tempo_changes():
    alignment = aligned(played(STEADY), played(SLOWING))
    wrong = away(alignment, STEADY, SLOWING)
    assert np.median(wrong) < 0.02
    assert wrong.max() < 0.06
    assert not alignment.is_poor


def test_both_sides_rise_and_stay_inside_the_recordings():
    one, other = played(STEADY), played(SLOWING)
    alignment = aligned(one, other)
    for line, sound in ((alignment.one, one), (alignment.other, other)):
        assert (np.diff(line) >= 0).all()
        assert line[0] >= 0
        assert line[-1] <= len(sound) / RATE
    assert len(alignment.one) == len(alignment.other) == pytest.approx(10 * len(one) / RATE, rel=0.2)


def test_what_comes_before_the_music_in_one_only_is_left_out():
    noise = np.random.default_rng(1).normal(size=int(6 * RATE)).astype(np.float32) * 0.05
    late = np.concatenate([noise, played(SLOWING)])
    alignment = aligned(played(STEADY), late)
    assert np.median(away(alignment, STEADY, SLOWING + 6)) < 0.03
    assert alignment.other[0] == pytest.approx(6.0, abs=0.7)


def test_where_one_ends_early_the_path_ends_there():
    alignment = aligned(played(STEADY), played(SLOWING[:30]))
    assert alignment.one[-1] == pytest.approx(STEADY[29] + 0.5, abs=1.0)
    assert np.median(away(alignment, STEADY[:30], SLOWING[:30])) < 0.03
    assert alignment.covered > 0.9
    assert not alignment.is_poor


def test_a_passage_that_only_one_plays_is_told():
    once = played(STEADY)
    again = played(np.arange(1, 81) * 0.5, np.concatenate([MELODY[:40], MELODY[20:]]))
    (wait,) = aligned(once, again).waits
    assert wait.goes_on == "other"
    assert wait.end - wait.start == pytest.approx(10.0, abs=1.0)
    assert aligned(once, once).waits == ()


def test_other_music_is_a_poor_match():
    elsewhere = np.random.default_rng(9).integers(48, 90, size=60)
    assert aligned(played(STEADY), played(SLOWING, elsewhere)).is_poor


@pytest.mark.parametrize("seconds", [0.0, 0.01, 3.0])
def test_silence_is_a_poor_match_and_breaks_nothing(seconds):
    silence = np.zeros(int(seconds * RATE), np.float32)
    for one, other in ((silence, silence), (silence, played(STEADY)), (played(STEADY), silence)):
        assert aligned(one, other).is_poor


def test_where_the_beat_is_sure_the_tempo_is_in_beats_a_minute():
    tempo = aligned(played(STEADY), played(STEADY * 1.25)).tempo
    assert tempo.unit == "bpm"
    here, there = (np.array(curve)[:, 1] for curve in (tempo.one, tempo.other))
    assert np.median(here) == pytest.approx(120, abs=3)
    assert np.median(there) == pytest.approx(96, abs=3)


def test_else_it_is_in_per_cent_of_what_each_plays_on_average():
    unsteady = np.cumsum(np.random.default_rng(2).uniform(0.15, 0.9, size=60))
    tempo = aligned(played(unsteady), played(np.cumsum(np.random.default_rng(3).uniform(0.15, 0.9, size=60)))).tempo
    assert tempo.unit == "percent"
    assert np.mean([value for _, value in tempo.one]) == pytest.approx(100, abs=0.1)


def test_a_slowing_shows_where_it_is():
    tempo = aligned(played(STEADY), played(SLOWING)).tempo
    at, value = np.array(tempo.other).T
    early, late = value[at < SLOWING[18]].mean(), value[at > SLOWING[42]].mean()
    assert late / early == pytest.approx(0.45 / 0.7, abs=0.05)


def test_the_same_two_give_the_same_alignment():
    assert aligned(played(STEADY), played(SLOWING)) == aligned(played(STEADY), played(SLOWING))


def written(recital: Recital) -> dict[float, float]:
    """When each beat of the score was played, but for those that were played again."""
    ready = rehearse(recital)
    piece = PIECES[ready.nuisances.piece]
    steps, *_ = playing.walk(piece, ready.skill, ready.nuisances, stream(recital, "playing"), 0.0)
    often = Counter(step.beat for step in steps)
    return {step.beat: step.time for step in steps if often[step.beat] == 1}


@pytest.mark.parametrize(
    ("levels", "median", "most"),
    [((10, 8), 0.05, 0.1), ((9, 5), 0.07, 0.4)],  # seconds; a weak player's slips and stops have no right place
)
def test_generated_players_of_a_piece_are_put_in_step(levels, median, most):
    wrong = []
    for number, piece in enumerate(("minuet-in-g", "lullaby", "fur-elise")):
        one, other = (
            Recital(seed=60 + number * 10 + level, level=level, piece=piece, player=level + number) for level in levels
        )
        times = written(one), written(other)
        common = sorted(times[0].keys() & times[1].keys())
        alignment = aligned(*(sound_of(recital)[::2] for recital in (one, other)))
        assert not alignment.is_poor
        wrong.extend(away(alignment, *([time[beat] for beat in common] for time in times)))
    assert np.median(wrong) < median
    assert np.percentile(wrong, 95) < most


def test_two_generated_pieces_are_no_match():
    one, other = (sound_of(Recital(seed=5, level=9, piece=piece))[::2] for piece in ("minuet-in-g", "fur-elise"))
    assert aligned(one, other).is_poor


RECORDINGS = [data_folder() / "recordings" / f"pianoray_furelise_{name}" for name in ("1080p30", "upsidedown_720p30")]


def chords(path: Path) -> list[tuple[float, tuple[int, ...]]]:
    """Seconds, and the keys that went down together."""
    found: list[tuple[float, list[int]]] = []
    for note in midi.read(path.read_bytes()).notes:
        if found and note.onset - found[-1][0] < 0.04:
            found[-1][1].append(note.pitch)
        else:
            found.append((note.onset, [note.pitch]))
    return [(onset, tuple(sorted(pitches))) for onset, pitches in found]


@pytest.mark.skipif(not RECORDINGS[0].with_suffix(".mp4").exists(), reason="the real recordings are not here")
def test_two_real_performances_play_the_same_bar_though_one_leaves_out_a_repeat():
    alignment = ml.align(*(path.with_suffix(".mp4") for path in RECORDINGS))
    first, second = (chords(path.with_suffix(".mid")) for path in RECORDINGS)
    wrong = []
    for moment, keys in second:
        there = np.interp(moment, alignment.other, alignment.one)
        wrong.append(min((abs(there - onset) for onset, pressed in first if pressed == keys), default=9.0))
    assert np.median(wrong) < 0.02
    assert np.percentile(wrong, 95) < 0.06
    assert [(wait.goes_on, round(wait.end - wait.start)) for wait in alignment.waits] == [("one", 9)]
    assert not alignment.is_poor


def write(path: Path, sound: np.ndarray) -> None:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes((sound * 32767).clip(-32768, 32767).astype("<i2").tobytes())


def test_a_file_is_heard_as_its_sound_is(tmp_path):
    for name, onsets in (("one", STEADY), ("other", SLOWING)):
        write(tmp_path / f"{name}.wav", played(onsets))
    told: list[float] = []
    alignment = ml.align(tmp_path / "one.wav", tmp_path / "other.wav", progress=told.append)
    assert np.median(away(alignment, STEADY, SLOWING)) < 0.02
    assert told == sorted(told)
    assert len(read_sound(tmp_path / "one.wav", rate=RATE)) == len(played(STEADY))


@pytest.mark.slow
def test_ten_minutes_take_less_than_700_megabytes(tmp_path):
    beats = np.arange(1200) * 0.5
    pitches = np.resize(MELODY, 1200) + np.repeat(np.arange(20) % 7, 60)
    for name, pace in (("one", 1.0), ("other", 0.97)):
        write(tmp_path / f"{name}.wav", played(beats * pace, pitches))
    code = (
        "from pathlib import Path; import ml\n"
        "assert not ml.align(Path('one.wav'), Path('other.wav')).is_poor\n"
        "print(Path('/proc/self/status').read_text().partition('VmHWM:')[2].split()[0])"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=200, check=False, cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(root)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 700 * 1024  # kB
