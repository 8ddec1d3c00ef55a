"""`python -m ml recital --level 3 --seed 7 out.mp4`"""

import argparse
import json
import sys
from pathlib import Path

from ml.recital.nuisance import NUISANCES
from ml.recital.pieces import PIECES
from ml.recital.recital import LEVELS, Recital, RecitalError
from ml.recital.stage import render

HELP = "render a performance of known skill"


def picture_size(text: str) -> tuple[int, int]:
    """'1280x720' to (1280, 720)."""
    width, _, height = text.partition("x")
    try:
        return int(width), int(height)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no size like 1280x720") from None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", type=Path, help="the mp4 to write")
    parser.add_argument("--level", type=int, required=True, choices=LEVELS, help="skill from 1 to 10")
    parser.add_argument("--seed", type=int, default=0, help="the same seed gives the same performance")
    parser.add_argument("--piece", choices=sorted(PIECES), help="default: drawn from the seed")
    parser.add_argument("--player", type=int, help="a number that fixes player, piano and room")
    parser.add_argument("--size", type=picture_size, default=(1280, 720), help="pixels, such as 1280x720")
    parser.add_argument("--fps", type=float, help="frames a second; default: drawn from the seed")
    parser.add_argument("--seconds", type=float, help="repeat or cut the passage to this length")
    parser.add_argument("--confound", choices=NUISANCES, help="let this nuisance follow the level, on purpose")
    parser.add_argument("--truth", action="store_true", help="print what is known about the performance, as JSON")


def run(args: argparse.Namespace) -> int:
    """Render one performance; 0, or 2 with a sentence on standard error."""
    try:
        recital = Recital(
            args.seed, args.level, args.piece, args.player, args.size, args.fps, args.seconds, args.confound
        )
        truth = render(recital, args.out, progress=show if sys.stderr.isatty() else None)
    except (RecitalError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if args.truth:
        plain = {**asdict_shallow(truth), "criteria": dict(truth.criteria), "nuisances": dict(truth.nuisances)}
        sys.stdout.write(json.dumps(plain, indent=2) + "\n")
    return 0


def asdict_shallow(truth: object) -> dict[str, object]:
    """The fields of a dataclass without copying their values."""
    return dict(vars(truth))


def show(share: float) -> None:
    """A line of progress that overwrites itself."""
    sys.stderr.write(f"\r{share:4.0%}" + ("\n" if share >= 1 else ""))
    sys.stderr.flush()
