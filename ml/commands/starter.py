"""`python -m ml starter`"""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "train the starter model on generated performances"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, default=Path("ml/starter"), help="where weights, card and report go")
    parser.add_argument("--work", type=Path, default=Path("var/starter"), help="where performances and rests are kept")
    parser.add_argument("--performances", type=int, help="to learn from; fewer for a trial")
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)


def run(chosen: argparse.Namespace) -> int:
    from ml.starter.make import Size, make

    size = Size() if chosen.performances is None else Size.of(chosen.performances)
    report = make(
        chosen.out,
        chosen.work,
        size=size,
        seed=chosen.seed,
        epochs=chosen.epochs,
        threads=chosen.threads,
        tell=lambda line: print(line, flush=True),
    )
    print(f"Written to {chosen.out}: weighted kappa {report.branches['fused'].qwk.value:.2f}.")
    return 0
