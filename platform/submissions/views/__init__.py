from .assignment import assignment, hand_in
from .submission import appeal, frame, progress, submission
from .tus import upload, uploads
from .withdrawal import erase, withdraw

__all__ = ["appeal", "assignment", "erase", "frame", "hand_in", "progress", "submission", "upload", "uploads", "withdraw"]
