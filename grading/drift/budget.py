"""From when on it is an alarm: one chance in twenty, in a school year, that anything rings without cause."""

from __future__ import annotations

from enum import StrEnum


class Quantity(StrEnum):
    """What is watched. Each has an equal share of the chance of a false alarm."""

    DEVICE = "device"
    LOUDNESS = "loudness"
    BRIGHTNESS = "brightness"
    LENGTH = "length"
    GRADES = "grades"
    RESIDUALS = "residuals"
    BY_DEVICE = "residuals by device"
    BY_PIECE = "residuals by piece"
    COVERAGE = "coverage"


PROMISE = 0.9  # of the teachers' levels, by every interval
FALSE_ALARMS = 0.05  # a school year, of all quantities together
SHARE = FALSE_ALARMS / len(Quantity)
# Looks a day for a school year, each at what nearly overlaps with that of the day before, find what so many independent
# looks would (docs/monitoring.md: measured by `python -m grading.drift.simulate`).
LOOKS = 100
QUIET = 0.01  # a chance above this is quiet again


def rings_below(quantity: Quantity) -> float:
    """The chance below which a look at this quantity rings."""
    # The promise is kept or not over half a year, however often one looks (grading/drift/promise.py).
    return SHARE / 2 if quantity == Quantity.COVERAGE else SHARE / LOOKS


# As much may move without mattering, such as what winter, a term's learning or another tuner does: LU, share of the way
# from black to white, natural logarithm of seconds, levels.
TOLERATED = {
    Quantity.LOUDNESS: 1.5,
    Quantity.BRIGHTNESS: 0.05,
    Quantity.LENGTH: 0.1,
    Quantity.GRADES: 0.4,
    Quantity.RESIDUALS: 0.25,
    Quantity.BY_DEVICE: 0.25,
    Quantity.BY_PIECE: 0.25,
}
