from .assignment import assignment, hand_in
from .record import record
from .submission import appeal, frame, progress, submission
from .tus import upload, uploads
from .withdrawal import erase, withdraw

__all__ = ["appeal", "assignment", "erase", "frame", "hand_in", "progress", "record", "submission", "upload", "uploads", "withdraw"]
