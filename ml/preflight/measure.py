"""What one check has measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Measure:
    """A number in the check's own unit, how sure it is (0: cannot tell, to 1), and the second where it shows best."""

    value: float
    confidence: float
    at: float | None = None
    detail: Mapping[str, float | str] = field(default_factory=dict)


CANNOT_TELL = Measure(0.0, 0.0)
