"""How a run learns: the few settings that a person chooses, and what goes with each depth."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

HEADS, WHOLE = "heads", "whole"
DEPTHS = (HEADS, WHOLE)
# What a run says of itself where nothing else was asked for; every other setting is `ml.TrainingConfig`'s own.
# 'whole' begins at weights that know the matter: a tenth of the step that fresh ones learn with (ml/starter/make.py).
DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    HEADS: {"depth": HEADS, "epochs": 60, "seed": 1},
    WHOLE: {
        "depth": WHOLE,
        "epochs": 12,
        "seed": 1,
        "batch": 8,
        "accumulate": 1,
        "clips": 3,
        "learning_rate": 2e-4,
        "precision": "bf16",
    },
}


@dataclass(frozen=True)
class Bounds:
    low: int
    high: int


# What may be chosen beside the depth.
CHOICES: Mapping[str, Bounds] = {
    "epochs": Bounds(1, 1000),
    "seed": Bounds(0, 2**31 - 1),
    "batch": Bounds(1, 256),
    "accumulate": Bounds(1, 64),
    "clips": Bounds(1, 16),
}


class RecipeError(ValueError):
    """What is wrong with the settings, in a sentence."""


def recipe(chosen: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a run from those that were chosen. Raises RecipeError."""
    depth = chosen.get("depth", HEADS)
    if depth not in DEPTHS:
        raise RecipeError(_("A training is of the depth %(depths)s.") % {"depths": ", ".join(DEPTHS)})
    for name, value in chosen.items():
        if name == "depth":
            continue
        if name not in CHOICES:
            raise RecipeError(_("There is no setting %(name)s to choose.") % {"name": name})
        bounds = CHOICES[name]
        if isinstance(value, bool) or not isinstance(value, int) or not bounds.low <= value <= bounds.high:
            told = {"name": name, "low": bounds.low, "high": bounds.high}
            raise RecipeError(_("The setting %(name)s is a whole number from %(low)s to %(high)s.") % told)
    return {**DEFAULTS[depth], **chosen}
