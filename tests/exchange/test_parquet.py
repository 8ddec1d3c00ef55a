"""Hugging Face's layout, read from strangers."""

import pyarrow
import pytest
from pyarrow import parquet as arrow

from grading.exchange import parquet
from grading.exchange.rows import Carried
from tests.exchange.test_layouts import recording, why, written

SHARD = "data/train-00000-of-00001.parquet"


def lay(tmp_path, rows, name=SHARD):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    arrow.write_table(pyarrow.Table.from_pylist(rows), path)
    return tmp_path


def row(**fields):
    return {"id": "a", "video": "media/a.mp4", "player": "p", "ratings": [{"rater": "one", "level": 7}]} | fields


def test_each_part_is_a_split_in_numbered_shards(tmp_path, monkeypatch):
    monkeypatch.setattr(parquet, "SHARD_ROWS", 2)
    parts = ["train"] * 3 + ["validation", "audit"]
    folder = written(tmp_path, "datasets", *(recording(id=str(place), part=part) for place, part in enumerate(parts)))
    assert sorted(path.name for path in (folder / "data").iterdir()) == [
        "test-00000-of-00001.parquet",
        "train-00000-of-00002.parquet",
        "train-00001-of-00002.parquet",
        "validation-00000-of-00001.parquet",
    ]
    card = (folder / "README.md").read_text()
    assert "  - split: test\n    path: data/test-*\n" in card
    assert [read.part for read in parquet.read(folder).recordings] == ["audit", "train", "train", "train", "validation"]


def test_columns_that_are_not_ours_are_passed_over(tmp_path):
    (read,) = parquet.read(lay(tmp_path, [row(embedding=[0.5] * 8)])).recordings
    assert (read.id, read.file, read.part, read.training) == ("a", "a.mp4", "train", None)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"ratings": [{"rater": "one", "level": 12}]}, "level"),
        ({"ratings": "seven"}, "field"),
        ({"ratings": [7]}, "no_object"),
        ({"ratings": [{"rater": "one", "level": 7, "criteria": [{"key": "touch", "mark": 9}]}]}, "mark"),
        ({"ratings": [{"rater": "one", "level": 7, "criteria": [3]}]}, "no_object"),
        ({"video": 3}, "field"),
        ({"video": "media/..evil"}, "field"),
        ({"id": 7}, "field"),
    ],
)
def test_what_is_wrong_is_named_with_its_row(tmp_path, fields, code):
    found, line, sentence = why("datasets", lay(tmp_path, [row(**fields)]))
    assert (found, line) == (code, 1)
    assert sentence.startswith("train-00000-of-00001.parquet, row 1: ")


def test_a_file_that_is_no_parquet_is_damaged(tmp_path):
    lay(tmp_path, [row()])
    path = tmp_path / SHARD
    path.write_bytes(path.read_bytes()[:-20])
    code, _, sentence = why("datasets", tmp_path)
    assert code == "damaged"
    assert sentence.startswith("train-00000-of-00001.parquet: ")


def test_a_column_that_unpacks_to_too_much_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(parquet, "COLUMN_BYTES", 1_000)
    assert why("datasets", lay(tmp_path, [row(piece="x" * 5_000)]))[0] == "too_large"


def test_values_that_take_no_room_are_counted_before_they_are_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(parquet, "MOST_VALUES", 500)
    many = row(ratings=[{"rater": "one", "level": 7}] * 900)
    assert why("datasets", lay(tmp_path, [many]))[0] == "too_large"


def test_few_bytes_that_unpack_to_many_are_not_handed_on(tmp_path, monkeypatch):
    monkeypatch.setattr(parquet, "BATCH_BYTES", 10_000)
    assert (
        why("datasets", lay(tmp_path, [row(id=str(place), piece="x" * 5_000) for place in range(4)]))[0] == "too_large"
    )


def test_too_many_rows_are_refused_by_what_the_file_says_of_itself(tmp_path, monkeypatch):
    monkeypatch.setattr("grading.exchange.reading.MOST_ROWS", 2)
    assert why("datasets", lay(tmp_path, [row(id=str(place)) for place in range(3)]))[0] == "too_many_rows"


def test_a_file_of_another_name_is_passed_over(tmp_path):
    lay(tmp_path, [row()], "data/notes.parquet")
    assert why("datasets", tmp_path)[0] == "no_table"


def test_without_recordings_no_shard_is_written(tmp_path):
    parquet.write(Carried(()), tmp_path)
    assert list((tmp_path / "data").iterdir()) == []
