"""What a change changes, for the history: only the fields that differ, old and new, as JSON."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Model


def apply(row: Model, fields: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Set the fields on the row, which the caller saves; before and after of those that differ."""
    differ = {name: value for name, value in fields.items() if getattr(row, name) != value}
    before = {name: _plain(getattr(row, name)) for name in differ}
    for name, value in differ.items():
        setattr(row, name, value)
    return before, {name: _plain(value) for name, value in differ.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Model) else value
