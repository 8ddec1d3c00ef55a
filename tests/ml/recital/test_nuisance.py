"""What varies without meaning anything."""

import numpy as np
import pytest

from ml.recital import NUISANCES, PIECES, Recital, RecitalError
from ml.recital.nuisance import OF_THE_DAY, OF_THE_PLAYER, draw

SEEDS = 800


@pytest.fixture(scope="module")
def drawn():
    random = np.random.default_rng(5)
    levels = random.integers(1, 11, SEEDS)
    return levels, [draw(Recital(seed, int(level))) for seed, level in enumerate(levels)]


@pytest.mark.parametrize("name", NUISANCES)
def test_a_nuisance_says_nothing_about_the_level(name, drawn):
    levels, nuisances = drawn
    places = np.array([one.places[name] for one in nuisances])
    assert abs(np.corrcoef(levels, places)[0, 1]) < 0.14  # four standard errors
    assert places.min() < 0.05
    assert places.max() > 0.95


@pytest.mark.parametrize("name", NUISANCES)
def test_a_confound_follows_the_level_and_moves_nothing_else(name, drawn):
    levels, nuisances = drawn
    for_this = [draw(Recital(seed, int(level), confound=name)) for seed, level in enumerate(levels[:80])]
    places = np.array([one.places[name] for one in for_this])
    assert np.corrcoef(levels[:80], places)[0, 1] > 0.95
    for confounded, plain in zip(for_this, nuisances, strict=False):
        others = {key: value for key, value in confounded.places.items() if key != name}
        assert others == {key: value for key, value in plain.places.items() if key != name}


def test_the_same_seed_has_the_same_nuisances_at_every_level():
    assert draw(Recital(3, 1)) == draw(Recital(3, 10))


def test_a_player_keeps_skin_piano_and_room_from_day_to_day():
    first, second = draw(Recital(1, 5, player=42)), draw(Recital(2, 5, player=42))
    assert all(first.places[name] == second.places[name] for name in OF_THE_PLAYER)
    assert any(first.places[name] != second.places[name] for name in OF_THE_DAY)
    assert draw(Recital(1, 5, player=43)).places["skin"] != first.places["skin"]


def test_every_piece_and_frame_rate_comes_up(drawn):
    _, nuisances = drawn
    assert {one.piece for one in nuisances} == set(PIECES)
    assert len({one.fps for one in nuisances}) == 4


def test_what_does_not_exist_is_named():
    with pytest.raises(RecitalError, match="no nuisance"):
        draw(Recital(1, 5, confound="mood"))
    with pytest.raises(RecitalError, match="no piece"):
        draw(Recital(1, 5, piece="sonata-in-z"))
