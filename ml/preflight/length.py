"""Does it last as long as the piece?"""

from __future__ import annotations

from ml.preflight.measure import CANNOT_TELL, Measure

LIMIT = 0.0  # seconds: the teacher has said how long it takes


def length(seconds: float, *, shortest: float | None, longest: float | None) -> Measure:
    """Seconds by which a recording of `seconds` is shorter or longer than was asked; 0 or less within the bounds."""
    if shortest is not None and seconds < shortest:
        return Measure(shortest - seconds, 1.0, seconds, {"seconds": seconds, "limit": shortest})
    if longest is not None and seconds > longest:
        return Measure(seconds - longest, 1.0, float(longest), {"seconds": seconds, "limit": longest})
    return CANNOT_TELL
