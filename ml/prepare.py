"""Recording to everything the site and the grader need, in one call: the media worker's whole task."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import shutil
import socket
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ml.features.mel import mel_picture, mel_tiles
from ml.features.sight import propose_crop
from ml.media import (
    LIMITS,
    Crop,
    Limits,
    MediaFacts,
    NotAPerformance,
    gauge,
    is_silent,
    make_poster,
    make_proxy,
    peaks,
    picture_length,
    probe,
    read_sound,
)

PROXY, POSTER, MEL, PEAKS = "proxy.mp4", "poster.jpg", "mel.png", "peaks.json"
ASIDE = ".making-"  # then host and process: whose half-made files these are
POSTER_AT = 0.5  # share of the recording: by then hands are on the keys
DIGEST_CHUNK = 1 << 20  # bytes

Progress = Callable[[str, float], None]  # stage (probe, proxy, sound, picture, crop), fraction of that stage


@dataclass(frozen=True)
class Prepared:
    """A recording made ready. Times are seconds from the proxy's start."""

    facts: MediaFacts
    crop: Crop
    proxy: Path
    poster: Path
    mel: Path
    peaks: list[float]  # 50 a second, 0 to 1
    proxy_seconds: float
    digest: str  # SHA-256 of the file as it was handed in


def prepare(
    source: Path,
    folder: Path,
    *,
    limits: Limits = LIMITS,
    progress: Progress | None = None,
) -> Prepared:
    """Probe `source` and write proxy.mp4, poster.jpg, mel.png with its tiles and peaks.json into `folder`, which is
    made if need be.

    They are made aside and moved in at the end, each whole, so a worker may be killed at any moment and two may work at
    once; doing it again gives the same. Raises NotAPerformance, and then leaves nothing behind.
    """
    tell = progress or (lambda stage, fraction: None)
    tell("probe", 0.0)
    facts = probe(source, limits=limits)
    folder.mkdir(parents=True, exist_ok=True)
    _clear_away(folder)
    aside = Path(tempfile.mkdtemp(prefix=f"{ASIDE}{socket.gethostname()}-{os.getpid()}-", dir=folder))
    try:
        prepared = _make(source, aside, facts, tell)
        for made in sorted(aside.iterdir()):
            os.replace(made, folder / made.name)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        if not any(folder.iterdir()):
            folder.rmdir()
    tell("crop", 1.0)
    return dataclasses.replace(prepared, proxy=folder / PROXY, poster=folder / POSTER, mel=folder / MEL)


def _clear_away(folder: Path) -> None:
    """Remove what killed workers of this host left half made."""
    for left in folder.glob(f"{ASIDE}{socket.gethostname()}-*"):
        pid = int(left.name.rsplit("-", 2)[1])
        if pid == os.getpid() or not _alive(pid):
            shutil.rmtree(left, ignore_errors=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _make(source: Path, folder: Path, facts: MediaFacts, tell: Progress) -> Prepared:
    proxy, poster, mel = folder / PROXY, folder / POSTER, folder / MEL
    make_proxy(source, proxy, facts=facts, progress=lambda fraction: tell("proxy", fraction))
    seconds = picture_length(proxy)
    tell("sound", 0.0)
    sound = read_sound(proxy)
    if is_silent(sound):
        raise NotAPerformance.because("silent")
    loudness = peaks(sound)
    (folder / PEAKS).write_text(json.dumps(loudness))
    mel_picture(sound, mel)
    mel_tiles(sound, folder)
    tell("picture", 0.0)
    make_poster(proxy, poster, at=seconds * POSTER_AT)
    tell("crop", 0.0)
    crop = propose_crop(proxy)
    gauged = gauge(proxy, seconds=seconds)
    facts = dataclasses.replace(facts, loudness=gauged.loudness, brightness=gauged.brightness)
    return Prepared(facts, crop, proxy, poster, mel, loudness, seconds, digest_of(source))


def digest_of(path: Path) -> str:
    """SHA-256 of the file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(DIGEST_CHUNK):
            digest.update(piece)
    return digest.hexdigest()
