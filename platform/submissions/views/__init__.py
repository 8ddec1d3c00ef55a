from .assignment import assignment, hand_in
from .compare import compare, compare_step
from .journey import heard, journey, journey_of, practice_weeks
from .progress import progress
from .record import record
from .submission import appeal, frame, submission
from .tus import upload, uploads
from .withdrawal import erase, withdraw

__all__ = [
    "appeal",
    "assignment",
    "compare",
    "compare_step",
    "erase",
    "frame",
    "hand_in",
    "heard",
    "journey",
    "journey_of",
    "practice_weeks",
    "progress",
    "record",
    "submission",
    "upload",
    "uploads",
    "withdraw",
]
