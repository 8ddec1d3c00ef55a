from .grades import Autograde, Criterion, Rating, Remark, Result, Rubric
from .house import PublishFailure, WorkerBeat
from .jobs import Job
from .learning import Dataset, Example, PlayerPart, RetrainingPolicy, TrainingRun
from .performances import Performance
from .registry import ModelVersion, Promotion

__all__ = [
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
    "TrainingRun",
    "WorkerBeat",
]
