"""Files in, grades out: the whole public face of the model. Nothing heavy is imported before it is used."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ml.align import Alignment, align
    from ml.checkpoint import About, CheckpointError, describe
    from ml.data.examples import LabelledExample
    from ml.evaluate import evaluate
    from ml.explain import Explanation, explain
    from ml.explain_pictures import draw
    from ml.features_store import FeaturesError
    from ml.grades import Grade, WindowGrade
    from ml.inference import Grader, load_grader
    from ml.media.facts import Crop, Limits, MediaFacts, NotAPerformance
    from ml.media.probe import probe
    from ml.media.voice import NotAVoice, make_voice
    from ml.models.variants import Variant, variant
    from ml.preparation import Preparation
    from ml.prepare import Prepared, prepare
    from ml.report import Report
    from ml.tempo import Tempo, Wait
    from ml.train import Outcome, Progress, TrainingConfig, TrainingError, train

__all__ = [
    "STARTER",
    "About",
    "Alignment",
    "CheckpointError",
    "Crop",
    "Explanation",
    "FeaturesError",
    "Grade",
    "Grader",
    "LabelledExample",
    "Limits",
    "MediaFacts",
    "NotAPerformance",
    "NotAVoice",
    "Outcome",
    "Preparation",
    "Prepared",
    "Progress",
    "Report",
    "Tempo",
    "TrainingConfig",
    "TrainingError",
    "Variant",
    "Wait",
    "WindowGrade",
    "align",
    "describe",
    "draw",
    "evaluate",
    "explain",
    "load_grader",
    "make_voice",
    "prepare",
    "probe",
    "train",
    "variant",
]

_HOMES = {
    "STARTER": "ml.starter",
    "About": "ml.checkpoint",
    "Alignment": "ml.align",
    "CheckpointError": "ml.checkpoint",
    "Crop": "ml.media.facts",
    "Explanation": "ml.explain",
    "FeaturesError": "ml.features_store",
    "Grade": "ml.grades",
    "Grader": "ml.inference",
    "LabelledExample": "ml.data.examples",
    "Limits": "ml.media.facts",
    "MediaFacts": "ml.media.facts",
    "NotAPerformance": "ml.media.facts",
    "NotAVoice": "ml.media.voice",
    "Outcome": "ml.train",
    "Preparation": "ml.preparation",
    "Prepared": "ml.prepare",
    "Progress": "ml.train",
    "Report": "ml.report",
    "Tempo": "ml.tempo",
    "TrainingConfig": "ml.train",
    "TrainingError": "ml.train",
    "Variant": "ml.models.variants",
    "Wait": "ml.tempo",
    "WindowGrade": "ml.grades",
    "align": "ml.align",
    "describe": "ml.checkpoint",
    "draw": "ml.explain_pictures",
    "evaluate": "ml.evaluate",
    "explain": "ml.explain",
    "load_grader": "ml.inference",
    "make_voice": "ml.media.voice",
    "prepare": "ml.prepare",
    "probe": "ml.media.probe",
    "train": "ml.train",
    "variant": "ml.models.variants",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


class _Face(ModuleType):
    """Importing a submodule puts it on its package: `ml.train` must stay the function all the same."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _HOMES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Face
