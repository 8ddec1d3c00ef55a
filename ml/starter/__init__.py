"""The model that ships with the project: so that the first recording gets a grade. It has never seen a real student."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent
STARTER = FOLDER / "model.safetensors"
CARD = FOLDER / "CARD.md"
REPORT = FOLDER / "report.json"
