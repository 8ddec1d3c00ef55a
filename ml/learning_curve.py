"""How the audited error falls as the heads learn from more players: from none (the weights begun with) to all."""

from __future__ import annotations

import copy
import dataclasses
import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ml import calibration, features_store, metrics
from ml.checkpoint import Checkpoint
from ml.data.examples import LabelledExample
from ml.features_store import ClipFeatures, FeaturesError
from ml.inference import heads_on, rows_of
from ml.models.fusion import Heads
from ml.report import Point
from ml.train import ENOUGH_TO_SELECT, State, TrainingConfig, TrainingError, measure, schedule
from ml.train_heads import HeadsRun

Floats = NDArray[np.float64]
SHARES = (0.125, 0.25, 0.5)  # of the players, between none and all
DRAWS = 3  # of players, over which each share is averaged where time allows
SECONDS = 15.0  # for all trainings of a curve together, on whatever machine it is


def learning_curve(
    examples: Sequence[LabelledExample],
    audited: Sequence[ClipFeatures],
    *,
    start: Checkpoint,
    candidate: Checkpoint,
    seconds: float = SECONDS,
) -> tuple[Point, ...]:
    """`candidate` must have learned its heads from `start` on the 'train' part of `examples`; no points otherwise.

    Every share learns by the candidate's own recipe, so that the candidate itself is the last point; `audited` are the
    clip features of the 'audit' part, in order. A training that would not end within `seconds` is not begun: on a slow
    machine there are fewer draws, then fewer points, but the first and the last are always there.
    """
    audit, learned, validation = (
        [example for example in examples if example.split == part] for part in ("audit", "train", "validation")
    )
    config = recipe_of(candidate)
    if config is None or candidate.about.parent != start.digest or not learned:
        return ()
    untouched = copy.deepcopy(start.network.heads)

    def levels_of(share: Sequence[LabelledExample]) -> Floats:
        start.network.heads.load_state_dict(untouched.state_dict())
        return levels_by(trained(start, share, validation, config), audited)

    players = sorted({example.player for example in learned})
    rounds = _rounds(learned, players, config.seed)
    found: dict[int, list[tuple[int, Floats]]] = {}
    began, took = time.perf_counter(), Took()
    for count, share in rounds:
        one = time.perf_counter()
        if one - began + took.foreseen(count) > seconds:
            continue
        try:
            found.setdefault(count, []).append((len(share), levels_of(share)))
        except (FeaturesError, TrainingError):
            return ()
        took[count] = time.perf_counter() - one
    ends = {0: [(0, levels_by(untouched, audited))], len(players): [(len(learned), _of(candidate, audited))]}
    return tuple(_point(audit, count, drawn) for count, drawn in sorted({**found, **ends}.items()))


class Took(dict[int, float]):
    """Number of players → seconds of a training on so many."""

    def foreseen(self, players: int) -> float:
        """As long as the last one of this size, or in proportion to the largest so far: a part of it costs the same."""
        largest = max(self, default=0)
        return self.get(players, self[largest] * players / largest if largest else 0.0)


def recipe_of(candidate: Checkpoint) -> TrainingConfig | None:
    """How the candidate was trained; None where more than its heads learned, or nothing is known of it."""
    names = {field.name for field in dataclasses.fields(TrainingConfig)}
    known = {name: value for name, value in candidate.about.recipe.items() if name in names}
    return TrainingConfig(**known) if known.get("depth") == "heads" else None


def trained(
    start: Checkpoint, learned: Sequence[LabelledExample], validation: Sequence[LabelledExample], config: TrainingConfig
) -> Heads:
    """The heads of `start` after learning, chosen as `ml.train` chooses them. They are those of `start` itself."""
    run = HeadsRun(start, learned, config)
    state = State.of(run.trained, config)
    selecting = len(validation) >= ENOUGH_TO_SELECT
    while state.epoch < config.epochs:
        schedule(state.optimiser, config, state.epoch)
        run.loss_of_epoch(state.optimiser, state.epoch)
        state.epoch += 1
        state.remember(measure(validation, run.predict(validation)) if selecting else {}, selecting=selecting)
    run.trained.load_state_dict(state.best)
    return run.trained.eval()


def levels_by(heads: Heads, features: Sequence[ClipFeatures]) -> Floats:
    """`[n]` expected levels of the branch whose word counts."""
    rows = rows_of(heads_on(heads, [features_store.averages(row) for row in features]))["fused"]
    return np.array([calibration.expected(row) for row in rows])


def _of(checkpoint: Checkpoint, features: Sequence[ClipFeatures]) -> Floats:
    return levels_by(checkpoint.network.heads, features)


def _rounds(
    learned: Sequence[LabelledExample], players: Sequence[str], seed: int
) -> list[tuple[int, list[LabelledExample]]]:
    """Number of players and their performances: every share once, small before large, then again with others."""
    counts = sorted({round(share * len(players)) for share in SHARES} - {0, len(players)})
    rounds = []
    for draw in range(DRAWS):
        order = np.random.default_rng((seed, draw)).permutation(players)
        for count in counts:
            chosen = set(order[:count].tolist())
            rounds.append((count, [example for example in learned if example.player in chosen]))
    return rounds


def _point(audit: Sequence[LabelledExample], players: int, drawn: Sequence[tuple[int, Floats]]) -> Point:
    labels = np.tile([example.level for example in audit], len(drawn))
    names = [example.player for example in audit] * len(drawn)
    levels = np.concatenate([levels for _, levels in drawn])
    return Point(
        players=players,
        performances=float(np.mean([count for count, _ in drawn])),
        draws=len(drawn),
        mae=metrics.estimate(metrics.mean_absolute_error, labels, levels, names),
        qwk=metrics.estimate(metrics.quadratic_weighted_kappa, labels, levels, names),
    )
