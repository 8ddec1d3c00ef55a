"""`python -m ml variants`"""

from __future__ import annotations

import argparse

HELP = "list the networks that can be built by name"


def add_arguments(_: argparse.ArgumentParser) -> None:
    """It has no options."""


def run(_: argparse.Namespace) -> None:
    from ml.models.variants import NAMES, PUBLISHED, variant

    print(f"{'name':28}{'V:A':8}published accuracy on PISA, %")
    for name in NAMES:
        print(f"{name:28}{variant(name).ratio:8}{PUBLISHED.get(name, '')}")
