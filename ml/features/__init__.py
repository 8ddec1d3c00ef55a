"""Proxies to what the networks and the pages look at: the crop, log-mel spectrograms and their pictures.

`log_mel` brings torch with it, the others do not; so each is imported when it is asked for.
"""

from importlib import import_module

_HOMES = {
    "FULL_SCALE": "sound",
    "log_mel": "sound",
    "mel_picture": "mel",
    "crop_of": "sight",
    "find_keyboard": "keyboard",
    "propose_crop": "sight",
}
__all__ = list(_HOMES)


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
