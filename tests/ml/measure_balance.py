"""`python -m tests.ml.measure_balance [repetitions]`: what evening out rare levels does, by weight and by drawing.

Heads learn from sixty made-up performances whose levels crowd in the middle as a school's do, and are judged on as many
of every level. Printed are the mean error over all judged performances and that of the outer levels alone (1, 2, 9,
10), with the paired difference to no evening out and its standard error over repetitions.
"""

import dataclasses
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from unittest import mock

import numpy as np
import torch

import ml
from ml import checkpoint
from ml.checkpoint import Checkpoint
from ml.evaluate import expected, features_of, probabilities
from ml.train import rarity_of
from ml.train_heads import HeadsRun
from ml.train_whole import drawn
from tests.ml.synthetic import World, new_world, with_champion

SHARES = np.array([1, 2, 5, 10, 14, 12, 8, 4, 2, 1]) / 59  # of the levels 1 to 10 among a school's labels
OUTER = (1, 2, 9, 10)


def school(world: World, seed: int) -> list[ml.LabelledExample]:
    dice = np.random.default_rng(seed)
    levels = dice.choice(np.arange(1, 11), size=60, p=SHARES)
    return [
        world.performance(f"{seed}-{row}", int(level), player=f"{row // 3}", seed=seed, noise=1.2)
        for row, level in enumerate(levels)
    ]


def judged(model: Path, exam: list[ml.LabelledExample]) -> tuple[float, float]:
    loaded = checkpoint.load(model)
    levels = np.array([example.level for example in exam])
    off = np.abs(expected(probabilities(loaded, features_of(exam, loaded))["fused"]) - levels)
    return float(off.mean()), float(off[np.isin(levels, OUTER)].mean())


class DrawingHeads(HeadsRun):
    """Heads that draw performances by rarity in every epoch, as backbones do, instead of weighing them."""

    def __init__(self, first: Checkpoint, learned: Sequence[ml.LabelledExample], config: ml.TrainingConfig) -> None:
        super().__init__(first, learned, dataclasses.replace(config, balance=0.0))
        self.all = self.learned, self.levels, self.targets, self.weights
        self.rarity = rarity_of(learned, config.balance)

    def loss_of_epoch(self, optimiser: torch.optim.Optimizer, epoch: int) -> float:
        rows = self.rows = drawn(self.rarity, np.random.default_rng((self.config.seed, epoch, 2)))
        learned, levels, targets, weights = self.all
        self.learned = [learned[row] for row in rows]
        self.levels, self.targets, self.weights = levels[rows], targets[rows], weights[rows]
        return super().loss_of_epoch(optimiser, epoch)


def main(repetitions: int) -> None:
    torch.set_num_threads(1)
    training = sys.modules["ml.train"]
    with tempfile.TemporaryDirectory() as place:
        world = with_champion(new_world(Path(place)))
        exam = [world.performance(f"exam{row}", 1 + row % 10, split="audit", seed=99, noise=1.2) for row in range(400)]
        found: dict[str, list[tuple[float, float]]] = {}
        for seed in range(repetitions):
            examples = school(world, seed)

            def learned(balance: float, examples: list[ml.LabelledExample] = examples, seed: int = seed) -> Path:
                config = ml.TrainingConfig(balance=balance, seed=seed)
                return ml.train(examples, start=world.start, out=Path(place) / "out", config=config).checkpoint

            for balance in (0.0, 0.5, 1.0):
                found.setdefault(f"weighed, balance {balance}", []).append(judged(learned(balance), exam))
            with mock.patch.object(training, "begin", lambda first, rows, config, _: DrawingHeads(first, rows, config)):
                found.setdefault("drawn, balance 0.5", []).append(judged(learned(0.5), exam))
        plain = np.array(found["weighed, balance 0.0"])
        for name, rows in found.items():
            (all_, outer), gaps = np.mean(rows, axis=0), np.array(rows) - plain
            (gap, gap_outer), errors = gaps.mean(axis=0), gaps.std(axis=0, ddof=1) / np.sqrt(repetitions)
            sys.stdout.write(
                f"{name}: {all_:.3f} over all ({gap:+.3f} ± {errors[0]:.3f} beside none), "
                f"{outer:.3f} of the outer levels ({gap_outer:+.3f} ± {errors[1]:.3f})\n"
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 12)
