"""What the desk's picture and time axis need to know of a recording."""

from typing import Any

from grading.models import Autograde, Performance

from .keys import KEYS

# Seconds of one tile of the picture of the sound (ml/features/mel.py).
TILE_SECONDS = 20
DECIMALS = 2  # of a level or a second: more cannot be seen, and of ten minutes they would be 20 kB


def page(performance: Performance, autograde: Autograde | None) -> dict[str, Any]:
    facts = performance.facts
    return {
        "windows": [_short(window) for window in autograde.windows] if autograde else [],
        "crop": performance.crop,
        "size": [facts["width"], facts["height"]] if {"width", "height"} <= facts.keys() else None,
        "tiles": TILE_SECONDS if (performance.folder / "mel-000.png").is_file() else None,
        "keys": [{"act": act, "key": key, "label": label, "group": group} for act, (key, label, group) in KEYS.items()],
    }


def _short(window: dict[str, float]) -> dict[str, float]:
    return {name: round(value, DECIMALS) for name, value in window.items()}
