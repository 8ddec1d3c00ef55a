"""`python -m ml grade recording.mp4`"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import tempfile
from pathlib import Path

HELP = "grade a recording"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="a recording: mp4, mov or webm")
    parser.add_argument("--model", type=Path, help="a checkpoint; the starter model when not given")
    parser.add_argument("--device", help="cpu or cuda:0; the graphics card where there is one")


def run(chosen: argparse.Namespace) -> int:
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
