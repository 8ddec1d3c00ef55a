"""`python -m ml <command>`: the model by hand."""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import sys
import tempfile
from pathlib import Path

from ml.recital import cli as recital


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m ml", description="Grade piano playing, and make what that needs.")
    commands = parser.add_subparsers(required=True, metavar="command")
    _recital(commands.add_parser("recital", help="render a performance of known skill"))
    _variants(commands.add_parser("variants", help="list the networks that can be built by name"))
    _grade(commands.add_parser("grade", help="grade a recording"))
    _describe(commands.add_parser("describe", help="tell what a model file says of itself"))
    _evaluate(commands.add_parser("evaluate", help="judge a model on generated performances it never met"))
    _starter(commands.add_parser("starter", help="train the starter model on generated performances"))
    chosen = parser.parse_args(words)
    return int(chosen.run(chosen) or 0)


def _recital(parser: argparse.ArgumentParser) -> None:
    recital.add_arguments(parser)
    parser.set_defaults(run=recital.run)


def _variants(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=variants)


def variants(_: argparse.Namespace) -> None:
    from ml.models.variants import NAMES, PUBLISHED, variant

    print(f"{'name':28}{'V:A':8}published accuracy on PISA, %")
    for name in NAMES:
        print(f"{name:28}{variant(name).ratio:8}{PUBLISHED.get(name, '')}")


def _grade(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="a recording: mp4, mov or webm")
    parser.add_argument("--model", type=Path, help="a checkpoint; the starter model when not given")
    parser.add_argument("--device", help="cpu or cuda:0; the graphics card where there is one")
    parser.set_defaults(run=grade)


def grade(chosen: argparse.Namespace) -> int:
    """Prepare the recording in a folder that is thrown away, and print its grade as JSON."""
    import ml
    from ml.starter import STARTER

    try:
        grader = ml.load_grader(chosen.model or STARTER, device=chosen.device)
        with tempfile.TemporaryDirectory() as folder:
            ready = ml.prepare(chosen.file, Path(folder))
            given = grader.grade(ready.proxy, ready.crop, duration=ready.proxy_seconds, media_digest=ready.digest)
    except (ml.NotAPerformance, ml.CheckpointError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    print(json.dumps(dataclasses.asdict(given), indent=1))
    return 0


def _describe(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", type=Path)
    parser.set_defaults(run=describe)


def describe(chosen: argparse.Namespace) -> int:
    import ml

    try:
        about = ml.describe(chosen.model)
    except ml.CheckpointError as error:
        print(error, file=sys.stderr)
        return 2
    digest = hashlib.sha256(chosen.model.read_bytes()).hexdigest()
    print(json.dumps({"sha256": digest, **dataclasses.asdict(about)}, indent=1))
    return 0


def _evaluate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", type=Path, help="a checkpoint; the starter model when not given")
    parser.add_argument("--work", type=Path, default=Path("var/starter"), help="where performances are kept")
    parser.add_argument("--seed", type=int, default=1, help="another seed is another hundred and twenty performances")
    parser.add_argument("--json", action="store_true", help="the whole report instead of its table")
    parser.set_defaults(run=evaluate)


def evaluate(chosen: argparse.Namespace) -> int:
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


def _starter(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, default=Path("ml/starter"), help="where weights, card and report go")
    parser.add_argument("--work", type=Path, default=Path("var/starter"), help="where performances and rests are kept")
    parser.add_argument("--performances", type=int, help="to learn from; fewer for a trial")
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.set_defaults(run=starter)


def starter(chosen: argparse.Namespace) -> int:
    from ml.starter.make import Size, make

    size = Size() if chosen.performances is None else Size.of(chosen.performances)
    report = make(
        chosen.out,
        chosen.work,
        size=size,
        seed=chosen.seed,
        epochs=chosen.epochs,
        threads=chosen.threads,
        tell=lambda line: print(line, flush=True),
    )
    print(f"Written to {chosen.out}: weighted kappa {report.branches['fused'].qwk.value:.2f}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
