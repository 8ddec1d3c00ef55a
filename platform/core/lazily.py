"""A translated sentence with its places filled, made when it is shown: for choices and labels of a module."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise, lazy


def _fill(words: str | Promise, named: Mapping[str, Any]) -> str:
    return str(words) % named


filled = lazy(_fill, str)
