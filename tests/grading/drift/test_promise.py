"""Whether intervals hold as many levels as they promise, looked at after every rating."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate

from grading.drift.promise import PROMISE, kept


def test_evidence_is_the_mean_likelihood_ratio_of_all_shares_below_the_promise() -> None:
    def ratio(share: float) -> float:
        return (share / PROMISE) ** 30 * ((1 - share) / (1 - PROMISE)) ** 9

    expected = integrate.quad(ratio, 0, PROMISE)[0] / PROMISE
    assert kept([True] * 30 + [False] * 9).evidence == pytest.approx(expected)


def test_it_says_how_many_were_held() -> None:
    look = kept([True, True, False, True])
    assert (look.held, look.ratings, look.share) == (3, 4, 0.75)
    assert kept([]).share is None
    assert kept([]).chance == 1.0


def test_however_often_one_looks_a_kept_promise_seldom_seems_broken() -> None:
    """Ville: of 1,000 half years of 250 ratings, looked at after each, at most one in twenty reaches 1 in 20."""
    random = np.random.default_rng(13)
    looked = range(5, 251, 5)
    broken = 0
    for _ in range(1000):
        inside = list(random.random(250) < PROMISE)
        broken += any(kept(inside[:count]).chance < 0.05 for count in looked)
    assert broken <= 50


def test_a_broken_promise_is_seen() -> None:
    random = np.random.default_rng(14)
    assert kept(list(random.random(80) < 0.65)).chance < 0.001


@pytest.mark.parametrize("count", [5_000, 100_000])
def test_a_promise_kept_for_ever_is_no_trouble_to_count(count: int) -> None:
    assert kept([True] * count).chance == 1.0
    assert kept([False] * count).chance < 1e-100
