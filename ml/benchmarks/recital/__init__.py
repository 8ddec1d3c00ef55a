"""`python -m ml benchmark recital`: the published rows on one set of generated performances, and what each piece of
the recipe is worth."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HELP = "train and judge the published networks, and the pieces of the recipe, on generated performances"
PARTS = ("rows", "confounded", "recipe")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rows", nargs="+", metavar="NAME", help="networks, as `python -m ml variants` lists them")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS), help="all of them when not given")
    parser.add_argument("--width", type=int, help="channels of the first stage; 64 with a graphics card, else 8")
    parser.add_argument("--performances", type=int, help="to learn from; 400 with a graphics card, else 300")
    parser.add_argument("--epochs", type=int, help="of each backbone")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", type=Path, default=Path("var/starter"), help="where performances and rests are kept")
    parser.add_argument("--out", type=Path, default=Path("docs/benchmarks"), help="where recital.md and .json go")
    parser.add_argument("--threads", type=int, default=2, help="backbones that learn at the same time on a CPU")
    parser.add_argument("--estimate", action="store_true", help="only say what it would take")


def run(chosen: argparse.Namespace) -> int:
    from ml.benchmarks.recital.running import benchmark
    from ml.benchmarks.recital.settings import default
    from ml.models.variants import UnknownVariant

    try:
        settings = default(
            rows=chosen.rows,
            parts=chosen.parts,
            width=chosen.width,
            performances=chosen.performances,
            epochs=chosen.epochs,
            seed=chosen.seed,
        )
    except (UnknownVariant, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    benchmark(
        settings,
        work=chosen.work,
        out=chosen.out,
        command=command_of(chosen),
        threads=chosen.threads,
        only_estimate=chosen.estimate,
        tell=lambda line: print_line(line),
    )
    return 0


def command_of(chosen: argparse.Namespace) -> str:
    """The words that make this run again, without this machine's folders."""
    words = ["python -m ml benchmark recital"]
    words += [f"--rows {' '.join(chosen.rows)}"] if chosen.rows else []
    words += [f"--parts {' '.join(chosen.parts)}"] if tuple(chosen.parts) != PARTS else []
    for name in ("width", "performances", "epochs"):
        words += [f"--{name} {value}"] if (value := getattr(chosen, name)) is not None else []
    return " ".join([*words, f"--seed {chosen.seed}", f"--threads {chosen.threads}"])


def print_line(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
