"""What a checkpoint says of itself, read from the head of its file: without torch, and without its weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

KEY = "clavier"  # of our text among the metadata of a safetensors file
LONGEST = 100 << 20  # bytes of a head; as the format's own readers allow


def about(path: Path) -> dict[str, Any]:
    """Variant, preparation, conformal quantile and what else `checkpoint.About` holds, as plain values.

    A safetensors file begins with the length of its head in eight bytes, little end first, then the head as JSON.
    Raises ValueError for a file that is none, or none of ours.
    """
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            told = json.loads(json.loads(file.read(min(length, LONGEST)))["__metadata__"][KEY])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path.name} is not one of our model files.") from error
    if not isinstance(told, dict):
        raise ValueError(f"{path.name} is not one of our model files.")
    return told
