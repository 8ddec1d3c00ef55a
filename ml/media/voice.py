"""A spoken remark, as a browser's recorder writes it, to the one file that everybody hears.

Browsers write webm (often without a length), mp4 or ogg. What comes out is mono AAC in an m4a, without the original's
metadata.
"""

from __future__ import annotations

import os
from pathlib import Path

import imageio_ffmpeg

from ml.media import bounded
from ml.media.facts import GIB, MIB
from ml.media.sniff import MP4_BOXES
from ml.media.sound import RATE, is_silent, read_sound

MAX_SECONDS = 125.0  # two minutes, and a breath more than a recorder that stops at two
DECODERS = "opus,libopus,vorbis,aac,alac,flac,mp3float,mp3,pcm_s16le"
BIT_RATE = "64k"  # bits per second
BOUNDS = bounded.Bounds(wall_seconds=90, cpu_seconds=60, memory_bytes=GIB, file_bytes=4 * MIB)

_SENTENCES = {
    "empty": "Nothing was recorded. Please look at the microphone and speak again.",
    "silent": "This remark is silent from beginning to end. Please look at the microphone and speak again.",
    "no_sound": "There is no sound in this file. Please record the remark again.",
    "too_long": "A spoken remark lasts two minutes at most. Please say it in two parts.",
    "unreadable": "This remark could not be read. Please record it again.",
}


class NotAVoice(Exception):
    """The file holds no remark that could be played. `code` is for programs, `sentence` for whoever spoke."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        self.sentence = _SENTENCES[code]

    def __str__(self) -> str:
        return self.sentence


def make_voice(source: Path, out: Path) -> float:
    """Write what was spoken in `source` to `out`, and return its length in seconds.

    `out` appears whole or not at all. Raises NotAVoice with one of the codes above.
    """
    source, out = Path(source).resolve(), Path(out).resolve()
    demuxer = _demuxer_for(source)
    out.parent.mkdir(parents=True, exist_ok=True)
    half_done = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        _transcode(source, demuxer, half_done)
        sound = read_sound(half_done)  # our own file now, no longer a stranger's
        seconds = len(sound) / RATE
        if seconds > MAX_SECONDS:
            raise NotAVoice("too_long")
        if is_silent(sound):
            raise NotAVoice("silent")
        os.replace(half_done, out)
    finally:
        half_done.unlink(missing_ok=True)
    return seconds


def _demuxer_for(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(16)
    if not head:
        raise NotAVoice("empty")
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "matroska"
    if head.startswith(b"OggS"):
        return "ogg"
    if head[4:8] in MP4_BOXES:
        return "mov"
    raise NotAVoice("unreadable")


def _transcode(source: Path, demuxer: str, out: Path) -> None:
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(),
        *("-nostdin", "-hide_banner", "-v", "error", "-y"),
        *("-protocol_whitelist", "file", "-format_whitelist", demuxer, "-codec_whitelist", DECODERS, "-f", demuxer),
        *("-threads", "1", "-i", f"file:{source}", "-map", "0:a:0", "-vn", "-sn", "-dn"),
        *("-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact"),
        # One second more than allowed is enough to tell that it is too long.
        *("-t", MAX_SECONDS + 1, "-c:a", "aac", "-b:a", BIT_RATE, "-ar", RATE, "-ac", "1"),
        *("-movflags", "+faststart", "-f", "mp4", out),
    ]
    try:
        bounded.run([str(word) for word in command], BOUNDS)
    except bounded.OutOfBounds as stopped:
        raise NotAVoice("unreadable") from stopped
    except bounded.Failed as failure:
        raise NotAVoice("no_sound" if "matches no streams" in str(failure) else "unreadable") from failure
