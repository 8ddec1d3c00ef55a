"""What was found in a recording before it counted, wherever a page tells of it in a line."""

from typing import Any

from django import template

from grading import checks

register = template.Library()


@register.filter
def found(finding: dict[str, Any]) -> str:
    """The finding in the reader's language."""
    return checks.sentence(finding)
