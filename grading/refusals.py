"""What a student reads of a file that is no performance: `ml`'s sentences by their code, in the reader's language.

tests/grading/test_checks.py holds them together with those of ml/media/facts.py.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _


def refusal(code: str, numbers: Mapping[str, Any]) -> str:
    """The sentence of a code, with the numbers that `ml` has measured."""
    return REFUSALS[code]() % {name: _said(code, name, value) for name, value in numbers.items()}


# Decimals of a number in a sentence; every other is whole.
_DECIMALS = {
    ("too_short", "seconds"): 1,
    ("too_large", "size"): 1,
    ("too_large", "limit"): 1,
    ("frame_rate", "rate"): 1,
}
_PARTS: dict[str, Callable[[], str]] = {
    "picture": lambda: _("picture"),
    "sound": lambda: _("sound"),
    "picture or sound": lambda: _("picture or sound"),
}


def _said(code: str, name: str, value: Any) -> str:
    if isinstance(value, str):
        return _PARTS[value]() if value in _PARTS else value
    decimals = _DECIMALS.get((code, name), 0)
    return number_format(round(value, decimals), decimal_pos=decimals)


REFUSALS: dict[str, Callable[[], str]] = {
    "empty": lambda: _("This file is empty: nothing arrived in it. Please send the recording again."),
    "web_page": lambda: _("This file is a web page, not a recording. Save the video itself and send that."),
    "playlist": lambda: _("This file is only a list that points to other files. Please send the video file itself."),
    "unreadable": lambda: _(
        "We could not read this file as a video. Please send it just as your phone or camera made it (mp4, mov or "
        "webm)."
    ),
    "codec": lambda: _(
        "This video is packed in a way we do not know (%(codec)s). Please export it as an mp4 and send that."
    ),
    "damaged": lambda: _(
        "Parts of this file are damaged: its %(part)s cannot be played. Please copy it from your phone or camera again "
        "and send the copy."
    ),
    "truncated": lambda: _(
        "The end of this file is missing, as if it was cut off on the way. Please send the recording again."
    ),
    "no_video": lambda: _("There is no moving picture in this file. We need to see your hands: please record a video."),
    "no_audio": lambda: _("There is no sound in this video. Please record again with the microphone switched on."),
    "silent": lambda: _(
        "The sound of this video is silent from beginning to end. Please check the microphone and record again."
    ),
    "too_long": lambda: _(
        "This recording lasts %(minutes)s minutes, and at most %(limit)s are possible. Please cut it, or send one "
        "piece at a time."
    ),
    "too_short": lambda: _(
        "This recording lasts only %(seconds)s seconds, too short to judge. It needs at least %(limit)s."
    ),
    "too_large": lambda: _(
        "This file is %(size)s GB large, and at most %(limit)s GB are possible. Please record in a lower quality "
        "(1080p is plenty) or cut the beginning and the end."
    ),
    "dimensions": lambda: _(
        "The picture is %(width)s × %(height)s dots, which we cannot use. Please record in a usual size, such as "
        "1280 × 720 or 1920 × 1080."
    ),
    "frame_rate": lambda: _(
        "This video shows only %(rate)s pictures per second, so your hands cannot be followed. Please record with at "
        "least 24."
    ),
    "timeout": lambda: _("Reading this file took too long, so we stopped. Please export it as an mp4 and send that."),
    "memory": lambda: _(
        "Reading this file needed too much memory, so we stopped. Please export it as an mp4 in 1080p and send that."
    ),
}
