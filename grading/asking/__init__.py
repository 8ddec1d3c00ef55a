"""Which recordings to have rated next, and what labels have bought so far: numbers in, numbers out, no rows."""

from .bought import FEWEST_POINTS, Curve, Gain, Measured, fit
from .choosing import Candidate, Choice, availability, choose
from .uncertainty import uncertainty

__all__ = [
    "FEWEST_POINTS",
    "Candidate",
    "Choice",
    "Curve",
    "Gain",
    "Measured",
    "availability",
    "choose",
    "fit",
    "uncertainty",
]
