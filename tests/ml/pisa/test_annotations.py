import pickle
import zipfile

import numpy as np
import pytest

from ml.data import pisa, spreadsheet
from ml.data.pisa import PisaError
from ml.data.spreadsheet import SpreadsheetError
from ml.pisa import splits
from tests.ml.pisa.released import PLAYED, annotation, table, write_table


def test_the_released_layout_is_read_as_it_is(played):
    found = pisa.read(played, "uniform")
    sample = found.samples[0]
    assert (sample.performance, sample.side, sample.level, sample.song_level) == (1, "train", 1, 1)
    assert np.array_equal(sample.frames.ravel(), annotation(1, 0, 3)["frames"])
    assert {number: p.level for number, p in found.performances.items()} == {
        number: level for number, (_, level) in enumerate(PLAYED, 1)
    }
    assert found.performances[3].metadata["crop_left"] == 50
    assert splits.shared(found) == {"shared"}  # written as two addresses


def test_the_repaired_split_gives_a_shared_video_to_learning(played):
    found = pisa.read(played, "uniform")
    parts = splits.repaired(found)
    assert {sample.performance for sample in parts.test} == {8, 9}
    assert 7 in {sample.performance for sample in parts.learning}
    videos = [found.videos_of(part) for part in (parts.train, parts.validation, parts.test)]
    assert all(videos)
    assert sum(map(len, videos)) == len(set().union(*videos))


def test_a_limit_bounds_every_part_and_spreads_over_it(played):
    parts = splits.repaired(pisa.read(played, "uniform")).limited(3)
    assert max(len(parts.train), len(parts.validation), len(parts.test)) == 3
    assert len({sample.performance for sample in parts.train}) == 3


@pytest.mark.parametrize(
    "change",
    [
        {"frames": np.arange(159)},
        {"frames": np.arange(160) - 1},
        {"frames": np.arange(160) / 2},
        {"framerate": 0.0},
        {"framerate": float("nan")},
        {"player_level": 10},
        {"player_level": 3},
        {"song_level": "high"},
    ],
)
def test_a_sample_that_is_not_as_released_is_refused(own, change):
    target = own / "Annotations" / "Annotations_Ready2Use" / "annotations_unidist_test.pkl"
    target.unlink()
    target.write_bytes(pickle.dumps({(8, 0): annotation(8, 0, 1) | {"player_level": 3} | change}, 2))
    if change == {"player_level": 3}:  # the right one
        assert len(pisa.read(own, "uniform").of("test")) == 1
        return
    with pytest.raises(PisaError):
        pisa.read(own, "uniform")


@pytest.mark.parametrize("value", [[], {}, {1: 2}, {(1, 2): 3}, {("a", 0): {}}, 5])
def test_a_pickle_of_something_else_is_refused(own, value):
    target = own / "Annotations" / "Annotations_Ready2Use" / "annotations_unidist_test.pkl"
    target.unlink()
    target.write_bytes(pickle.dumps(value, 2))
    with pytest.raises(PisaError):
        pisa.read(own, "uniform")


def test_a_level_that_the_table_contradicts_is_refused(own):
    rows = table()
    rows[2][8] = "9"
    path = own / "Annotations" / pisa.TABLE
    path.unlink()
    write_table(path, rows)
    with pytest.raises(PisaError, match="another level"):
        pisa.read(own, "uniform")


def test_a_table_with_a_document_type_is_refused(tmp_path):
    path = tmp_path / "table.xlsx"
    write_table(path, table(), before='<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>')
    with pytest.raises(SpreadsheetError, match="document type"):
        spreadsheet.read(path)


def test_a_table_that_unpacks_without_end_or_is_none_is_refused(tmp_path):
    path = tmp_path / "table.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(spreadsheet.SHEET, b" " * (spreadsheet.MOST_BYTES + 1))
    with pytest.raises(SpreadsheetError, match="unpacks to more"):
        spreadsheet.read(path)
    for content in (b"", b"no zip"):
        path.write_bytes(content)
        with pytest.raises(SpreadsheetError):
            spreadsheet.read(path)
    write_table(path, [])
    with pytest.raises(SpreadsheetError, match="empty"):
        spreadsheet.read(path)
    write_table(path, [["a", "b"], ["1", "2"]])
    with pytest.raises(PisaError, match="not the table"):
        pisa.read_table(path)
