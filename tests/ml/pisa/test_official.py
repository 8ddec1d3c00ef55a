"""The released annotations themselves, where they are at hand, and what is known of them."""

import json
from collections import Counter

import pytest

from ml.commands import pisa_controls
from ml.data import pisa
from ml.pisa import shortcut, splits
from tests.ml.media.files import data_folder

FOLDER = data_folder() / "pisa"
pytestmark = pytest.mark.skipif(not (FOLDER / pisa.TABLE).is_file(), reason="PISA's annotations are not at hand")


@pytest.fixture(scope="module", params=["uniform", "contiguous"])
def official(request):
    return pisa.read(FOLDER, request.param)


def test_the_released_files_hold_what_is_known_of_them(official):
    assert Counter(sample.side for sample in official.samples) == {"train": 516, "test": 476}
    assert len(official.performances) == 61
    assert len(official.performances_of(official.of("test"))) == 24
    assert {sample.frames.shape for sample in official.samples} == {(10, 16)}
    assert {sample.level for sample in official.samples} == set(range(1, 11))
    first = official.samples[0]
    assert (first.performance, first.number, first.framerate, first.level, first.song_level) == (20, 0, 29.97, 7, 6)


def test_the_schemes_differ_in_their_frames_alone(official):
    gaps = {int(sample.frames[1, 0] - sample.frames[0, -1]) for sample in official.samples}
    assert (gaps == {1}) == (official.scheme == "contiguous")


def test_the_shortcut_is_as_large_as_stated(official):
    found = shortcut.find(official)
    assert (found.performances, found.videos, found.shared_videos) == (61, 40, 5)
    assert found.shared_samples == pytest.approx(0.134, abs=5e-4)
    released = found.shortcuts[0]
    assert (released.test.samples, released.test.performances) == (476, 24)
    figures = {name: value.value for name, value in released.accuracy.items()}
    assert figures == pytest.approx({"majority": 0.225, "metadata": 0.445, "box": 0.401}, abs=5e-4)


def test_errors_cluster_so_that_the_interval_is_wide(official):
    nearest = shortcut.find(official).shortcuts[0].accuracy["metadata"]
    assert nearest.high - nearest.low > 0.4


def test_the_repaired_split_shares_no_video_and_loses_no_sample(official):
    parts = splits.repaired(official)
    videos = [official.videos_of(part) for part in (parts.train, parts.validation, parts.test)]
    assert all(videos)
    assert sum(map(len, videos)) == len(set().union(*videos)) == 40
    assert sorted((s.performance, s.number) for s in parts.samples) == sorted(
        (s.performance, s.number) for s in official.samples
    )
    assert set(parts.test) <= set(official.of("test"))
    assert len({sample.level for sample in parts.validation}) >= 4


def test_the_command_shows_it(capsys):
    arguments = _chosen("--annotations", str(FOLDER))
    assert pisa_controls.run(arguments) == 0
    said = capsys.readouterr().out
    for figure in ("476 samples of 24 performances", "40 source videos", "13.4%", "44.5%", "40.1%", "22.5%"):
        assert figure in said
    assert pisa_controls.run(_chosen("--annotations", str(FOLDER), "--json")) == 0
    assert json.loads(capsys.readouterr().out)["shared_videos"] == 5


def test_a_folder_without_the_files_is_refused_with_a_sentence(tmp_path, capsys):
    assert pisa_controls.run(_chosen("--annotations", str(tmp_path))) == 2
    assert pisa.TABLE in capsys.readouterr().err


def _chosen(*words):
    import argparse

    parser = argparse.ArgumentParser()
    pisa_controls.add_arguments(parser)
    return parser.parse_args(words)
