"""`python -m ml preflight --recordings FOLDER`"""

from __future__ import annotations

import argparse
import itertools
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ml.preflight.calibration.materials import Stretch

HELP = "measure how often each check of a recording is right, on clean recordings and with faults put in"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--recordings", type=Path, help="a folder of real recordings (mp4), clean as far as is known")
    parser.add_argument("--films", type=int, default=20, help="how many recordings to generate (20)")
    parser.add_argument("--check", action="append", help="measure this one alone; may be said again")
    parser.add_argument("--out", type=Path, help="where to write the table, instead of printing it")


def run(chosen: argparse.Namespace) -> int:
    from ml.preflight import CHECKS
    from ml.preflight.calibration import materials, page, rates

    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as named:
        folder = Path(named)
        real = materials.real(chosen.recordings, folder) if chosen.recordings else ()
        stretches = _told(itertools.chain(real, materials.generated(chosen.films, folder)))
        table = page.table(rates.measure(stretches, folder, chosen.check or CHECKS))
    if chosen.out:
        chosen.out.write_text(table)
    else:
        print(table, end="")
    print(f"{time.monotonic() - begin:.0f} s", file=sys.stderr)
    return 0


def _told(stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """The same, each named as it comes."""
    for number, stretch in enumerate(stretches, 1):
        print(f"{number}: {stretch.name}", file=sys.stderr, flush=True)
        yield stretch
