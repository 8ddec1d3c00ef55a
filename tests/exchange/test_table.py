"""The table that opens in any program."""

import csv

import pytest

from grading.exchange import table
from tests.exchange.test_layouts import recording, why, written

HEAD = "id,player,rater,level\n"


def lay(tmp_path, text, encoding="utf-8"):
    (tmp_path / table.TABLE).write_bytes(text.encode(encoding))
    return tmp_path


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "'=1", "''=1"]


@pytest.mark.parametrize("piece", [*FORMULAS, "'Round Midnight", "Minuet; in G", 'the "Moonlight"', "a, b"])
def test_no_cell_is_a_formula_and_every_text_comes_back(tmp_path, piece):
    folder = written(tmp_path, "csv", recording(piece=piece))
    with (folder / table.TABLE).open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["piece"][0] not in "=+-@＝"
    (read,) = table.read(folder).recordings
    assert read.piece == piece


def test_ratings_of_one_recording_need_not_stand_together(tmp_path):
    text = "id,player,rater,level\na,p,one,3\nb,q,one,4\na,p,two,5\n"
    first, second = table.read(lay(tmp_path, text)).recordings
    assert [rating.level for rating in first.ratings] == [3, 5]
    assert [rating.level for rating in second.ratings] == [4]


def test_a_table_of_another_program_needs_three_columns_alone(tmp_path):
    (read,) = table.read(lay(tmp_path, "\ufeffID, Rater ,LEVEL\na,one,3\n")).recordings
    assert (read.id, read.player, read.training, read.ratings[0].blind) == ("a", "a", None, True)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("id,rater\na,one\n", "no_column", 1),
        ("id,rater,level,level\na,one,3,3\n", "column_twice", 1),
        (f"{HEAD}a,p,one,3\nb,q,one\n", "cells", 3),
        (f"{HEAD}a,p,one,3\nb,q,one,11\n", "level", 3),
        (f"{HEAD}a,p,one,3\nb,q,one,seven\n", "level", 3),
        (f"{HEAD}a,p,one,3\nb,q,one,\n", "missing", 3),
        (f"{HEAD}a,p,one,3\n,q,one,4\n", "missing", 3),
        (f"{HEAD}a,p,one,3\na,q,two,4\n", "contradicts", 3),
        (f"{HEAD}a,p,one,3\na,p,one,4\n", "rated_twice", 2),
        (f'{HEAD}a,p,one,3\n"b,q,one,4\n', "not_csv", 3),
        (f'{HEAD}a,p,"x"y,3\n', "not_csv", 2),
        (f"{HEAD}a,p,{'x' * 200_000},3\n", "not_csv", 2),
        (f"{HEAD}a,p\0,one,3\n", "not_text", 2),
        ("id,rater,level,criteria\na,one,3,{broken\n", "not_json", 2),
        ("id,rater,level,blind\na,one,3,maybe\n", "field", 2),
        ("id,rater,level,crop_x\na,one,3,left\n", "field", 2),
        ("id,rater,level,crop_x\na,one,3,0.5\n", "missing", 2),
        (HEAD, "nothing", None),
        ("", "nothing", None),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path, text, code, line):
    assert why("csv", lay(tmp_path, text))[:2] == (code, line)


def test_a_table_in_another_encoding_is_refused(tmp_path):
    assert why("csv", lay(tmp_path, f"{HEAD}é,p,one,3\n", "latin-1"))[:2] == ("not_text", 2)


def test_a_table_in_utf_16_is_refused(tmp_path):
    assert why("csv", lay(tmp_path, HEAD, "utf-16"))[:2] == ("not_text", 1)


def test_too_many_rows_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("grading.exchange.reading.MOST_ROWS", 2)
    rows = "".join(f"{number},p,one,3\n" for number in range(4))
    assert why("csv", lay(tmp_path, HEAD + rows))[0] == "too_many_rows"
