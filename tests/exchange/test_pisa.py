"""PISA's table: ours is read by whatever reads PISA's, and PISA's own is read with the videos that belong to it."""

import os
from pathlib import Path

import pytest

from grading.exchange import pisa, workbook
from grading.services import made_ready
from ml.data import pisa as released
from tests.exchange.test_layouts import why

HEAD = (*pisa.COLUMNS,)
GOOD = ("https://youtu.be/abc", "10, 20, 110, 120", "1", 30, 0, 0, 0, 600, 4, 2, "Für Elise")


def lay(tmp_path, *rows, head=HEAD, films=("1.mp4",)):
    workbook.write(tmp_path / pisa.TABLE, [head, *rows])
    (tmp_path / "videos").mkdir()
    for film in films:
        (tmp_path / "videos" / film).write_bytes(b"film")
    return tmp_path


def row(**fields):
    return tuple(fields.get(name, value) for name, value in zip(HEAD, GOOD, strict=True))


def test_a_row_is_a_stretch_of_a_film_with_one_level(tmp_path):
    (read,) = pisa.read(lay(tmp_path, GOOD)).recordings
    assert (read.id, read.file, read.player, read.piece) == (f"{pisa.TABLE} 1", "1.mp4", "abc", "Für Elise")
    assert [(said.rater, said.level) for said in read.ratings] == [("PISA", 4)]
    assert (read.excerpt.first, read.excerpt.last, read.excerpt.box) == (0, 600, (10, 20, 110, 120))
    assert (read.training, read.grading) == (None, False)


def test_a_film_may_be_called_by_the_name_in_its_address(tmp_path):
    (read,) = pisa.read(lay(tmp_path, GOOD, films=["abc.webm"])).recordings
    assert read.file == "abc.webm"


def test_rows_whose_film_did_not_come_are_counted(tmp_path):
    carried = pisa.read(lay(tmp_path, GOOD, row(filename="2", **{"youtube link": "https://youtu.be/xyz"})))
    assert (len(carried.recordings), carried.missing) == (1, 1)


def test_the_release_without_its_videos_says_what_is_missing(tmp_path):
    code, _, sentence = why("pisa", lay(tmp_path, GOOD, films=()))
    assert code == "no_videos"
    assert "Performances it tells of: 1." in sentence
    assert "“videos”" in sentence
    assert "“1.mp4”" in sentence


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"level_player": 11}, "level"),
        ({"level_player": "good"}, "level"),
        ({"level_player": 4.5}, "level"),
        ({"level_player": ""}, "missing"),
        ({"crop": "all of it"}, "field"),
        ({"crop": "110, 20, 10, 120"}, "field"),
        ({"frame_end": "nan"}, "field"),
        ({"frame_end": 0}, "field"),
        ({"framerate": 0}, "field"),
    ],
)
def test_what_is_wrong_is_named_with_its_row(tmp_path, fields, code):
    assert why("pisa", lay(tmp_path, GOOD, row(**fields)))[:2] == (code, 3)


def test_a_table_without_a_column_is_refused(tmp_path):
    cut = [cells[:-3] for cells in (HEAD, GOOD)]
    assert why("pisa", lay(tmp_path, cut[1], head=cut[0]))[0] == "no_column"


def test_a_damaged_spreadsheet_is_refused(tmp_path):
    path = lay(tmp_path, GOOD) / pisa.TABLE
    path.write_bytes(path.read_bytes()[:200])
    assert why("pisa", tmp_path)[0] == "damaged"


def test_texts_of_a_workbook_are_never_formulas(tmp_path):
    workbook.write(tmp_path / "a.xlsx", [("=1+1", "<b>&amp;")])
    from ml.data import spreadsheet

    assert spreadsheet.read(tmp_path / "a.xlsx") == [{"A": "=1+1", "B": "<b>&amp;"}]
    assert b"<f>" not in (tmp_path / "a.xlsx").read_bytes()


def test_a_film_is_cut_where_the_stretch_is_not_the_whole_of_it(tmp_path, monkeypatch):
    carried = pisa.read(lay(tmp_path, GOOD, row(filename="1", frame_start=60, frame_end=300)))
    cuts = []
    facts = type("Facts", (), {"duration": 20.0, "width": 200, "height": 200})
    monkeypatch.setattr("grading.engine.facts", lambda film: facts)

    def excerpt(film, out, *, start, end):
        cuts.append((start, end))
        out.write_bytes(b"cut")

    monkeypatch.setattr("grading.engine.excerpt", excerpt)
    monkeypatch.setattr("grading.models.Performance.objects.in_bulk", lambda pks: {})
    aside = tmp_path / "aside"
    aside.mkdir()
    whole, cut = made_ready.make_ready(carried, tmp_path / "videos", aside, source="PISA")
    assert cuts == [(2.0, 10.0)]
    assert (whole.file.read_bytes(), cut.file.read_bytes()) == (b"film", b"cut")
    assert whole.crop == {"x": 0.05, "y": 0.1, "width": 0.5, "height": 0.5, "upside_down": False, "confidence": 1.0}


def test_the_released_table_is_read_where_it_is_at_hand(tmp_path):
    folder = Path(os.environ.get("CLAVIER_DATA", Path(__file__).parents[2].parent / "shared/data")) / "pisa"
    if not (folder / pisa.TABLE).is_file():
        pytest.skip("the released annotations of PISA are not beside the project")
    (tmp_path / pisa.TABLE).write_bytes((folder / pisa.TABLE).read_bytes())
    assert "Performances it tells of: 61." in why("pisa", tmp_path)[2]
    films = tmp_path / "videos"
    films.mkdir()
    table = released.read_table(tmp_path / pisa.TABLE)
    for video in {performance.video for performance in table.values()}:
        (films / f"{video}.mp4").write_bytes(b"film")
    read = pisa.read(tmp_path).recordings
    assert [(row.ratings[0].level, row.excerpt.box) for row in read] == [(row.level, row.box) for row in table.values()]
