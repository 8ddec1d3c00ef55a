"""What a file says it was made with: the model of the phone, and nothing about whose it is or where it was."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from ml.media import MediaFacts, probe
from ml.media.device import LONGEST, fingerprint, named
from ml.recital import Recital, render
from tests.ml.media.files import VP8, film

KEEP_TAGS = ("-movflags", "use_metadata_tags")


def tagged(path: Path, **tags: str) -> Path:
    return film(path, options=(*KEEP_TAGS, *(word for tag in tags.items() for word in ("-metadata", "=".join(tag)))))


def test_an_apple_phone_says_its_model(tmp_path: Path) -> None:
    tags = {"com.apple.quicktime.make": "Apple", "com.apple.quicktime.model": "iPhone 13"}
    assert probe(tagged(tmp_path / "film.mov", **tags)).device == "Apple iPhone 13"


def test_an_android_phone_says_its_model(tmp_path: Path) -> None:
    tags = {"com.android.manufacturer": "samsung", "com.android.model": "SM-G991B"}
    assert probe(tagged(tmp_path / "film.mp4", **tags)).device == "samsung SM-G991B"


def test_a_make_without_a_model_names_no_phone(tmp_path: Path) -> None:
    made = tagged(tmp_path / "film.mp4", **{"com.apple.quicktime.make": "Apple"})
    assert probe(made).device == "mp4, h264, 192×128, 30/s"


def test_nothing_personal_is_taken_from_a_file(tmp_path: Path) -> None:
    """No place, no serial number, no name that somebody gave to the phone, though the file tells all three."""
    personal = {
        "com.apple.quicktime.location.ISO6709": "+48.2082+016.3738+151.000/",
        "location": "+48.2082+016.3738/",
        "com.apple.quicktime.camera.identifier": "SERIAL-C39XK0ABN72",
        "com.android.serial": "SERIAL-R58M12ABCDE",
        "com.apple.quicktime.title": "Clara's phone",
        "com.apple.quicktime.creationdate": "2031-05-06T07:08:09+0200",
        "artist": "Clara Schumann",
    }
    model = {"com.apple.quicktime.make": "Apple", "com.apple.quicktime.model": "iPhone 13"}
    source = tagged(tmp_path / "film.mov", **personal, **model)
    assert b"SERIAL-C39XK0ABN72" in source.read_bytes(), "the file of this test says nothing personal"
    said = str(dataclasses.asdict(probe(source)))
    assert "Apple iPhone 13" in said
    assert not [word for word in ("48.2", "SERIAL", "Clara", "2031") if word in said]


@pytest.mark.parametrize(("make", "model", "said"), [
    ("Apple", "iPhone 13", "Apple iPhone 13"),
    ("Canon", "Canon EOS R6", "Canon EOS R6"),
    ("", "Pixel 8", "Pixel 8"),
    ("Google", "", ""),
    ("  Nokia\n", "\x00G22\t ", "Nokia G22"),
])  # fmt: skip
def test_make_and_model_become_one_name(make: str, model: str, said: str) -> None:
    assert named(make, model) == said


def test_a_name_is_no_longer_than_a_name() -> None:
    assert len(named("A" * 500, "B" * 500)) == LONGEST


def test_a_browser_s_recording_is_known_by_its_kind(tmp_path: Path) -> None:
    assert probe(film(tmp_path / "film.webm", codecs=VP8)).device == "webm, vp8, 192×128, 30/s"


@pytest.mark.parametrize(("shape", "rate"), [((1920, 1080), 29.97), ((1080, 1920), 28.4), ((1920, 1080), 31.2)])
def test_a_kind_is_the_same_however_the_phone_is_held(shape: tuple[int, int], rate: float) -> None:
    facts = MediaFacts(9.0, *shape, rate, 0, "hevc", "aac", 44_100, 1, 1, 1)
    assert fingerprint(facts) == "mp4, hevc, 1920×1080, 30/s"


def test_a_generated_performance_names_the_phone_it_was_given(tmp_path: Path) -> None:
    recital = Recital(seed=3, level=5, size=(128, 72), fps=10, seconds=2, phone=("Pomelo", "One"))
    render(recital, tmp_path / "film.mp4")
    assert probe(tmp_path / "film.mp4").device == "Pomelo One"
    render(dataclasses.replace(recital, phone=None), tmp_path / "film.mp4")
    assert probe(tmp_path / "film.mp4").device == "mp4, h264, 128×72, 10/s"
