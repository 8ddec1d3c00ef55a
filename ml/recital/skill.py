"""From a level to what can be heard and what can be seen: the curves.

A level is first turned into *weakness* ``w = (10 - skill) / 9`` (0 at level 10, 1 at level 1). Every quantity then runs
from its best to its worst value evenly in its square root, ``(sqrt(best) (1 - w) + sqrt(worst) w) ** 2``: between the
even steps that the eye needs and the even ratios that the ear needs, monotone over the whole range.

One performance is not its label. On the day, the audible and the visible skill scatter **independently** around the
level (normal, FORM levels, clipped to 0.5..10.5), so neither modality alone can be right and the two together are
better; within what is heard, timing, accuracy, dynamics and pedalling each scatter by BIAS levels around the audible
skill.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from ml.recital.recital import Recital, stream

FORM = 1.0  # standard deviation of a day's audible and visible skill, levels
BIAS = 0.5  # standard deviation of a criterion around the audible skill, levels
LOWEST, HIGHEST = 0.5, 10.5

Curve = tuple[float, float]  # value at level 10, value at level 1

CURVES: Mapping[str, Curve] = MappingProxyType(
    {
        # timing
        "scatter": (0.006, 0.085),  # standard deviation of an onset, s
        "hands_apart": (0.003, 0.050),  # standard deviation between the hands, s
        "drift": (0.015, 0.200),  # tempo wander, share of the tempo
        "hesitation": (0.002, 0.140),  # chance of a stop before an onset
        "hesitation_length": (0.15, 0.80),  # mean length of a stop, s
        "restart": (0.0003, 0.025),  # chance of going back a few notes, per onset
        "ragged": (0.02, 0.45),  # share by which a note is cut short or held over
        # accuracy
        "wrong": (0.002, 0.160),  # chance of a neighbouring key
        "missed": (0.001, 0.080),  # chance of leaving a note out
        "brushed": (0.001, 0.110),  # chance of touching the next key too
        # dynamics
        "uneven": (2.5, 22.0),  # standard deviation of a note's velocity, MIDI units
        "voicing": (16.0, 1.5),  # melody above accompaniment, MIDI units
        "arc": (18.0, 1.5),  # swell and fall of a phrase, MIDI units
        # pedalling
        "pedal_late": (0.04, 0.70),  # how long the old harmony is held over, s
        "pedal_forgotten": (0.004, 0.45),  # chance of not changing at all
        # posture and movement
        "flat": (0.06, 1.00),  # 0: arched hand and curved fingers, 1: collapsed and straight
        "tremor": (0.7, 9.0),  # fast shake of wrist and forearm, mm
        "pump": (1.5, 24.0),  # needless dip of the wrist with each note, mm
        "sway": (1.5, 16.0),  # slow needless movement to the side, mm
        "elbow": (5.0, 54.0),  # swing of the elbow, mm
        "splay": (1.0, 13.0),  # idle fingers spread, mm per finger
        "lift": (3.0, 30.0),  # height of idle fingers over the keys, mm
        "jump": (0.62, 0.07),  # share of the free time used for a change of position
        "kick": (0.5, 15.0),  # turn of the hand at a jump or a crossing, degrees
    }
)

CRITERIA: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "timing": ("scatter", "hands_apart", "drift", "hesitation", "hesitation_length", "restart", "ragged"),
        "accuracy": ("wrong", "missed", "brushed"),
        "dynamics": ("uneven", "voicing", "arc"),
        "pedalling": ("pedal_late", "pedal_forgotten"),
        "posture": ("flat", "tremor", "pump", "sway", "elbow", "splay", "lift", "jump", "kick"),
    }
)


@dataclass(frozen=True)
class Skill:
    """The skill of one performance: heard, seen, and per criterion (levels), with the quantities that follow."""

    level: int
    audible: float
    visible: float
    criteria: Mapping[str, float]
    values: Mapping[str, float]

    def __getitem__(self, name: str) -> float:
        return self.values[name]


def curve(name: str, skill: float) -> float:
    """The value of one quantity at a skill from 0.5 to 10.5."""
    best, worst = CURVES[name]
    weakness = (10.0 - skill) / 9.0
    return float((np.sqrt(best) * (1 - weakness) + np.sqrt(worst) * weakness) ** 2)


def on_the_day(recital: Recital) -> Skill:
    """Draw the form of the day and everything that follows from it."""
    random = stream(recital, "form")
    audible, visible = np.clip(recital.level + FORM * random.standard_normal(2), LOWEST, HIGHEST)
    bias = BIAS * random.standard_normal(4)
    heard = np.clip(audible + bias - bias.mean(), LOWEST, HIGHEST)
    criteria = {**dict(zip(CRITERIA, heard.tolist(), strict=False)), "posture": float(visible)}
    values = {name: curve(name, criteria[criterion]) for criterion, names in CRITERIA.items() for name in names}
    return Skill(recital.level, float(audible), float(visible), MappingProxyType(criteria), MappingProxyType(values))
