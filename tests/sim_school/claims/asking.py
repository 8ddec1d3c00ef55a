"""What the model is unsure of teaches it more than what chance picks, at equally many labels."""

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from grading import asking

from ..bench import Film, Model, apart, labelled, learned
from ..figures import Claim, mean, table
from .labels import rate

PARTS = (0.6, 0.1)  # of the players: whose recordings wait to be rated, those selected on; the others judge
FIRST, ROUND, ROUNDS = 24, 12, 4  # labels to begin with, drawn by chance; labels of a round; rounds

Pick = Callable[[Model, Sequence[Film], random.Random], list[Film]]


def by_uncertainty(model: Model, waiting: Sequence[Film], dice: random.Random) -> list[Film]:
    """A round in the order of the site, without its random share."""
    said = model.says(waiting)
    rows = [
        asking.Candidate(
            key=place,
            said=tuple(said[name][place].tolist() for name in ("visual", "aural", "fused")),  # type: ignore[arg-type]
            piece=film.take.piece,
            player=film.player,
        )
        for place, film in enumerate(waiting)
    ]
    chosen = asking.choose(rows, size=ROUND, control_share=0.0, dice=np.random.default_rng(dice.getrandbits(32)))
    return [waiting[int(choice.key)] for choice in chosen]  # type: ignore[call-overload]


def by_chance(model: Model, waiting: Sequence[Film], dice: random.Random) -> list[Film]:
    return dice.sample(list(waiting), ROUND)


def errors(films: Sequence[Film], folder: Path, seed: str, *, rounds: int, epochs: int) -> list[tuple[float, float]]:
    """After each round the error against the true level: asked by uncertainty, and by chance."""
    dice = random.Random(seed)
    waiting, choosing, others = apart(films, dice, *PARTS)
    given = {row.film.name: row.marks[0][1] for row in rate([*waiting, *choosing], dice, twice=0.0)}
    first = dice.sample(waiting, FIRST)

    def learn(films: Sequence[Film]) -> Model:
        parts = [(films, "train"), (choosing, "validation")]
        examples = [labelled(film, given[film.name], split=part) for some, part in parts for film in some]
        return learned(examples, folder, epochs=epochs)

    def go(pick: Pick) -> list[float]:
        rated, model, found = list(first), begun, []
        for _ in range(rounds):
            names = {film.name for film in rated}
            rated += pick(model, [film for film in waiting if film.name not in names], dice)
            model = learn(rated)
            found.append(model.error(others))
        return found

    begun = learn(first)
    return list(zip(go(by_uncertainty), go(by_chance), strict=True))


def claim(films: Sequence[Film], folder: Path, seed: int, *, repetitions: int, epochs: int) -> Claim:
    runs = [errors(films, folder, f"{seed} asking {run}", rounds=ROUNDS, epochs=epochs) for run in range(repetitions)]
    off = np.array(runs)  # [repetitions, rounds, 2]
    gain = off[:, :, 1] - off[:, :, 0]
    rows = [
        (
            FIRST + ROUND * (place + 1),
            mean(off[:, place, 0]),
            mean(off[:, place, 1]),
            mean(gain[:, place]).signed(),
        )
        for place in range(ROUNDS)
    ]
    over_all = mean(gain.mean(axis=1))
    return Claim(
        "Uncertainty ordering beats random at equal labels",
        over_all.low > 0,
        (
            *table(("labels", "by uncertainty, levels off", "by chance", "gain"), rows),
            "",
            f"- {repetitions} repetitions: the players are parted anew, the recordings of {PARTS[0]:.0%} wait to be "
            f"rated by one teacher each, and the model is judged on players never met. It begins with {FIRST} labels "
            f"by chance and learns after each round of {ROUND}. Gain over all rounds: {over_all.signed()} levels.",
        ),
    )
