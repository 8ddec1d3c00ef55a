"""`python -m ml benchmark percepiano`: how far real people's ratings can be foreseen, and by what.

For evaluation and development only: the data are never part of the product, and no weights are written.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HELP = "foresee real people's ratings of real performances, from their notes and their sound"
SPLITS = ("leave-passage-out", "leave-music-out", "leave-performer-out", "leave-work-out")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--root", type=Path, required=True, help="PercePiano's folder: ratings.csv and midi/")
    parser.add_argument("--limit", type=int, help="so many passages only, to try it")
    parser.add_argument("--scales", nargs="+", help="some scales by name; all nineteen when not given")
    parser.add_argument("--splits", nargs="+", choices=SPLITS, default=list(SPLITS))
    parser.add_argument("--out", type=Path, help="where percepiano.md and percepiano.json go; printed only otherwise")
    parser.add_argument("--work", type=Path, default=Path("var/percepiano"), help="where sound is kept between runs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--networks", action=argparse.BooleanOptionalAction, default=True, help="train networks too")
    parser.add_argument("--width", type=int, default=16, help="first channels of the network (the papers': 64)")
    parser.add_argument("--picture", type=int, default=112, help="side of its mel picture (the papers': 224)")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--device", default="cpu", help="of the networks, such as cuda")


def run(chosen: argparse.Namespace) -> int:
    from ml.benchmarks.percepiano.measure import measure
    from ml.benchmarks.percepiano.ratings import read_ratings
    from ml.benchmarks.percepiano.sound import ABSENT, CannotRender, soundfont

    font = soundfont()
    if font is None:
        sys.stdout.write(f"{ABSENT}\n")
        return 0
    try:
        ratings = read_ratings(chosen.root, scales=chosen.scales, limit=chosen.limit)
    except FileNotFoundError:
        sys.stderr.write(f"There is no ratings.csv in {chosen.root}.\n")
        return 2
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    try:
        table, told = measure(ratings, font, chosen)
    except CannotRender as error:
        sys.stderr.write(f"A performance could not be made sound: {error}.\n")
        return 1
    sys.stdout.write(f"{table}\n")
    if chosen.out:
        chosen.out.mkdir(parents=True, exist_ok=True)
        (chosen.out / "percepiano.md").write_text(table, encoding="utf-8")
        (chosen.out / "percepiano.json").write_text(told, encoding="utf-8")
    return 0
