"""The gate refuses what learned from corrupted labels or a nuisance, and lets an honest better one pass."""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grading import engine
from grading.judgements import Judgement, State
from grading.models import GateBounds, ModelVersion
from grading.services import gate

from ..attacks import Attack
from ..bench import LEVELS, Film, Model
from ..figures import Claim, share, table
from ..people import TEACHERS
from ..year import Told

# What a model can learn. Piece and phone its eyes and ears hardly tell apart, so those can only be kept from passing.
LEARNABLE = ("corrupted labels", "labels that follow the loudness")
STATES = (State.PASSES, State.UNKNOWN, State.FAILS)
HEAD = ("learned from", "judged", "levels off", "its champion", "moved by it", "passes", "cannot tell", "fails", "by")
SIZES = ((6, 10), (12, 10), (24, 10))  # players in the audit part, and recordings of each


@dataclass(frozen=True)
class Judged:
    """One candidate before the gate: what it learned from, what was said, and its error against the true level."""

    name: str
    state: str
    failed: tuple[str, ...]
    error: float
    champion_error: float
    moved: float | None = None  # levels by which the nuisance moves its word more than the champion's

    @property
    def is_better(self) -> bool:
        return self.error < self.champion_error


def refused(attacks: Sequence[Attack], others: Sequence[Film]) -> list[Judged]:
    return [
        judged(row.name, row.version, row.champion, gate.judge(row.version), others, moved=row.moved) for row in attacks
    ]


def judged(
    name: str,
    version: ModelVersion,
    champion: ModelVersion,
    said: Judgement,
    others: Sequence[Film],
    *,
    moved: float | None = None,
) -> Judged:
    errors = [Model(one.path).error(others) for one in (version, champion)]
    return Judged(name, str(said.state), _failed(said), *errors, moved)


def honest(told: Told, others: Sequence[Film]) -> list[Judged]:
    """The candidates of the year."""
    return [judged(f"month {row.month + 1}", row.version, row.champion, row.judgement, others) for row in told.trained]


@dataclass(frozen=True)
class Pair:
    """What two models say of the same films."""

    name: str
    candidate: Model
    champion: Model


def audits(films: Sequence[Film], pair: Pair, seed: str, *, players: int, each: int, count: int) -> list[Judgement]:
    """What the gate's checks of the audit part say, over audit parts and ratings drawn anew."""
    said, champion = pair.candidate.says(films)["fused"], pair.champion.says(films)["fused"] @ LEVELS
    by_player: dict[int, list[int]] = {}
    for place, film in enumerate(films):
        by_player.setdefault(film.take.player, []).append(place)
    found = []
    for draw in range(count):
        dice = random.Random(f"{seed} {draw}")
        # Players are drawn with replacement, under new names: the pool has not many more than an audit part.
        chosen = [(name, dice.choice(sorted(by_player))) for name in range(players)]
        rows = [
            _audited(films[place], f"{name}", said[place], float(champion[place]), dice)
            for name, player in chosen
            for place in dice.sample(by_player[player], min(each, len(by_player[player])))
        ]
        found.append(_judged_by(tuple(rows)))
    return found


def _audited(film: Film, player: str, said: np.ndarray, champion: float, dice: random.Random) -> Any:
    """Labelled by two teachers, whose severities are taken out as far as is known: here, wholly."""
    marks = [teacher.rates(film.true_level, dice) - teacher.severity for teacher in dice.sample(TEACHERS, 2)]
    level = min(10.0, max(1.0, sum(marks) / 2))
    groups = (("level", str(round(level))), ("piece", film.take.piece), ("device", film.phone.model))
    return engine.audited(
        player=player,
        level=level,
        candidate=float(said @ LEVELS),
        champion=champion,
        groups=groups,
        probabilities=tuple(said.tolist()),
        interval=None,
    )


def _judged_by(rows: tuple[Any, ...]) -> Judgement:
    bounds = GateBounds()
    figures = engine.gate(rows, margin=bounds.group_margin, fewest=bounds.group_fewest)
    return Judgement.of(gate.checks(figures, bounds), champion=1)


def claim(
    refused: Sequence[Judged],
    candidates: Sequence[Judged],
    films: Sequence[Film],
    pairs: Sequence[Pair],
    seed: int,
    *,
    count: int,
) -> Claim:
    rows: list[Sequence[object]] = []
    for name in dict.fromkeys(row.name for row in refused):
        own = [row for row in refused if row.name == name]
        rows.append(_row(name, own))
    better = [row for row in candidates if row.is_better]
    rows += [
        _row("honest, better in truth", better),
        _row("honest, not better", [row for row in candidates if not row.is_better]),
    ]
    drawn = [
        (
            pair.name,
            players * each,
            players,
            *_shares(audits(films, pair, f"{seed} gate {pair.name}", players=players, each=each, count=count)),
        )
        for pair in pairs
        for players, each in SIZES
    ]
    learnt = [row for row in refused if row.name in LEARNABLE]
    fails = sum(row.state == State.FAILS for row in learnt)
    passes = sum(row.state == State.PASSES for row in refused)
    return Claim(
        "The gate refuses corrupted labels and a learned nuisance",
        bool(learnt) and not passes and 2 * fails >= len(learnt),
        (
            "Candidates through the services; levels off the truth of players never met.",
            "",
            *table(HEAD, rows),
            "",
            f"The same checks over {count} audit parts and their ratings, drawn anew, of models of the last year:",
            "",
            *table(("learned from", "recordings", "players", "passes", "cannot tell", "fails", "by"), drawn),
        ),
    )


def _row(name: str, rows: Sequence[Judged]) -> tuple[object, ...]:
    states = Counter(row.state for row in rows)
    off = [f"{np.mean([getattr(row, of) for row in rows]):.2f}" if rows else "-" for of in ("error", "champion_error")]
    moves = [row.moved for row in rows if row.moved is not None]
    moved = f"{np.mean(moves):+.2f}" if moves else "-"
    return (name, len(rows), *off, moved, *(states[str(state)] for state in STATES), _why(row.failed for row in rows))


def _shares(judgements: Sequence[Judgement]) -> tuple[object, ...]:
    states = Counter(row.state for row in judgements)
    why = _why(_failed(row) for row in judgements)
    return (*(share(states[state], len(judgements)) for state in STATES), why)


def _failed(said: Judgement) -> tuple[str, ...]:
    return tuple(check.name for check in said.checks if check.state == State.FAILS)


def _why(failed: Iterable[tuple[str, ...]]) -> str:
    counts = Counter(check for checks in failed for check in checks)
    return ", ".join(f"{check} {times}" for check, times in counts.most_common()) or "-"
