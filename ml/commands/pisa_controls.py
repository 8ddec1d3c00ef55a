"""`python -m ml pisa-controls`"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

HELP = "show what can be guessed on PISA without a picture or a sound; needs its annotations only"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--annotations", type=Path, required=True, help="the folder with PISA's pickles and raw table")
    parser.add_argument("--scheme", choices=("uniform", "contiguous"), default="uniform", help="how samples are drawn")
    parser.add_argument("--json", action="store_true", help="as JSON instead of text")


def run(chosen: argparse.Namespace) -> int:
    from dataclasses import asdict

    from ml.data import pisa
    from ml.pisa import shortcut
    from ml.report import plain

    try:
        findings = shortcut.find(pisa.read(chosen.annotations, chosen.scheme))
    except pisa.PisaError as error:
        print(error, file=sys.stderr)
        return 2
    print(json.dumps(plain(asdict(findings)), indent=1) if chosen.json else shortcut.told(findings))
    return 0
