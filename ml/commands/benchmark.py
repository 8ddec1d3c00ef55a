"""`python -m ml benchmark recital`, and one word for each other benchmark."""

from __future__ import annotations

import argparse
from importlib import import_module

HELP = "measure networks and recipes, and write down what was found"
BENCHMARKS = ("recital", "percepiano", "grade")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    benchmarks = parser.add_subparsers(required=True, metavar="benchmark")
    for name in BENCHMARKS:
        benchmark = import_module(f"ml.benchmarks.{name}")
        options = benchmarks.add_parser(name, help=benchmark.HELP, description=benchmark.HELP)
        benchmark.add_arguments(options)
        options.set_defaults(benchmark=benchmark.run)


def run(chosen: argparse.Namespace) -> int:
    return int(chosen.benchmark(chosen) or 0)
