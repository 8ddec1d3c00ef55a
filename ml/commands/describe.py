"""`python -m ml describe model.safetensors`"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import sys
from pathlib import Path

HELP = "tell what a model file says of itself"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", type=Path)


def run(chosen: argparse.Namespace) -> int:
    import ml

    try:
        about = ml.describe(chosen.model)
    except ml.CheckpointError as error:
        print(error, file=sys.stderr)
        return 2
    digest = hashlib.sha256(chosen.model.read_bytes()).hexdigest()
    print(json.dumps({"sha256": digest, **dataclasses.asdict(about)}, indent=1))
    return 0
