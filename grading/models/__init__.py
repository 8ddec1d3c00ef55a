from .grades import Abstention, Autograde, Criterion, Rating, Remark, Result, Rubric, Spoken, Technique, UsualLevel
from .house import PublishFailure, WorkerBeat
from .jobs import Job
from .learning import (
    Asked,
    Bundle,
    Dataset,
    Example,
    LabelRule,
    PlayerPart,
    RetrainingPolicy,
    Round,
    TrainingRun,
)
from .performances import Performance
from .registry import Alarm, Calibration, GateBounds, ModelVersion, Promotion
from .studies import Study

__all__ = [
    "Abstention",
    "Alarm",
    "Asked",
    "Autograde",
    "Bundle",
    "Calibration",
    "Criterion",
    "Dataset",
    "Example",
    "GateBounds",
    "Job",
    "LabelRule",
    "ModelVersion",
    "Performance",
    "PlayerPart",
    "Promotion",
    "PublishFailure",
    "Rating",
    "Remark",
    "Result",
    "RetrainingPolicy",
    "Round",
    "Rubric",
    "Spoken",
    "Study",
    "Technique",
    "TrainingRun",
    "UsualLevel",
    "WorkerBeat",
]
