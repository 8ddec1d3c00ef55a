"""One proxy for everybody: constant, upright, nameless, and in step."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from ml.media import MediaFacts, NotAPerformance, iter_frames, make_proxy, probe, read_sound
from ml.media.proxy import proxy_size
from tests.ml.media.files import AAC, H264, HEIGHT, LAMP, RATE, VP8, WIDTH, clicks, ffmpeg, film, number_in, numbered

IN_STEP = 1.5 / 30  # seconds: one frame, and half a frame of rounding


def proxy_of(source: Path) -> Path:
    out = source.with_name("proxy.mp4")
    make_proxy(source, out, facts=probe(source))
    return out


def lamp_seconds(path: Path, size: tuple[int, int] = (HEIGHT, WIDTH)) -> list[float]:
    """When the lamp goes on, from the second second on."""
    lit = [frame[LAMP, LAMP].mean() > 150 for frame in iter_frames(path, 30, size=size)]
    return [k / 30 for k in range(1, len(lit)) if lit[k] and not lit[k - 1]]


def click_seconds(path: Path) -> list[float]:
    """When a tone begins, after at least half a second without, from the second second on."""
    loud = np.flatnonzero(np.abs(read_sound(path)) > 0.1) / RATE
    begins = loud[np.diff(loud, prepend=-1) > 0.5]
    return [float(moment) for moment in begins if moment > 0.5]


def video_times(path: Path) -> list[float]:
    with av.open(str(path)) as container:
        return sorted(float(packet.pts * packet.time_base) for packet in container.demux(video=0) if packet.size)


def assert_in_step(proxy: Path, seconds: list[float]) -> None:
    assert lamp_seconds(proxy) == pytest.approx(seconds, abs=IN_STEP)
    assert click_seconds(proxy) == pytest.approx(seconds, abs=IN_STEP)
    assert np.abs(np.subtract(lamp_seconds(proxy), click_seconds(proxy))).max() < IN_STEP


def test_it_is_what_every_browser_plays(tmp_path: Path) -> None:
    proxy = proxy_of(film(tmp_path / "film.webm", codecs=VP8))
    facts = probe(proxy)
    assert (facts.video_codec, facts.audio_codec, facts.container, facts.sample_rate) == ("h264", "aac", "mov", RATE)
    assert (facts.width, facts.height, facts.frame_rate) == (WIDTH, HEIGHT, 30.0)
    assert np.diff(video_times(proxy)) == pytest.approx(1 / 30, abs=1e-4)
    with av.open(str(proxy)) as container:
        assert container.streams.video[0].format.name == "yuv420p"
        keys = [float(p.pts * p.time_base) for p in container.demux(video=0) if p.size and p.is_keyframe]
    assert keys == pytest.approx([0, 1, 2], abs=1e-3)
    content = proxy.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")  # plays before it has arrived


def test_picture_and_sound_stay_in_step(tmp_path: Path) -> None:
    proxy = proxy_of(film(tmp_path / "film.mp4", numbered(120)))
    assert_in_step(proxy, [1, 2, 3])


def test_every_frame_of_thirty_a_second_survives_in_order(tmp_path: Path) -> None:
    proxy = proxy_of(film(tmp_path / "film.mp4"))
    assert [number_in(frame) for frame in iter_frames(proxy, 30, size=(HEIGHT, WIDTH))] == list(range(90))


def test_a_varying_frame_rate_becomes_constant_and_stays_in_step(tmp_path: Path) -> None:
    # Frames 31 to 58 are dropped but for every eighth, as a phone does in the dark.
    drop = r"select='not(between(n\,31\,58))+not(mod(n\,8))'"
    source = film(tmp_path / "film.mp4", numbered(120), options=("-vf", drop, "-fps_mode", "vfr"))
    assert np.diff(video_times(source)).max() > 0.2
    proxy = proxy_of(source)
    assert np.diff(video_times(proxy)) == pytest.approx(1 / 30, abs=1e-4)
    assert len(video_times(proxy)) == pytest.approx(120, abs=1)
    assert_in_step(proxy, [1, 2, 3])


def test_sixty_frames_a_second_become_thirty(tmp_path: Path) -> None:
    proxy = proxy_of(film(tmp_path / "film.mp4", numbered(240, 60), rate=60))
    assert len(video_times(proxy)) == pytest.approx(120, abs=1)
    assert_in_step(proxy, [1, 2, 3])


def test_sound_that_starts_late_stays_in_step(tmp_path: Path) -> None:
    late = ("-itsoffset", "0.7")
    proxy = proxy_of(film(tmp_path / "film.mp4", numbered(120), clicks(4, begin=0.7), before_sound=late))
    assert_in_step(proxy, [1, 2, 3])
    assert np.abs(read_sound(proxy)[: int(0.6 * RATE)]).max() < 0.01


def test_picture_that_starts_late_stays_in_step(tmp_path: Path) -> None:
    source = film(tmp_path / "all.mkv", numbered(120), clicks(4), options=("-vf", "trim=start=0.5", "-copyts"))
    proxy = proxy_of(source)
    assert_in_step(proxy, [1, 2, 3])


def test_sound_that_ends_early_is_filled_up(tmp_path: Path) -> None:
    proxy = proxy_of(film(tmp_path / "film.mp4", numbered(120), clicks(2.5)))
    assert len(read_sound(proxy)) / RATE == pytest.approx(4, abs=0.05)
    assert click_seconds(proxy) == pytest.approx([1, 2], abs=IN_STEP)


def test_sound_that_outlasts_the_picture_is_cut(tmp_path: Path) -> None:
    proxy = proxy_of(film(tmp_path / "film.mp4", sound=clicks(6)))
    assert len(read_sound(proxy)) / RATE == pytest.approx(3, abs=0.05)
    assert len(video_times(proxy)) == 90


def test_a_hole_in_the_sound_becomes_silence(tmp_path: Path) -> None:
    hole = r"aselect='not(between(t\,1.3\,1.8))'"
    source = film(tmp_path / "film.mkv", numbered(120), options=("-af", hole), codecs=(*H264, "-c:a", "pcm_s16le"))
    assert_in_step(proxy_of(source), [1, 2, 3])


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_it_stands_upright(tmp_path: Path, turn: int) -> None:
    frames = np.full((75, 128, 192, 3), 40, np.uint8)
    frames[:, :32, :32] = (230, 30, 30)  # red in the corner that is stored at the top left
    plain, turned = film(tmp_path / "plain.mp4", frames), tmp_path / "turned.mp4"
    ffmpeg("-display_rotation", turn, "-i", plain, "-c", "copy", turned)
    proxy = proxy_of(turned)
    facts = probe(proxy)
    height, width = (128, 192) if turn == 180 else (192, 128)
    assert (facts.height, facts.width, facts.rotation) == (height, width, 0)
    picture = next(iter_frames(proxy, 30, size=(height, width))).astype(int)
    red = {name: patch[..., 0].mean() - patch[..., 1].mean() for name, patch in _corners(picture).items()}
    assert max(red, key=lambda name: red[name]) == {90: "bottom left", 180: "bottom right", 270: "top right"}[turn]


def _corners(picture: np.ndarray) -> dict[str, np.ndarray]:
    near, far = slice(4, 24), slice(-24, -4)
    rows, columns = {"top": near, "bottom": far}, {"left": near, "right": far}
    return {f"{row} {column}": picture[rows[row], columns[column]] for row in rows for column in columns}


def test_it_tells_nobody_where_and_when(tmp_path: Path) -> None:
    told = ("location=+48.1372+011.5756/", "title=Mia plays", "creation_time=2024-05-01T10:00:00Z", "artist=Mia")
    options = [word for fact in told for word in ("-metadata", fact)]
    options += ["-metadata:s:v", "handler_name=Mia phone", "-movflags", "use_metadata_tags"]
    source = film(tmp_path / "film.mov", options=options)
    assert b"48.1372" in source.read_bytes()
    content = proxy_of(source).read_bytes()
    for secret in (b"48.1372", b"Mia", b"2024-05-01"):
        assert secret not in content
    with av.open(str(tmp_path / "proxy.mp4")) as container:
        assert not {"location", "creation_time", "title", "artist"} & {key.lower() for key in container.metadata}
        assert not any("creation_time" in stream.metadata for stream in container.streams)


@pytest.mark.parametrize(("shown", "made"), [
    ((1920, 1080), (1280, 720)),
    ((1080, 1920), (720, 1280)),
    ((3840, 2160), (1280, 720)),
    ((640, 360), (640, 360)),
    ((1440, 1080), (960, 720)),
    ((2560, 1080), (1280, 540)),
    ((641, 361), (640, 360)),
])  # fmt: skip
def test_it_fits_without_being_enlarged(shown: tuple[int, int], made: tuple[int, int]) -> None:
    facts = MediaFacts(3, *shown, 30, 0, "h264", "aac", RATE, 1, 1, 1)
    assert proxy_size(facts) == made


def test_stereo_stays_stereo(tmp_path: Path) -> None:
    proxy = proxy_of(film(tmp_path / "film.mp4", options=("-ac", "2")))
    assert probe(proxy).channels == 2


def test_it_tells_its_progress(tmp_path: Path) -> None:
    source, told = film(tmp_path / "film.mp4", numbered(450)), []
    make_proxy(source, tmp_path / "proxy.mp4", facts=probe(source), progress=told.append)
    assert told == sorted(set(told))
    assert told[-1] == 1.0
    assert all(0 <= fraction <= 1 for fraction in told)


def test_a_file_that_breaks_leaves_nothing_behind(tmp_path: Path) -> None:
    source = film(tmp_path / "film.mp4")
    facts = probe(source)
    source.write_bytes(source.read_bytes()[:300])
    with pytest.raises(NotAPerformance) as refusal:
        make_proxy(source, tmp_path / "proxy.mp4", facts=facts)
    assert refusal.value.code == "damaged"
    assert not list(tmp_path.glob("*proxy*"))


def test_a_name_that_looks_like_a_protocol_is_only_a_name(tmp_path: Path) -> None:
    source = film(tmp_path / "film.mp4", codecs=(*H264, *AAC)).rename(tmp_path / "concat:a|b -i %03d.mp4")
    assert probe(proxy_of(source)).duration == pytest.approx(3, abs=0.05)
