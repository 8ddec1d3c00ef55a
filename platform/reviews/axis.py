"""What the desk's picture and time axis need to know of a recording."""

from typing import Any

from grading.models import Performance

from .keys import KEYS

# Seconds of one tile of the picture of the sound (ml/features/mel.py).
TILE_SECONDS = 20


def page(performance: Performance) -> dict[str, Any]:
    facts = performance.facts
    return {
        "crop": performance.crop,
        "size": [facts["width"], facts["height"]] if {"width", "height"} <= facts.keys() else None,
        "tiles": TILE_SECONDS if (performance.folder / "mel-000.png").is_file() else None,
        "keys": [{"act": act, "key": key, "label": label, "group": group} for act, (key, label, group) in KEYS.items()],
    }
