"""Page data of the time axis: levels, what the model points at, and remarks, all in seconds of the proxy."""

from collections.abc import Sequence
from typing import Any

from grading.models import Autograde, Performance

from .outcome import Outcome
from .pointing import Pointer

DECIMALS = 2  # of a level or a second: more cannot be seen
WINDOW = ("start", "end", "visual", "aural", "fused", "low", "high")  # static/js/lib/along.mjs reads them in this order


def axis(
    performance: Performance, grade: Autograde | None, pointers: Sequence[Pointer], outcome: Outcome | None
) -> dict[str, Any]:
    return {
        "duration": performance.duration or 0,
        "windows": [_short(window) for window in grade.windows] if grade else [],
        "pointers": [
            {"start": pointer.start, "end": pointer.end, "words": pointer.words, "good": pointer.is_good}
            for pointer in sorted(pointers, key=lambda pointer: pointer.start)
        ],
        "remarks": [
            {
                "start": said.remark.start,
                "end": said.remark.end,
                "words": said.in_short,
                "kind": said.remark.mark or "plain",
                "word": said.word,
            }
            for said in (outcome.remarks if outcome else ())
        ],
    }


def _short(window: dict[str, float]) -> list[float]:
    """Without its names, which of ten minutes would be 18 kB."""
    return [round(window[name], DECIMALS) for name in WINDOW]
