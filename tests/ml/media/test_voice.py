"""A spoken remark, from what browsers write to the one file that everybody hears."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from ml.media import read_sound
from ml.media.voice import MAX_SECONDS, NotAVoice, make_voice
from tests.ml.media.files import ffmpeg, film, numbered

# What MediaRecorder writes: Chromium and Firefox (without a length), Safari (in fragments), older Firefox.
KINDS = {
    "webm": ("-c:a", "libopus", "-f", "webm", "-live", "1"),
    "mp4": ("-c:a", "aac", "-f", "mp4", "-movflags", "frag_keyframe+empty_moov"),
    "ogg": ("-c:a", "libopus", "-f", "ogg"),
}
TOLD = ("-metadata", "title=Taken at home", "-metadata:s:a:0", "title=Taken at home")


def spoken(path: Path, *, seconds: float = 2, kind: str = "webm", source: str = "sine=440", channels: int = 2) -> Path:
    ffmpeg("-f", "lavfi", "-i", source, "-t", seconds, "-ac", channels, *TOLD, *KINDS[kind], path)
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_browser_records_becomes_one_channel_of_aac(tmp_path: Path, kind: str) -> None:
    source, out = spoken(tmp_path / "source", kind=kind), tmp_path / "folder" / "voice.m4a"
    seconds = make_voice(source, out)
    assert seconds == pytest.approx(2, abs=0.1)
    with av.open(str(out)) as made:
        sound = made.streams.audio[0].codec_context
        assert (made.format.name.split(",")[0], sound.name, sound.layout.nb_channels) == ("mov", "aac", 1)
    heard = np.abs(np.fft.rfft(read_sound(out)))
    assert heard.argmax() / seconds == pytest.approx(440, abs=3)


def test_nothing_of_the_recorders_own_words_is_kept(tmp_path: Path) -> None:
    source, out = spoken(tmp_path / "source"), tmp_path / "voice.m4a"
    make_voice(source, out)
    assert b"Taken at home" in source.read_bytes()
    assert b"Taken at home" not in out.read_bytes()


def test_a_picture_that_came_along_is_left_out(tmp_path: Path) -> None:
    source, out = film(tmp_path / "film.mp4", numbered(30)), tmp_path / "voice.m4a"
    make_voice(source, out)
    with av.open(str(out)) as made:
        assert [stream.type for stream in made.streams] == ["audio"]


def refused(source: Path) -> str:
    out = source.with_name("voice.m4a")
    with pytest.raises(NotAVoice) as refusal:
        make_voice(source, out)
    assert [path.name for path in source.parent.iterdir() if "voice" in path.name] == []
    assert str(refusal.value).endswith(".")
    return refusal.value.code


def test_silence_is_told(tmp_path: Path) -> None:
    assert refused(spoken(tmp_path / "source", source="anullsrc")) == "silent"


def test_two_minutes_are_the_most(tmp_path: Path) -> None:
    assert refused(spoken(tmp_path / "long", seconds=MAX_SECONDS + 20)) == "too_long"
    assert make_voice(spoken(tmp_path / "right", seconds=120), tmp_path / "voice.m4a") == pytest.approx(120, abs=0.1)


def test_a_picture_without_sound_is_no_remark(tmp_path: Path) -> None:
    source = film(tmp_path / "film.mp4", numbered(30), np.zeros(0), codecs=("-c:v", "libx264"))
    assert refused(source) == "no_sound"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"#EXTM3U\nfile:///etc/passwd\n", "unreadable"),
        (b"\x1aE\xdf\xa3" + b"nothing that follows" * 40, "unreadable"),
        (b"OggS" + bytes(4000), "unreadable"),
    ],
)
def test_what_is_no_recording_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    source = tmp_path / "source"
    source.write_bytes(content)
    assert refused(source) == code
