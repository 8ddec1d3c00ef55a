"""A training in several processes of this machine, one per GPU, as seen from the one that waits for it.

`python -m ml.together …` is torchrun, but for one thing: it ends with whoever started it, and its processes with it
(`crew.assembled`), so that a worker that is killed leaves no training behind that nobody reads any more.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from ml.data.examples import LabelledExample, write_examples
from ml.train import Outcome, Progress, TrainingConfig, TrainingError

ROOT = Path(__file__).parents[1]
GOODBYE_SECONDS = 20  # for torchrun to end its processes
COMPLAINT_CHARACTERS = 4000


def train_together(
    examples: Sequence[LabelledExample],
    *,
    start: Path,
    out: Path,
    config: TrainingConfig,
    processes: int,
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> Outcome:
    """What `train` does with `resume`, in so many processes. Whatever `on_progress` raises ends them all.

    Raises TrainingError with what one of them said, RuntimeError where they broke.
    """
    listed = out.with_name("examples.jsonl")
    write_examples(examples, listed)
    words = ["--standalone", "--nproc-per-node", processes, "-m", "--", "ml", "train", "--json", "--resume"]
    words += ["--examples", listed, "--start", start, "--out", out, "--depth", config.depth]
    words += ["--config", json.dumps(dataclasses.asdict(config))]
    with tempfile.TemporaryFile("w+") as complaints, _running(words, complaints) as process:
        assert process.stdout is not None
        outcome = _heard(process.stdout, on_progress)
        if process.wait() or outcome is None:
            complaints.seek(0)
            raise RuntimeError(f"The processes ended with {process.returncode}: {_tail(complaints)}")
    return outcome


@contextlib.contextmanager
def _running(words: Sequence[Any], complaints: IO[str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "ml.together", *map(str, words)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=complaints,
        text=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(GOODBYE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _heard(lines: Iterable[str], on_progress: Callable[[Progress], None]) -> Outcome | None:
    """Hand on each epoch as it is told, until all processes have ended; what came out, if anything did."""
    outcome = None
    for line in lines:
        told = _object(line)
        if "refused" in told:
            raise TrainingError(told["refused"])
        if "checkpoint" in told:
            outcome = Outcome(**told | {"checkpoint": Path(told["checkpoint"])})
        elif "epoch" in told:
            on_progress(Progress(**told))
    return outcome


def _object(line: str) -> dict[str, Any]:
    """What `python -m ml train --json` says in one line; nothing where a library speaks."""
    try:
        told = json.loads(line)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _tail(complaints: IO[str]) -> str:
    return complaints.read()[-COMPLAINT_CHARACTERS:].strip()


if __name__ == "__main__":
    from torch.distributed.run import main

    from ml.media.cage import die_with_parent

    die_with_parent()
    main()
