"""What the start page asks of students before anything else."""

from collections.abc import Mapping
from typing import Any

from accounts import decisions
from accounts.models import User

from .models import Enrolment


def to_decide(user: User) -> Mapping[str, Any] | None:
    """Only who learns somewhere has recordings to decide about."""
    learns = Enrolment.objects.filter(user=user, role=Enrolment.Role.STUDENT).exists()
    return decisions.to_decide(user) if learns else None
