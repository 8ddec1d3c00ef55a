"""What each layout makes of a stranger's table: the rows, or a sentence that names the line."""

import json

import pytest

from grading import exchange
from grading.exchange import clavier, reading, words
from grading.exchange.rows import Carried, Label, Moment, Rated, Recording, Wrong

CROP = {"x": 0.1, "y": 0.2, "width": 0.5, "height": 0.5, "upside_down": True, "confidence": 1.0}


def recording(**fields) -> Recording:
    rated = Rated(rater="one", level=7, criteria={"touch": 2}, remarks=(Moment(1.0, 2.0, "good", "touch"), Moment(3.0)))
    plain = {"id": "a", "file": "a.mp4", "digest": "0" * 64, "piece": "Minuet", "player": "p", "ratings": (rated,)}
    return Recording(**plain | {"crop": CROP, "training": True, "label": Label(7.0, 1.0, 1)} | fields)


def written(tmp_path, layout, *recordings):
    folder = tmp_path / layout
    folder.mkdir()
    exchange.layout(layout).write(Carried(recordings or (recording(),)), folder)
    return folder


def why(layout, folder) -> tuple[str, int | None, str]:
    """The code, the line and the whole sentence."""
    with pytest.raises(Wrong) as wrong:
        exchange.layout(layout).read(folder)
    kept = json.loads(json.dumps(words.kept(wrong.value)))  # as the database has it
    return wrong.value.code, wrong.value.place and wrong.value.place.line, words.sentence(kept)


@pytest.mark.parametrize("layout", ["clavier", "csv", "datasets", "labelstudio"])
def test_it_reads_what_it_writes(tmp_path, layout):
    given = recording()
    (read,) = exchange.layout(layout).read(written(tmp_path, layout, given)).recordings
    assert (read.id, read.file, read.player, read.crop, read.training) == ("a", "a.mp4", "p", CROP, True)
    (said,) = read.ratings
    assert (said.rater, said.level, said.criteria) == ("one", 7, {"touch": 2})
    assert said.remarks == (() if layout == "csv" else given.ratings[0].remarks)


@pytest.mark.parametrize("layout", ["clavier", "csv", "datasets", "labelstudio", "pisa"])
def test_an_archive_of_another_layout_is_told_apart(tmp_path, layout):
    assert why(layout, tmp_path)[0] == "no_table"


# One value of one recording, and what is wrong with it.
VALUES = [
    ({"ratings": [{"rater": "one", "level": 11}]}, "level"),
    ({"ratings": [{"rater": "one", "level": 0}]}, "level"),
    ({"ratings": [{"rater": "one", "level": True}]}, "level"),
    ({"ratings": [{"rater": "one", "level": 7.5}]}, "level"),
    ({"ratings": [{"rater": "one"}]}, "missing"),
    ({"ratings": [{"level": 7}]}, "missing"),
    ({"ratings": []}, "unrated"),
    ({"ratings": {"rater": "one"}}, "field"),
    ({"ratings": [{"rater": "one", "level": 7, "criteria": {"touch": 6}}]}, "mark"),
    ({"ratings": [{"rater": "one", "level": 7, "criteria": {"a b": 3}}]}, "criteria"),
    ({"ratings": [{"rater": "one", "level": 7, "purpose": "bribed"}]}, "field"),
    ({"ratings": [{"rater": "one", "level": 7, "at": "yesterday"}]}, "field"),
    ({"ratings": [{"rater": "one", "level": 7, "at": "0001-01-01T00:00:00+14:00"}]}, "field"),
    ({"ratings": [{"rater": "one", "level": 7, "remarks": [{"start": -1}]}]}, "field"),
    ({"ratings": [{"rater": "one", "level": 7, "remarks": [{"start": 9, "end": 3}]}]}, "field"),
    ({"ratings": [{"rater": "one", "level": 7}, {"rater": "one", "level": 8}]}, "rated_twice"),
    ({"ratings": [{"rater": name, "level": 7, "rule": "teacher"} for name in "ab"]}, "two_results"),
    ({"part": "secret"}, "field"),
    ({"file": "../../etc/passwd"}, "field"),
    ({"digest": "not hexadecimal"}, "field"),
    ({"piece": "x" * 201}, "field"),
    ({"piece": "Minuet\x00"}, "field"),
    ({"piece": "\ud800"}, "field"),
    ({"player": ""}, "missing"),
    ({"id": None}, "missing"),
    ({"training": "yes"}, "field"),
    ({"crop": {"x": 0.5, "y": 0, "width": 0.6, "height": 1}}, "field"),
    ({"crop": {"x": float("nan"), "y": 0, "width": 1, "height": 1}}, "field"),
    ({"crop": {"x": 10**400, "y": 0, "width": 1, "height": 1}}, "field"),
]


@pytest.mark.parametrize(("values", "code"), VALUES)
def test_a_value_that_cannot_be_is_named_with_its_line(tmp_path, values, code):
    folder = written(tmp_path, "clavier")
    good, bad = clavier.plain(recording(id="b")), clavier.plain(recording()) | values
    head = (folder / clavier.TABLE).read_text().splitlines()[0]
    (folder / clavier.TABLE).write_text("\n".join((head, json.dumps(good), json.dumps(bad))))
    found, line, sentence = why("clavier", folder)
    assert (found, line) == (code, 3)
    assert sentence.startswith("manifest.jsonl, line 3: ")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"{", "not_json"),
        (b"[" * 100_000, "not_json"),
        (b'{"x": ' + b"9" * 5_000 + b"}", "not_json"),
        (b"[]", "no_object"),
        (b'"text"', "no_object"),
        (b"\xff\xfe", "not_text"),
        ("é".encode("latin-1"), "not_text"),
    ],
)
def test_a_line_that_is_no_recording_is_named(tmp_path, line, code):
    folder = written(tmp_path, "clavier")
    with (folder / clavier.TABLE).open("ab") as file:
        file.write(line)
    assert why("clavier", folder)[:2] == (code, 3)


@pytest.mark.parametrize("layout", ["clavier", "csv"])
def test_a_line_without_end_is_not_read_to_its_end(tmp_path, monkeypatch, layout):
    monkeypatch.setattr(reading, "LINE_BYTES", 4_000)
    monkeypatch.setattr(reading, "TABLE_BYTES", 4 << 30)
    folder = written(tmp_path, layout)
    with (folder / exchange.layout(layout).TABLE).open("ab") as file:
        file.truncate(2 << 30)  # two gigabytes of nothing, which take no room on the disk
    assert why(layout, folder)[0] == "long_line"


@pytest.mark.parametrize("layout", ["clavier", "csv", "labelstudio"])
def test_a_table_that_would_fill_the_memory_is_not_read(tmp_path, layout):
    folder = written(tmp_path, layout)
    with (folder / exchange.layout(layout).TABLE).open("ab") as file:
        file.truncate(2 << 30)
    assert why(layout, folder)[0] == "too_large"


def test_the_same_recording_twice_is_refused(tmp_path):
    found = why("clavier", written(tmp_path, "clavier", recording(), recording()))
    assert found[:2] == ("twice", 3)
    assert "the first is in line 2" in found[2]


def test_a_manifest_of_a_later_version_is_refused(tmp_path):
    folder = written(tmp_path, "clavier")
    path = folder / clavier.TABLE
    path.write_text(path.read_text().replace('"version":1', '"version":2'))
    assert why("clavier", folder)[2] == "manifest.jsonl, line 1: It is of version 2; this house reads version 1."


def test_a_manifest_without_recordings_is_refused(tmp_path):
    folder = written(tmp_path, "clavier")
    path = folder / clavier.TABLE
    path.write_text(path.read_text().splitlines()[0])
    assert why("clavier", folder)[0] == "nothing"


def test_another_programs_json_lines_are_refused(tmp_path):
    (tmp_path / clavier.TABLE).write_text('{"id": 1}\n')
    assert why("clavier", tmp_path)[:2] == ("not_ours", 1)


def test_a_strangers_value_is_shown_short_and_printable():
    wrong = Wrong("field", None, field="part", value="<script>" + "\u202e" * 200)
    sentence = words.sentence(words.kept(wrong))
    assert len(sentence) < 200
    assert "\u202e" not in sentence


def test_every_sentence_can_be_said():
    told = dict.fromkeys(("file", "value", "known", "most", "count", "needed", "column", "field", "id", "rater"), "x")
    told |= dict.fromkeys(("other", "player", "address", "folder", "example", "width", "height"), "x")
    for code in words.SENTENCES:
        assert "%(" not in words.sentence({"code": code, "told": told, "place": {}})
