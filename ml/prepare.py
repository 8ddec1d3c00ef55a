"""Recording to everything the site and the grader need, in one call: the media worker's whole task."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ml.features.mel import mel_picture
from ml.features.sight import propose_crop
from ml.media import (
    LIMITS,
    Crop,
    Limits,
    MediaFacts,
    NotAPerformance,
    is_silent,
    make_poster,
    make_proxy,
    peaks,
    picture_length,
    probe,
    read_sound,
)

PROXY, POSTER, MEL, PEAKS = "proxy.mp4", "poster.jpg", "mel.png", "peaks.json"
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
    """Probe `source` and write proxy.mp4, poster.jpg, mel.png and peaks.json into `folder`, which is made if need be.

    Each file appears whole or not at all, and doing it again gives the same, so a worker may be killed at any moment.
    Raises NotAPerformance, and then leaves nothing of its own behind.
    """
    tell = progress or (lambda stage, fraction: None)
    tell("probe", 0.0)
    facts = probe(source, limits=limits)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        return _make(source, folder, facts, tell)
    except NotAPerformance:
        for name in (PROXY, POSTER, MEL, PEAKS):
            (folder / name).unlink(missing_ok=True)
        raise


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
    tell("picture", 0.0)
    make_poster(proxy, poster, at=seconds * POSTER_AT)
    tell("crop", 0.0)
    crop = propose_crop(proxy)
    prepared = Prepared(facts, crop, proxy, poster, mel, loudness, seconds, digest_of(source))
    tell("crop", 1.0)
    return prepared


def digest_of(path: Path) -> str:
    """SHA-256 of the file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(DIGEST_CHUNK):
            digest.update(piece)
    return digest.hexdigest()
