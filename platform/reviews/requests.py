"""What an address or a form says, read without trust."""

import math


def number(value: str | None) -> int | None:
    """A whole number; None for anything else."""
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 19 else None


def moment(value: str | None) -> float:
    """Seconds; not a number for anything else."""
    try:
        return float(value or "")
    except ValueError:
        return math.nan
