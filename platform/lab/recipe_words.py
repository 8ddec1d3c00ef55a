"""The settings of a training, the machine it ran on and how it began, in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import localize, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from grading.models import TrainingRun
from grading.services.recipes import HEADS, WHOLE

GIB = 1024**3
DEPTHS: Mapping[str, str | Promise] = {HEADS: _("the heads"), WHOLE: _("the whole network")}
# The fields of ml.TrainingConfig, in the order of a page; tests/lab/test_recipe_words.py holds them together.
SETTINGS: Mapping[str, str | Promise] = {
    "depth": _("What learns"),
    "epochs": _("Times through the labels"),
    "seed": _("Seed of the draws"),
    "batch": _("Recordings of one step"),
    "learning_rate": _("Length of a step, at most"),
    "pull": _("Pull back to where it began"),
    "weight_decay": _("Pull of all weights to nought"),
    "loss": _("What counts as an error"),
    "balance": _("Evening out of rare levels, 0 to 1"),
    "modality_dropout": _("Share learned without picture or sound"),
}
# What only the whole network does, which looks and listens anew at every step.
OF_THE_WHOLE: Mapping[str, str | Promise] = {
    "accumulate": _("Pieces that a step is divided into"),
    "clips": _("Clips drawn from a recording for a step"),
    "validation_clips": _("Clips looked at between the epochs"),
    "precision": _("Precision of the numbers"),
    "crop_jitter": _("The frame moves a little"),
    "mirror": _("Left and right change places"),
    "brightness": _("The light varies, as a share"),
    "gain_db": _("The loudness varies, in decibels"),
    "tempo": _("The tempo varies, as a share"),
    "transpose": _("The pitch varies, in bands"),
}


@dataclass(frozen=True)
class Fact:
    name: str
    value: str


def settings_of(run: TrainingRun) -> list[Fact]:
    """Those that bear on the depth of this run, as far as they are written down."""
    names = SETTINGS if run.config.get("depth") == HEADS else {**SETTINGS, **OF_THE_WHOLE}
    return [Fact(str(label), setting_said(key, run.config[key])) for key, label in names.items() if key in run.config]


def setting_said(key: str, value: Any) -> str:
    if key == "depth":
        return str(DEPTHS.get(value, value))
    if isinstance(value, bool):
        return pgettext("setting", "yes") if value else pgettext("setting", "no")
    return str(localize(value))


def machine_of(run: TrainingRun) -> list[Fact]:
    """Nothing before a worker has begun."""
    return [Fact(str(name), value) for name, value in _machine(run.hardware)] if run.hardware else []


def _machine(hardware: Mapping[str, Any]) -> Iterator[tuple[str | Promise, str]]:
    yield (_("Device"), hardware.get("device", "–"))
    if "memory" in hardware:
        memory = number_format(round(hardware["memory"] / GIB), 0)
        yield (_("Memory"), gettext("%(memory)s GB") % {"memory": memory})
    yield (_("Processes"), str(hardware.get("processes", 1)))
    yield (_("Numbers"), hardware.get("precision", "–"))
    yield (_("torch"), hardware.get("torch", "–"))
