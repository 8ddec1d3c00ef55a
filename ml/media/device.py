"""What a recording was made with, as far as its file says: the model of the phone, never which one it is or where."""

from __future__ import annotations

from ml.media.facts import MediaFacts

LONGEST = 60  # characters of a name that a stranger's file gives
RATES = (5, 10, 15, 20, 24, 30, 50, 60, 120, 240)  # pictures a second that cameras aim at; what they reach varies
KINDS = {"mov": "mp4", "matroska": "webm"}


def named(make: str, model: str) -> str:
    """'Apple iPhone 13' from the two tags of a file; '' where it names no model."""
    make, model = _clean(make), _clean(model)
    if not model or model.casefold().startswith(make.casefold()):
        return model
    return f"{make} {model}"[:LONGEST]


def fingerprint(facts: MediaFacts) -> str:
    """'mp4, h264, 1920×1080, 30/s': recordings of one phone or browser share it, however it is held."""
    long, short = max(facts.width, facts.height), min(facts.width, facts.height)
    rate = min(RATES, key=lambda each: abs(each / facts.frame_rate - 1))
    return f"{KINDS.get(facts.container, facts.container)}, {facts.video_codec}, {long}×{short}, {rate}/s"


def _clean(tag: str) -> str:
    return " ".join("".join(each if each.isprintable() else " " for each in tag).split())[:LONGEST].strip()
