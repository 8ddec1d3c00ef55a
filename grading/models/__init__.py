from .grades import Abstention, Autograde, Criterion, Rating, Remark, Result, Rubric, Spoken, Technique, UsualLevel
from .house import PublishFailure, WorkerBeat
from .jobs import Job
from .learning import Dataset, Example, PlayerPart, RetrainingPolicy, TrainingRun
from .performances import Performance
from .registry import ModelVersion, Promotion
from .studies import Study

__all__ = [
    "Abstention",
    "Autograde",
    "Criterion",
    "Dataset",
    "Example",
    "Job",
    "ModelVersion",
    "Performance",
    "PlayerPart",
    "Promotion",
    "PublishFailure",
    "Rating",
    "Remark",
    "Result",
    "RetrainingPolicy",
    "Rubric",
    "Spoken",
    "Study",
    "Technique",
    "TrainingRun",
    "UsualLevel",
    "WorkerBeat",
]
