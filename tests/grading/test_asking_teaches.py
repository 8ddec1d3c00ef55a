"""Labels that are asked for teach more than as many drawn by chance: a simulated school with a small model of its own.

Most players are beginners and most play one piece, as in schools; few play well. Picture and sound are eight numbers
each, in which the level, the piece and the player are mixed with noise. The model is a Bayesian linear regression for
each branch (Bishop, 'Pattern Recognition and Machine Learning', 3.3), whose predictive spread is what it is unsure of.
"""

from dataclasses import dataclass

import numpy as np

from grading.asking import Candidate, choose

LEVELS = np.arange(1, 11)
PLAYERS, WIDTH, POOL, UNSEEN = 60, 8, 300, 300
PIECES = (0.4, 0.2, 0.12, 0.1, 0.08, 0.05, 0.03, 0.02)  # how often each is played
FIRST, SIZE, ROUNDS = 24, 12, 4
SCHOOLS = 40


@dataclass
class School:
    levels: np.ndarray
    players: np.ndarray
    pieces: np.ndarray
    looks: np.ndarray  # [n, 2, WIDTH]: picture and sound


def school(dice: np.random.Generator) -> School:
    able = np.clip(dice.normal(4, 1.6, PLAYERS), 1, 10)
    well = dice.random(PLAYERS) < 0.2
    able[well] = dice.uniform(6.5, 10, well.sum())
    direction = dice.normal(size=(2, WIDTH))
    of_piece, of_player = dice.normal(0, 1, (len(PIECES), 2, WIDTH)), dice.normal(0, 0.3, (PLAYERS, 2, WIDTH))
    n = POOL + UNSEEN
    players, pieces = dice.integers(PLAYERS, size=n), dice.choice(len(PIECES), size=n, p=PIECES)
    levels = np.clip(able[players] + dice.normal(0, 0.8, n), 1, 10)
    above = (levels - 5)[:, None, None] / 2
    looks = above * direction + of_piece[pieces] * (1 + 0.3 * above) + of_player[players]
    looks += 0.25 * np.abs(levels - 6)[:, None, None] * direction[::-1] + dice.normal(0, 0.9, (n, 2, WIDTH))
    return School(levels, players, pieces, looks)


def branches(looks: np.ndarray) -> list[np.ndarray]:
    """Picture, sound, both; with a constant."""
    ones = np.ones((len(looks), 1))
    return [np.hstack([ones, x]) for x in (looks[:, 0], looks[:, 1], looks.reshape(len(looks), -1))]


def said(looks: np.ndarray, levels: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """`[n, 3, 10]` probabilities of what is `asked`, after learning from looks and levels."""
    found = []
    for x, new in zip(branches(looks), branches(asked), strict=True):
        covariance = np.linalg.inv(x.T @ x + 2.0 * np.eye(x.shape[1]))
        weights = covariance @ x.T @ (levels - 5)
        noise = max(np.sum((levels - 5 - x @ weights) ** 2) / max(len(x) - x.shape[1] / 2, 3), 0.3)
        variance = noise * (1 + np.einsum("ij,jk,ik->i", new, covariance, new))
        logits = -((LEVELS - 5 - (new @ weights)[:, None]) ** 2) / (2 * variance[:, None])
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        found.append(odds / odds.sum(axis=1, keepdims=True))
    return np.stack(found, axis=1)


def errors(seed: int, *, control_share: float) -> float:
    """Mean distance from the true level, over the rounds, of recordings that nobody is asked about."""
    dice = np.random.default_rng(seed)
    there = school(dice)
    given = np.clip(np.round(there.levels + dice.normal(0, 0.6, POOL + UNSEEN)), 1, 10)
    labelled = dice.choice(POOL, FIRST, replace=False).tolist()
    chance, off = np.random.default_rng((seed, 1)), []
    for _ in range(ROUNDS):
        left = np.setdiff1d(np.arange(POOL), labelled)
        guesses = said(there.looks[labelled], given[labelled], there.looks[left])
        rows = [
            Candidate(row, tuple(guess), str(there.pieces[row]), there.players[row])
            for row, guess in zip(left.tolist(), guesses.tolist(), strict=True)
        ]
        labelled += [one.key for one in choose(rows, size=SIZE, control_share=control_share, dice=chance)]
        unseen = said(there.looks[labelled], given[labelled], there.looks[POOL:])[:, 2] @ LEVELS
        off.append(np.abs(unseen - there.levels[POOL:]).mean())
    return float(np.mean(off))


def test_what_is_asked_for_teaches_more_than_as_many_by_chance():
    """The same schools and first labels, paired; the whole 95 % interval of the gain lies above nought."""
    by_chance = np.array([errors(seed, control_share=1.0) for seed in range(SCHOOLS)])
    asked_for = np.array([errors(seed, control_share=0.25) for seed in range(SCHOOLS)])
    gains = by_chance - asked_for
    assert gains.mean() - 1.96 * gains.std(ddof=1) / np.sqrt(SCHOOLS) > 0
    assert gains.mean() > 0.01, "of some 0.6 levels"
