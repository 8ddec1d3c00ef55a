"""From score to what is played."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from ml.recital import PIECES, Recital
from ml.recital.nuisance import draw
from ml.recital.playing import play
from ml.recital.skill import curve, on_the_day
from ml.recital.stage import rehearse


def performances(level, count=30, **chosen):
    return [rehearse(Recital(seed, level, seconds=20, **chosen)).performance for seed in range(count)]


def test_the_same_seed_plays_the_same():
    assert rehearse(Recital(7, 3)).performance == rehearse(Recital(7, 3)).performance
    assert rehearse(Recital(7, 3)).performance != rehearse(Recital(8, 3)).performance


def test_a_weaker_player_slips_stops_and_misses_more_at_every_step():
    slips, stops = [], []
    for level in (1, 4, 7, 10):
        played = performances(level)
        slips.append(np.mean([sum(note.slip for note in one.notes) / len(one.notes) for one in played]))
        stops.append(np.mean([one.stops + one.restarts for one in played]))
    assert slips == sorted(slips, reverse=True)
    assert stops == sorted(stops, reverse=True)
    assert slips[0] > 0.1 > 0.02 > slips[-1]


def test_a_weaker_player_is_less_even_in_time_and_force():
    def unevenness(level):
        """Spread of the gaps between onsets of a study of equal notes, and of velocities."""
        gaps, force = [], []
        for one in performances(level, 12, piece="finger-study"):
            right = [note for note in one.notes if note.hand == "R" and not note.slip]
            steps = np.diff([note.onset for note in right])
            gaps.append(np.median(np.abs(steps - np.median(steps))))
            force.append(np.std(np.diff([note.velocity for note in right])))
        return np.mean(gaps), np.mean(force)

    measured = [unevenness(level) for level in (10, 7, 4, 1)]
    for one, next_one in itertools.pairwise(measured):
        assert next_one[0] > one[0]
        assert next_one[1] > one[1]


def test_what_is_only_seen_does_not_change_what_is_played():
    recital = Recital(9, 5)
    form, nuisances = on_the_day(recital), draw(recital)
    clumsy = {
        name: curve(name, 1) for name in ("flat", "tremor", "pump", "sway", "elbow", "splay", "lift", "jump", "kick")
    }
    changed = replace(form, visible=1.0, values={**form.values, **clumsy})
    assert play(recital, form, nuisances) == play(recital, changed, nuisances)


@pytest.mark.parametrize("level", [1, 10])
@pytest.mark.parametrize("slug", PIECES)
def test_notes_can_be_played_on_a_piano(slug, level):
    performance = rehearse(Recital(1, level, piece=slug)).performance
    assert performance.seconds < 60
    until = {}
    for note in performance.notes:
        assert 21 <= note.pitch <= 108
        assert 1 <= note.velocity <= 127
        assert 0.1 < note.onset < note.offset <= performance.seconds
        assert note.onset > until.get(note.pitch, 0), "a key is let go before it is struck again"
        until[note.pitch] = note.offset
    ups = [0.0, *(up for _, up in performance.pedal)]
    assert all(before <= down < up for before, (down, up) in zip(ups, performance.pedal, strict=False))


def test_a_master_plays_what_is_written():
    recital = Recital(2, 10, piece="minuet-in-g")
    form = on_the_day(recital)
    perfect = replace(form, values={**form.values, "wrong": 0, "missed": 0, "brushed": 0, "restart": 0})
    written = sorted(note.pitch for note in PIECES["minuet-in-g"].notes)
    assert sorted(note.pitch for note in play(recital, perfect, draw(recital)).notes) == written


def test_length_does_not_tell_the_level_when_seconds_are_given():
    assert {one.seconds for level in (1, 10) for one in performances(level, 5)} == {20}
    for one in performances(1, 5):
        assert max(note.onset for note in one.notes) > 15, "the passage is repeated to fill the time"
