"""`python -m ml align one.mp4 other.mp4`"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ml.tempo import Points

HELP = "play two performances of a piece in step: which second of one is which second of the other, and their tempo"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("one", type=Path)
    parser.add_argument("other", type=Path)
    parser.add_argument("--every", type=float, default=1.0, metavar="SECONDS", help="of the first (1)")


def run(chosen: argparse.Namespace) -> int:
    import numpy as np

    import ml

    try:
        found = ml.align(chosen.one, chosen.other)
    except ml.NotAPerformance as refusal:
        print(refusal, file=sys.stderr)
        return 2
    if found.one:
        here = np.arange(found.one[0], found.one[-1], chosen.every)
        there = np.interp(here, found.one, found.other)
        print(f"{'one s':>8} {'other s':>8} {'tempo of one':>14} {'of other':>10}   {found.tempo.unit}")
        tempi = (_at(here, found.tempo.one), _at(there, found.tempo.other))
        for row in zip(here, there, *tempi, strict=True):
            print("{:8.2f} {:8.2f} {:14.1f} {:10.1f}".format(*row))
    for wait in found.waits:
        print(f"{wait.goes_on} goes on alone from {wait.start:.1f} to {wait.end:.1f} s; the other: {wait.at:.1f} s")
    print(f"alike {found.alike:.2f}, covered {found.covered:.2f}{': hardly the same music' if found.is_poor else ''}")
    return 1 if found.is_poor else 0


def _at(moments: Sequence[float], curve: Points) -> list[float]:
    import numpy as np

    return np.interp(moments, *zip(*curve, strict=True)).tolist() if curve else [float("nan")] * len(moments)
