"""`python -m ml benchmark recital`: the published rows on one set of generated performances."""

from __future__ import annotations

import argparse

HELP = "train and judge the published networks on generated performances"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seed", type=int, default=1)


def run(chosen: argparse.Namespace) -> int:
    return 0
