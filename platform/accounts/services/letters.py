"""Mail that is to be sent: a row first, so that a mail server that is away loses nothing."""

from collections.abc import Mapping
from typing import Any

from ..models import Guardian, Letter, User


def post(*, user: User, kind: str, about: Mapping[str, Any], guardian: Guardian | None = None) -> Letter | None:
    """None where the person does not want mail of this kind."""
    if kind in user.silenced:
        return None
    return Letter.objects.create(user=user, kind=kind, about=dict(about), guardian=guardian)
