"""Where the model looks, and how sure it is that keyboard and hands are there."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from grading.models import Performance

from .forms import FrameForm

SURE = 0.5  # of the confidence of a proposal (ml/features/sight.py)


@dataclass(frozen=True)
class Framing:
    form: FrameForm
    words: str
    is_sure: bool


def framing(performance: Performance) -> Framing | None:
    """None until there is a picture."""
    if performance.crop is None or not performance.is_playable:
        return None
    words, is_sure = _said(performance.crop, moved=performance.crop_moved_by_id is not None)
    return Framing(FrameForm(initial=performance.crop), words, is_sure)


def _said(crop: dict[str, Any], *, moved: bool) -> tuple[str, bool]:
    if moved:
        return _("This frame was drawn by hand."), True
    confidence = crop.get("confidence", 0.0)
    if confidence >= SURE:
        return _("The keyboard was found; this is the frame that follows from it."), True
    if confidence > 0:
        return _("We are not sure that we found the keyboard; please check the frame."), False
    return _("No keyboard was found, so the model looks at the whole picture. Please draw the frame around it."), False
