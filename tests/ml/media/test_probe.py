"""What is a performance and what is not, told from the bytes alone."""

from __future__ import annotations

import errno
import os
import struct
import threading
import time
from pathlib import Path

import av
import numpy as np
import pytest

from ml.media import LIMITS, Limits, NotAPerformance, probe
from ml.media.facts import REFUSALS
from ml.media.probe import _ask
from tests.ml.media.files import AAC, H264, VP8, clicks, ffmpeg, film, numbered, recordings, write_wave


@pytest.fixture(scope="module")
def mp4(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("films") / "plain.mp4", options=("-g", "30"))


@pytest.fixture(scope="module")
def webm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("films") / "plain.webm", codecs=VP8)


def refused(path: Path, limits: Limits = LIMITS) -> str:
    with pytest.raises(NotAPerformance) as refusal:
        probe(path, limits=limits)
    assert refusal.value.code in REFUSALS
    sentence = str(refusal.value)
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert "{" not in sentence
    return refusal.value.code


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_it_measures_an_mp4(mp4: Path) -> None:
    facts = probe(mp4)
    assert facts.duration == pytest.approx(3.0, abs=0.05)
    assert (facts.width, facts.height, facts.rotation) == (192, 128, 0)
    assert facts.frame_rate == pytest.approx(30, abs=0.1)
    assert (facts.video_codec, facts.audio_codec, facts.container) == ("h264", "aac", "mov")
    assert (facts.sample_rate, facts.channels) == (44_100, 1)
    assert facts.size == mp4.stat().st_size
    assert facts.bit_rate == pytest.approx(facts.size * 8 / 3, rel=0.03)


@pytest.mark.parametrize(("suffix", "codecs", "container"), [
    (".mov", (*H264, *AAC), "mov"),
    (".mkv", (*H264, *AAC), "matroska"),
    (".webm", VP8, "matroska"),
    (".avi", ("-c:v", "mpeg4", "-c:a", "mp3"), "avi"),
    (".ts", (*H264, *AAC), "mpegts"),
])  # fmt: skip
def test_it_reads_what_cameras_and_browsers_write(
    tmp_path: Path, suffix: str, codecs: tuple[str, ...], container: str
) -> None:
    facts = probe(film(tmp_path / f"film{suffix}", codecs=codecs))
    assert facts.container == container
    assert facts.duration == pytest.approx(3.0, abs=0.15)
    assert facts.frame_rate == pytest.approx(30, abs=0.6)


def test_it_does_not_believe_the_name(webm: Path, tmp_path: Path) -> None:
    renamed = written(tmp_path / "renamed.mp4", webm.read_bytes())
    assert probe(renamed).container == "matroska"


def test_it_measures_a_live_webm_without_duration(webm: Path, tmp_path: Path) -> None:
    live = tmp_path / "live.webm"
    ffmpeg("-i", webm, "-c", "copy", "-f", "webm", "-live", "1", live)
    with av.open(str(live)) as container:
        assert container.duration is None
    assert probe(live).duration == pytest.approx(3.0, abs=0.1)


def test_it_measures_a_fragmented_mp4(tmp_path: Path) -> None:
    flags = ("-movflags", "frag_keyframe+empty_moov+default_base_moof", "-g", "30")
    assert probe(film(tmp_path / "fragments.mp4", options=flags)).duration == pytest.approx(3.0, abs=0.1)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_it_reports_the_upright_picture(mp4: Path, tmp_path: Path, turn: int) -> None:
    turned = tmp_path / "turned.mp4"
    ffmpeg("-display_rotation", turn, "-i", mp4, "-c", "copy", turned)
    facts = probe(turned)
    assert facts.rotation == turn
    assert (facts.width, facts.height) == ((192, 128) if turn == 180 else (128, 192))


def test_it_reports_square_dots(mp4: Path, tmp_path: Path) -> None:
    stretched = tmp_path / "anamorphic.mp4"
    ffmpeg("-i", mp4, "-c", "copy", "-aspect", "3:1", stretched)
    facts = probe(stretched)
    assert (facts.width, facts.height) == (384, 128)


@pytest.mark.parametrize(("content", "code"), [
    (b"", "empty"),
    (b"\0" * 5000, "truncated"),
    (b"<!DOCTYPE html>\n<html><title>Not found</title></html>", "web_page"),
    (b"\n  <html lang=de><body>sign in</body></html>", "web_page"),
    (b"#EXTM3U\n#EXTINF:3,\nother.ts\n", "playlist"),
    (b"ffconcat version 1.0\nfile other.mp4\n", "playlist"),
    (b"# made by hand\nfile 'other.mp4'\n", "playlist"),
    (b"PK\x03\x04" + b"zip" * 400, "unreadable"),
    (b"\xff\xd8\xff\xe0" + b"jpeg" * 400, "unreadable"),
    (b"dear teacher, my recording is attached", "unreadable"),
    (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0\0\0\x10free12345678", "unreadable"),
    (b"\x1aE\xdf\xa3" + bytes(range(256)) * 8, "unreadable"),
])  # fmt: skip
def test_it_refuses_what_is_not_a_video(tmp_path: Path, content: bytes, code: str) -> None:
    assert refused(written(tmp_path / "handed-in.mp4", content)) == code


def test_it_refuses_random_bytes_behind_a_video_head(tmp_path: Path) -> None:
    noise = np.random.default_rng(5).bytes(200_000)
    head = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + struct.pack(">I4s", len(noise) + 8, b"moov")
    assert refused(written(tmp_path / "noise.mp4", head + noise)) == "unreadable"


@pytest.mark.parametrize("share", [0.3, 0.6, 0.97])
@pytest.mark.parametrize("flags", ["+faststart", "0"])
def test_it_refuses_an_mp4_that_was_cut_off(tmp_path: Path, share: float, flags: str) -> None:
    whole = film(tmp_path / "whole.mp4", options=("-movflags", flags)).read_bytes()
    assert refused(written(tmp_path / "part.mp4", whole[: int(len(whole) * share)])) == "truncated"


def test_it_refuses_a_webm_that_was_cut_off(tmp_path: Path) -> None:
    whole = film(tmp_path / "whole.webm", numbered(180), codecs=VP8).read_bytes()
    assert refused(written(tmp_path / "part.webm", whole[: len(whole) // 2])) == "truncated"


def test_it_refuses_a_video_whose_content_was_wiped(tmp_path: Path) -> None:
    whole = film(tmp_path / "whole.mp4", options=("-movflags", "+faststart")).read_bytes()
    begin = whole.index(b"mdat") + 4
    assert refused(written(tmp_path / "wiped.mp4", whole[:begin] + b"\0" * (len(whole) - begin))) == "damaged"


def test_it_refuses_sound_without_picture(tmp_path: Path) -> None:
    sound = write_wave(tmp_path / "sound.wav", clicks(3))
    assert refused(sound) == "no_video"
    ffmpeg("-i", sound, *AAC, tmp_path / "sound.mp4")
    assert refused(tmp_path / "sound.mp4") == "no_video"


def test_a_cover_picture_is_not_a_video(tmp_path: Path) -> None:
    sound, cover, both = write_wave(tmp_path / "s.wav", clicks(3)), tmp_path / "c.jpg", tmp_path / "song.mp4"
    ffmpeg("-f", "lavfi", "-i", "color=red:s=320x320", "-frames:v", 1, cover)
    ffmpeg(
        "-i", sound, "-i", cover, "-map", 0, "-map", 1, *AAC, "-c:v", "mjpeg", "-disposition:v", "attached_pic", both
    )
    assert refused(both) == "no_video"


def test_it_refuses_picture_without_sound(tmp_path: Path) -> None:
    assert refused(film(tmp_path / "mute.mp4", sound=np.zeros(0, np.float32), codecs=H264)) == "no_audio"


def test_it_refuses_a_slide_show(tmp_path: Path) -> None:
    assert refused(film(tmp_path / "slides.mp4", numbered(6, 1), rate=1)) == "frame_rate"


def test_it_refuses_unknown_packing(tmp_path: Path) -> None:
    assert refused(film(tmp_path / "odd.avi", codecs=("-c:v", "ffv1", "-c:a", "mp3"))) == "codec"


@pytest.mark.parametrize(("limits", "code"), [
    (Limits(max_seconds=2.5), "too_long"),
    (Limits(min_seconds=4), "too_short"),
    (Limits(max_bytes=1000), "too_large"),
    (Limits(max_pixels=192 * 100), "dimensions"),
    (Limits(max_side=150), "dimensions"),
    (Limits(min_side=130), "dimensions"),
    (Limits(probe_cpu_seconds=0), "timeout"),
    (Limits(probe_wall_seconds=0.01), "timeout"),
])  # fmt: skip
def test_it_keeps_to_the_limits(mp4: Path, limits: Limits, code: str) -> None:
    assert refused(mp4, limits) == code


def test_it_refuses_absurd_dimensions(tmp_path: Path) -> None:
    ribbon = np.zeros((70, 16, 6000, 3), np.uint8)
    assert refused(film(tmp_path / "ribbon.mp4", ribbon)) == "dimensions"


def test_it_never_grows_beyond_its_memory(mp4: Path) -> None:
    assert refused(mp4, Limits(probe_memory_bytes=48 * 2**20)) in ("memory", "unreadable")


class Trap:
    """A named pipe that knows whether anybody opened it for reading."""

    def __init__(self, path: Path) -> None:
        self.path, self.sprung, self._over = path, False, False
        os.mkfifo(path)
        self._watch = threading.Thread(target=self._look)

    def _look(self) -> None:
        while not self._over:
            try:
                os.close(os.open(self.path, os.O_WRONLY | os.O_NONBLOCK))
                self.sprung = True
            except OSError as error:
                if error.errno != errno.ENXIO:  # which says that nobody reads
                    raise
            time.sleep(0.001)

    def __enter__(self) -> Trap:
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over = True
        self._watch.join()


PLAYLISTS = {
    "hls": "#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n{file}\n#EXT-X-ENDLIST\n",
    "concat": "ffconcat version 1.0\nfile '{file}'\n",
}


@pytest.mark.parametrize("kind", PLAYLISTS)
def test_the_trap_springs_where_playlists_are_followed(tmp_path: Path, kind: str) -> None:
    with Trap(tmp_path / "secret.ts") as trap:
        script = written(tmp_path / "list", PLAYLISTS[kind].format(file=trap.path).encode())
        options = {"safe": "0", "allowed_extensions": "ALL", "extension_picky": "0"}
        with pytest.raises(av.error.FFmpegError):
            av.open(str(script), format=kind, options=options)
    assert trap.sprung


@pytest.mark.parametrize("kind", PLAYLISTS)
def test_a_playlist_never_opens_the_file_it_names(tmp_path: Path, kind: str) -> None:
    with Trap(tmp_path / "secret.ts") as trap:
        script = written(tmp_path / "performance.mp4", PLAYLISTS[kind].format(file=trap.path).encode())
        assert refused(script) == "playlist"
        for demuxer in ("mov", "matroska", "avi", "mpegts"):  # even if the first bytes had fooled us
            answer = _ask(script, demuxer, Limits())
            assert answer["refusal"] == "unreadable"
    assert not trap.sprung


@pytest.mark.parametrize("path", recordings(), ids=lambda path: path.stem)
def test_it_accepts_real_recordings(path: Path) -> None:
    facts = probe(path)
    assert facts.frame_rate == pytest.approx(30, abs=0.1)
    assert facts.duration > 30
