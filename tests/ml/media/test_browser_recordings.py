"""What a browser records goes the whole road, whole or cut off where a tab crashed.

Chromium's files are its own; Safari's are imitated: fragments of an mp4, turned, with frames left out.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from ml.media import NotAPerformance, make_proxy, picture_length, probe, read_frames, read_sound
from ml.prepare import prepare
from tests import browser
from tests.ml.media.files import HEIGHT, VP8, WIDTH, clicks, ffmpeg, film, number_in, numbered
from tests.ml.media.recorder import SECONDS

TYPES = {
    "video/webm;codecs=vp9,opus": ("matroska", "vp9"),
    "video/webm;codecs=vp8,opus": ("matroska", "vp8"),
    "video/mp4;codecs=vp9,opus": ("mov", "vp9"),
}
FRAGMENTS = ("-movflags", "frag_keyframe+empty_moov+default_base_moof")
SAFARI = (*FRAGMENTS, "-g", "30", "-bf", "0")
DROPPED = r"select='not(between(n\,31\,58))+not(mod(n\,8))'"
LIVE = ("-f", "webm", "-live", "1", "-g", "45")
FRAMES = 150
ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Recorded:
    path: Path
    parts: list[int]  # bytes, one a second

    def first(self, count: int, into: Path) -> Path:
        into.write_bytes(self.path.read_bytes()[: sum(self.parts[:count])])
        return into


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Recorded]:
    if browser.find() is None:
        if browser.must_have():
            pytest.fail(browser.MISSING)
        pytest.skip(browser.MISSING)
    folder = tmp_path_factory.mktemp("recorded")
    command = [sys.executable, "-m", "tests.ml.media.recorder", folder, *TYPES]
    subprocess.run(command, cwd=ROOT, check=True, timeout=120)
    parts = json.loads((folder / "parts.json").read_text())
    return {kind: Recorded(folder / str(number), parts[number]) for number, kind in enumerate(TYPES)}


@pytest.mark.browser
@pytest.mark.parametrize("kind", TYPES)
def test_what_chromium_records_is_prepared(recorded: dict[str, Recorded], kind: str, tmp_path: Path) -> None:
    source = recorded[kind].path
    facts = probe(source)
    assert (facts.container, facts.video_codec) == TYPES[kind]
    assert (facts.audio_codec, facts.width, facts.height) == ("opus", 320, 240)
    prepared = prepare(source, tmp_path / "made")
    assert SECONDS - 1 < prepared.proxy_seconds < SECONDS + 1
    assert probe(prepared.proxy).duration == pytest.approx(prepared.proxy_seconds, abs=0.05)
    assert max(prepared.peaks) > 0.1  # the fake microphone beeps


@pytest.mark.browser
@pytest.mark.parametrize("kind", [kind for kind in TYPES if "webm" in kind])
def test_what_came_before_the_tab_crashed_is_prepared(recorded: dict[str, Recorded], kind: str, tmp_path: Path) -> None:
    kept = recorded[kind].first(3, tmp_path / "kept.webm")
    assert prepare(kept, tmp_path / "made").proxy_seconds == pytest.approx(3, abs=0.9)


@pytest.fixture(scope="module")
def fragments(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("safari") / "plain.mp4", numbered(FRAMES), options=SAFARI)


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("live") / "live.webm", numbered(FRAMES), codecs=(*VP8, *LIVE))


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_phone_that_drops_frames_is_set_upright_and_keeps_time(tmp_path: Path, turn: int) -> None:
    lying = np.ascontiguousarray(np.rot90(numbered(FRAMES), -turn // 90, axes=(1, 2)))
    made = film(tmp_path / "lying.mp4", lying, options=(*SAFARI, "-vf", DROPPED, "-fps_mode", "vfr"))
    ffmpeg("-display_rotation", turn, "-i", made, "-c", "copy", *FRAGMENTS, tmp_path / "phone.mp4")
    facts = probe(tmp_path / "phone.mp4")
    assert (facts.width, facts.height, facts.rotation) == (WIDTH, HEIGHT, turn)
    make_proxy(tmp_path / "phone.mp4", tmp_path / "proxy.mp4", facts=facts)
    seen = [number_in(frame) for frame in read_frames(tmp_path / "proxy.mp4", [0.5, 3.0, 4.5], size=(HEIGHT, WIDTH))]
    assert seen == pytest.approx([15, 90, 135], abs=1)


@pytest.mark.parametrize(("share", "least"), [(0.5, 2.0), (0.62, 2.5), (0.97, 4.4)])
@pytest.mark.parametrize("kind", ["fragments", "live"])
def test_a_recording_that_was_cut_off_plays_as_far_as_it_goes(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str, share: float, least: float
) -> None:
    whole = request.getfixturevalue(kind).read_bytes()
    cut, proxy = tmp_path / "cut", tmp_path / "proxy.mp4"
    cut.write_bytes(whole[: int(share * len(whole))])
    facts = probe(cut)
    assert least < facts.duration < FRAMES / 30 + 0.1
    make_proxy(cut, proxy, facts=facts)
    assert picture_length(proxy) == pytest.approx(facts.duration, abs=0.05)
    moments = [0.5, 1.5, facts.duration - 0.3]
    seen = [number_in(frame) for frame in read_frames(proxy, moments, size=(HEIGHT, WIDTH))]
    assert seen == pytest.approx([30 * moment for moment in moments], abs=2)
    heard = np.abs(read_sound(proxy)[44_100:48_000])
    assert heard.max() == pytest.approx(np.abs(clicks(2)).max(), abs=0.15)  # the click of the first second


@pytest.mark.parametrize("share", [0.02, 0.1])
@pytest.mark.parametrize("kind", ["fragments", "live"])
def test_less_than_a_first_fragment_is_refused_with_a_sentence(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str, share: float
) -> None:
    whole = request.getfixturevalue(kind).read_bytes()
    (tmp_path / "cut").write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(NotAPerformance) as refusal:
        probe(tmp_path / "cut")
    assert refusal.value.code in {"truncated", "too_short", "no_video"}
    assert str(refusal.value).endswith(".")
