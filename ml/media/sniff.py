"""Which demuxer a file's first bytes ask for. A name's ending is never looked at."""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import BinaryIO

from ml.media.facts import NotAPerformance

HEAD_BYTES = 4096
MP4_BOXES = {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"styp", b"moof"}
NEEDED_BOXES = {b"moov", b"mdat", b"moof"}  # those that must lie inside the file as a whole
SOUND_ONLY = (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf1", b"fLaC", b"OggS", b"MThd", b"FORM")
PLAYLISTS = (b"#extm3u", b"ffconcat", b"[playlist]", b"#extinf", b"<?xml", b"<smil", b"<mpd", b"<asx")
MPEGTS_PACKET = 188


def demuxer_for(path: Path) -> str:
    """The name of the one demuxer that may open `path`: mov, matroska, avi or mpegts.

    Raises NotAPerformance: empty, truncated, playlist, web_page, no_video, unreadable.
    """
    size = path.stat().st_size
    if size == 0:
        raise NotAPerformance.because("empty")
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        if head[4:8] in MP4_BOXES:
            _refuse_cut_off_boxes(file, size)
            return "mov"
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "matroska"
    if head.startswith(b"RIFF") and head[8:12] == b"AVI ":
        return "avi"
    if len(head) > 2 * MPEGTS_PACKET and all(head[i * MPEGTS_PACKET] == 0x47 for i in range(3)):
        return "mpegts"
    raise NotAPerformance.because(_what_else(head))


def _what_else(head: bytes) -> str:
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not head.strip(b"\0"):
        return "truncated"
    if text.startswith((b"<!doctype html", b"<html", b"<head", b"<body")) or b"<html" in text:
        return "web_page"
    if text.startswith(PLAYLISTS) or b"\nfile " in b"\n" + text or b"\n#extinf" in text:
        return "playlist"
    if head.startswith(SOUND_ONLY) or (head.startswith(b"RIFF") and head[8:12] == b"WAVE"):
        return "no_video"
    return "unreadable"


def _refuse_cut_off_boxes(file: BinaryIO, size: int) -> None:
    """An mp4 is a row of boxes that say how long they are. One that reaches past the end was cut off.

    A browser writes one fragment after the other: what was recorded until the tab crashed plays as far as it goes.
    """
    at, seen = 0, set()
    while at + 8 <= size:
        file.seek(at)
        length, kind = struct.unpack(">I4s", file.read(8))
        if length == 1 and at + 16 <= size:
            (length,) = struct.unpack(">Q", file.read(8))
        elif length == 0:
            length = size - at
        if length < 8:
            break
        if at + length > size and kind in NEEDED_BOXES and not seen >= NEEDED_BOXES:
            raise NotAPerformance.because("truncated")
        seen.add(kind)
        at += length
    file.seek(0, os.SEEK_SET)
    if b"mdat" in seen and b"moov" not in seen:
        raise NotAPerformance.because("truncated")
