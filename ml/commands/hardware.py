"""`python -m ml hardware`"""

from __future__ import annotations

import argparse
import dataclasses
import json

HELP = "say as JSON on what a training would run here"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(chosen: argparse.Namespace) -> int:
    from ml.hardware import present

    print(json.dumps(dataclasses.asdict(present())))
    return 0
