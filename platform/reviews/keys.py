"""What can be done on the desk by one key, and the key it comes with.

The one list: the desk's script and its `?` window get it with the page (reviews/desk.py), the settings page is drawn
from it, and what a teacher changes is checked against it. A key is written as browsers name it (KeyboardEvent.key).
"""

import re
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.lazily import filled

PLAYING, MOMENTS, MARKING = _("Playing"), _("Moments"), _("Marking")

# act: (key, what it does, group)
KEYS: dict[str, tuple[str, str | Promise, str | Promise]] = {
    "play": (" ", _("play or pause"), PLAYING),
    "back": ("ArrowLeft", _("two seconds back"), PLAYING),
    "forward": ("ArrowRight", _("two seconds on"), PLAYING),
    "frame-back": (",", _("one frame back"), PLAYING),
    "frame-forward": (".", _("one frame on"), PLAYING),
    "slower": ("-", _("slower"), PLAYING),
    "faster": ("+", _("faster"), PLAYING),
    "loop-start": ("i", _("begin the loop here"), PLAYING),
    "loop-end": ("o", _("end the loop here and repeat it"), PLAYING),
    "loop-off": ("l", _("stop repeating"), PLAYING),
    "previous-remark": ("p", _("to the remark before"), MOMENTS),
    "next-remark": ("n", _("to the next remark"), MOMENTS),
    "previous-highlight": ("g", _("to the highlight before"), MOMENTS),
    "next-highlight": ("h", _("to the next highlight"), MOMENTS),
    "zoom-in": ("z", _("zoom in on the axis"), MOMENTS),
    "zoom-out": ("x", _("zoom out"), MOMENTS),
    "fit": ("w", _("the whole recording on the axis"), MOMENTS),
    "follow": ("f", _("let the axis follow the playing, or not"), MOMENTS),
    "crop": ("k", _("draw the frame on the picture, or not"), MOMENTS),
    **{
        f"level-{level}": (str(level % 10), filled(_("set level %(level)s"), {"level": level}), MARKING)
        for level in range(1, 11)
    },
    "agree": ("a", _("agree with the model"), MARKING),
    "remark": ("r", _("a remark at this moment"), MARKING),
    "until": ("u", _("let the remark last until this moment"), MARKING),
    "speak": ("s", _("speak a remark, and stop"), MARKING),
    "comment": ("c", _("write the comment"), MARKING),
    "release": ("Ctrl+Enter", _("release"), MARKING),
    "help": ("?", _("show the keys"), MARKING),
}

# These leave a text or move the focus; nobody may lose them.
RESERVED = {"Escape", "Tab", "Enter"}
NAMED = "Arrow(?:Left|Right|Up|Down)|Home|End|PageUp|PageDown|Insert|Delete|Backspace|Enter|F[1-9]|F1[0-2]"
KEY = re.compile(rf"(?:Ctrl\+)?(?:\S| |{NAMED})")


class KeysError(ValueError):
    """Why these keys cannot be used, in words for the teacher."""


def changed(keys: Mapping[str, object]) -> dict[str, str]:
    """Of these keys those that differ from the ones the desk comes with. Raises KeysError."""
    for act, key in keys.items():
        if act not in KEYS:
            raise KeysError(gettext("The desk has nothing called '%(act)s'.") % {"act": act})
        if not isinstance(key, str) or not KEY.fullmatch(key) or key in RESERVED:
            told = {"act": KEYS[act][1]}
            raise KeysError(gettext("Choose another key to %(act)s: this one cannot be used.") % told)
    chosen = {act: str(key) for act, key in keys.items()}
    _refuse_one_key_for_two(in_use(chosen))
    return {act: key for act, key in chosen.items() if key != KEYS[act][0]}


def in_use(chosen: Mapping[str, str]) -> dict[str, str]:
    """Every act with its key: the chosen one, else the one the desk comes with."""
    return {act: chosen.get(act, key) for act, (key, _, _) in KEYS.items()}


def _refuse_one_key_for_two(keys: Mapping[str, str]) -> None:
    taken: dict[str, str] = {}
    for act, key in keys.items():
        pressed = key.lower() if len(key) == 1 else key
        if pressed in taken:
            told = {"key": spoken(key), "one": KEYS[taken[pressed]][1], "other": KEYS[act][1]}
            raise KeysError(gettext("'%(key)s' cannot do two things: %(one)s, and %(other)s.") % told)
        taken[pressed] = act


SIGNS = {" ": _("Space"), "ArrowLeft": "←", "ArrowRight": "→", "ArrowUp": "↑", "ArrowDown": "↓"}


def spoken(key: str) -> str:
    """A key as it is printed on the keyboard; its twin is `written` in static/js/desk/keys.mjs."""
    return " ".join(str(SIGNS.get(part, part.upper() if len(part) == 1 else part)) for part in _parts(key))


def _parts(key: str) -> list[str]:
    return key.split("+", 1) if key.startswith("Ctrl+") else [key]
