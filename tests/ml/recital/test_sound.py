"""The sampled piano."""

import os
from dataclasses import replace

import numpy as np
import pytest

from ml.recital import Recital, RecitalError, sound, sound_of
from ml.recital.nuisance import draw
from ml.recital.playing import Performance, Played
from ml.recital.stage import rehearse

A4 = 69


def quiet(**places):
    """Nuisances with a dry room and no noise, but for what is given."""
    drawn = draw(Recital(1, 5))
    calm = {"noise": 0.0, "wet": 0.0, "detune": 0.0, "gain": 0.6, "microphone": 0.6, "bass": 0.0}
    return replace(drawn, places={**drawn.places, **calm, **places})


def one_note(pitch=A4, velocity=70.0, onset=0.5, offset=1.5, pedal=()):
    return Performance((Played(onset, offset, pitch, velocity, "R", 1),), tuple(pedal), 4.0, 0, 0)


def recorded(performance, nuisances=None):
    return sound.record(performance, nuisances or quiet(), np.random.default_rng(0))


def loudness(wave, begin, end):
    return float(np.sqrt(np.mean(wave[int(begin * sound.RATE) : int(end * sound.RATE)] ** 2)))


def test_the_same_recital_sounds_the_same():
    recital = Recital(3, 4, seconds=5)
    first, second = sound_of(recital), sound_of(recital)
    assert first.dtype == np.float32
    assert first.shape == (5 * sound.RATE,)
    assert np.array_equal(first, second)


@pytest.mark.parametrize("pitch", [33, 48, 60, 61, 62, 69, 81, 96])
def test_a_key_sounds_at_its_pitch(pitch):
    wave = recorded(one_note(pitch))[int(0.6 * sound.RATE) : int(1.4 * sound.RATE)]
    spectrum = np.abs(np.fft.rfft(wave * np.hanning(len(wave)), 1 << 18))
    hertz = np.fft.rfftfreq(1 << 18, 1 / sound.RATE)
    away = []
    for partial in (1, 2, 3):
        expected = partial * 440 * 2 ** ((pitch - 69) / 12)
        near = np.abs(hertz - expected) < 0.03 * expected
        away.append(abs(1200 * np.log2(hertz[near][np.argmax(spectrum[near])] / expected)))
    assert min(away) < (12 if pitch < 84 else 30)  # cents; a piano's treble is stretched


def test_a_note_begins_when_it_is_played():
    for velocity in (30, 60, 90, 120):
        for pitch in (36, 60, 84):
            wave = np.abs(recorded(one_note(pitch, velocity)))
            first = np.argmax(wave > 0.1 * wave.max()) / sound.RATE
            assert first == pytest.approx(0.5, abs=0.015)


def test_the_damper_ends_a_note_and_the_pedal_holds_it():
    damped, held = recorded(one_note()), recorded(one_note(pedal=[(1.0, 3.8)]))
    assert loudness(damped, 2.4, 2.9) < 0.05 * loudness(held, 2.4, 2.9)
    assert np.allclose(damped[: int(1.4 * sound.RATE)], held[: int(1.4 * sound.RATE)], atol=1e-3)


def test_force_and_gain_are_heard_because_nothing_is_normalised():
    soft, loud = (loudness(recorded(one_note(velocity=velocity)), 0.5, 1.0) for velocity in (35, 100))
    assert loud > 2 * soft
    levels = [loudness(recorded(one_note(velocity=float(v))), 0.5, 1.0) for v in range(20, 126, 15)]
    assert levels == sorted(levels)
    low, high = (loudness(recorded(one_note(), quiet(gain=place)), 0.5, 1.0) for place in (0.0, 1.0))
    assert high > 6 * low


def test_a_full_performance_stays_below_full_scale():
    for seed in range(4):
        wave = sound_of(Recital(seed, 5, seconds=8))
        assert 0.005 < np.abs(wave).max() < 1.0
        assert np.mean(np.abs(wave) > 0.95) < 1e-3


def test_it_sounds_faster_than_it_plays():
    ready = rehearse(Recital(7, 5, seconds=20))
    sound.record(ready.performance, ready.nuisances, np.random.default_rng(0))  # decodes the samples
    before = os.times()
    sound.record(ready.performance, ready.nuisances, np.random.default_rng(0))
    after = os.times()
    assert 20 / max(after.user + after.system - before.user - before.system, 0.01) > 5


def test_missing_samples_are_one_clear_sentence(monkeypatch, tmp_path):
    monkeypatch.setattr(sound, "ROOT", tmp_path)
    sound.sample.cache_clear()
    with pytest.raises(RecitalError, match="make node_modules"):
        sound.sample(60, 8)
