"""`python -m ml evaluate`"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

HELP = "judge a model on generated performances it never met"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", type=Path, help="a checkpoint; the starter model when not given")
    parser.add_argument("--work", type=Path, default=Path("var/starter"), help="where performances are kept")
    parser.add_argument("--seed", type=int, default=1, help="another seed is another hundred and twenty performances")
    parser.add_argument("--json", action="store_true", help="the whole report instead of its table")


def run(chosen: argparse.Namespace) -> int:
    import ml
    from ml.starter import STARTER
    from ml.starter.card import table
    from ml.starter.make import judge

    try:
        report = judge(chosen.model or STARTER, chosen.work, seed=chosen.seed)
    except ml.CheckpointError as error:
        print(error, file=sys.stderr)
        return 2
    print(json.dumps(report.to_json(), indent=1) if chosen.json else table(report))
    return 0
