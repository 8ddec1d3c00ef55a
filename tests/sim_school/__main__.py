"""`make sim-school`: a simulated school over a year, and whether what is claimed of the learning loop comes true.

Prints every claim with its figures, writes them to docs/benchmarks/sim-school.md, and ends with 1 if one does not hold.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests import servers

from . import house

OUT = house.ROOT / "docs" / "benchmarks" / "sim-school.md"


@dataclass(frozen=True)
class Asked:
    """How often everything is repeated."""

    cache: Path
    seed: int = 1
    years: int = 3
    draws: int = 200
    audits: int = 60
    trainings: int = 40
    askings: int = 40
    streams: int = 20
    epochs: int = 40

    @property
    def folder(self) -> Path:
        return self.cache / "models"


def main() -> int:
    parser = argparse.ArgumentParser(prog="sim-school", description=__doc__)
    usual = Asked(house.ROOT / "var" / "sim-school")
    parser.add_argument("--cache", type=Path, default=usual.cache, help="where films and what is seen in them are kept")
    for name, told in (
        ("seed", "another one draws another school"),
        ("years", "through the services"),
        ("draws", "of ratings: labels and intervals"),
        ("audits", "audit parts drawn anew for the gate"),
        ("trainings", "of each kind, on raw and on adjusted labels"),
        ("askings", "by uncertainty and by chance"),
        ("streams", "of recordings for the monitor's statistics"),
        ("epochs", "of every training"),
    ):
        parser.add_argument(f"--{name}", type=int, default=getattr(usual, name), help=told)
    parser.add_argument("--no-report", action="store_true", help=f"leave {OUT.relative_to(house.ROOT)} as it is")
    given = vars(parser.parse_args())
    no_report = given.pop("no_report")
    asked = Asked(**given | {"cache": given["cache"].absolute()})
    began, load = time.monotonic(), os.getloadavg()[0]
    text, right = _in_a_house(asked)
    minutes = (time.monotonic() - began) / 60
    text += f"\nIt took {minutes:.0f} minutes; {load:.1f} other programs wanted to run when it began.\n"
    sys.stdout.write(text)
    if not no_report:
        OUT.write_text(text)
    return 0 if right else 1


def _in_a_house(asked: Asked) -> tuple[str, bool]:
    asked.folder.mkdir(parents=True, exist_ok=True)
    var = Path(tempfile.mkdtemp(prefix="house-", dir=asked.cache))
    database, broker, stop = servers.start()
    try:
        house.build(var, database, broker)
        from . import everything

        return everything.told(asked)
    finally:
        stop()
        shutil.rmtree(var, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
