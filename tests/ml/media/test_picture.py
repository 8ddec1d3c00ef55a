"""Posters and excerpts, cut from a proxy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.media import iter_frames, make_excerpt, make_poster, probe, read_sound
from tests.ml.media.files import HEIGHT, RATE, WIDTH, film, number_in, numbered


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("films") / "proxy.mp4", numbered(150), options=("-g", "30"))


def test_a_poster_is_the_picture_of_its_moment(proxy: Path, tmp_path: Path) -> None:
    make_poster(proxy, tmp_path / "poster.jpg", at=2.0)
    with Image.open(tmp_path / "poster.jpg") as poster:
        assert (poster.format, poster.size) == ("JPEG", (WIDTH, HEIGHT))
        assert number_in(np.asarray(poster)) == 60
    assert [path.name for path in tmp_path.iterdir()] == ["poster.jpg"]


def test_a_large_poster_is_made_640_wide(tmp_path: Path) -> None:
    source = film(tmp_path / "large.mp4", np.full((30, 720, 1280, 3), 90, np.uint8))
    make_poster(source, tmp_path / "poster.jpg", at=99)
    with Image.open(tmp_path / "poster.jpg") as poster:
        assert poster.size == (640, 360)


def test_an_excerpt_plays_its_stretch(proxy: Path, tmp_path: Path) -> None:
    out = tmp_path / "excerpt.mp4"
    make_excerpt(proxy, out, start=1.0, seconds=2.5)
    facts = probe(out)
    assert facts.duration == pytest.approx(2.5, abs=0.1)
    assert (facts.video_codec, facts.audio_codec) == ("h264", "aac")
    assert number_in(next(iter_frames(out, 30, size=(HEIGHT, WIDTH)))) == 30
    assert np.abs(read_sound(out)[: RATE // 20]).max() > 0.2  # the click of the second second
    assert [path.name for path in tmp_path.iterdir()] == ["excerpt.mp4"]
