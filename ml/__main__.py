"""`python -m ml <command>`: the model by hand."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module

COMMANDS = (
    "recital",
    "variants",
    "grade",
    "align",
    "describe",
    "evaluate",
    "starter",
    "train",
    "benchmark",
    "preflight",
    "pisa",
    "pisa-controls",
)


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m ml", description="Grade piano playing, and make what that needs.")
    commands = parser.add_subparsers(required=True, metavar="command")
    for name in COMMANDS:
        command = import_module(f"ml.commands.{name.replace('-', '_')}")
        options = commands.add_parser(name, help=command.HELP, description=command.HELP)
        command.add_arguments(options)
        options.set_defaults(run=command.run)
    chosen = parser.parse_args(words)
    return int(chosen.run(chosen) or 0)


if __name__ == "__main__":
    sys.exit(main())
