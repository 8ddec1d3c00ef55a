"""File to facts, or a refusal a student understands."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import Any

from ml.media import bounded, device
from ml.media.facts import GIB, LIMITS, Limits, MediaFacts, NotAPerformance
from ml.media.sniff import demuxer_for

CHILD = Path(__file__).with_name("probe_child.py")


def probe(path: Path, *, limits: Limits = LIMITS) -> MediaFacts:
    """What the file at `path` is. It is opened in a bounded process, and only by the demuxer that its bytes ask for.

    Raises NotAPerformance with one of `facts.REFUSALS`.
    """
    path = Path(path).resolve()
    size = path.stat().st_size
    if size > limits.max_bytes:
        raise NotAPerformance.because("too_large", size=size / GIB, limit=limits.max_bytes / GIB)
    demuxer = demuxer_for(path)
    answer = _ask(path, demuxer, limits)
    if "refusal" in answer:
        raise NotAPerformance.because(answer["refusal"], **answer["numbers"])
    measured = answer["facts"]
    bit_rate = round(size * 8 / measured["duration"])
    made_with = device.named(*measured.pop("made_with"))
    facts = MediaFacts(**measured, size=size, bit_rate=bit_rate, container=demuxer)
    return dataclasses.replace(facts, device=made_with or device.fingerprint(facts))


def _ask(path: Path, demuxer: str, limits: Limits) -> dict[str, Any]:
    bounds = bounded.Bounds(limits.probe_wall_seconds, limits.probe_cpu_seconds, limits.probe_memory_bytes)
    asked = json.dumps(dataclasses.asdict(limits))
    try:
        said = bounded.run([sys.executable, "-I", CHILD, path, demuxer, asked], bounds)
        answer: dict[str, Any] = json.loads(said)
        return answer
    except bounded.OutOfBounds as stopped:
        code = "timeout" if stopped.what == "time" else "memory"
        raise NotAPerformance.because(code) from stopped
    except (bounded.Failed, ValueError) as failure:
        raise NotAPerformance.because("unreadable") from failure
