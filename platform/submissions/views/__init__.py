from .assignment import assignment, hand_in
from .submission import appeal, frame, progress, submission
from .tus import upload, uploads

__all__ = ["appeal", "assignment", "frame", "hand_in", "progress", "submission", "upload", "uploads"]
