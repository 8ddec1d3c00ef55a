"""Tasks for Label Studio, and what comes back from it annotated by others."""

import json
from xml.etree import ElementTree

import pytest

from grading.exchange import label_studio, reading
from tests.exchange.test_layouts import recording, why, written


def lay(tmp_path, tasks):
    (tmp_path / label_studio.TABLE).write_text(tasks if isinstance(tasks, str) else json.dumps(tasks))
    return tmp_path


def result(name, kind, **value):
    return {"from_name": name, "to_name": "video", "type": kind, "value": value, "id": name}


def task(*results, data=None, **annotation):
    level = result("level", "rating", rating=8)
    annotated = {"completed_by": 3, "created_at": "2026-03-02T18:30:00.5Z", "result": [level, *results]} | annotation
    return {"id": 17, "data": {"video": "/data/upload/1/ab-a.mp4"} | (data or {}), "annotations": [annotated]}


def test_every_result_belongs_to_a_control_of_the_interface(tmp_path):
    folder = written(tmp_path, "labelstudio", recording())
    view = ElementTree.parse(folder / label_studio.CONFIG).getroot()
    controls = {each.get("name"): (each.tag, each.get("toName")) for each in view if each.get("name")}
    results = json.loads((folder / label_studio.TABLE).read_text())[0]["annotations"][0]["result"]
    assert {each["from_name"] for each in results} >= {"level", "criterion-touch", "remarks", "rater"}
    for each in results:
        tag, to = controls[each["from_name"]]
        assert (tag.lower(), to) == (each["type"], each["to_name"])


def test_what_others_annotated_comes_back_with_its_annotator(tmp_path):
    labels = {"start": 1.5, "end": 2.0, "labels": ["look"]}
    (read,) = label_studio.read(lay(tmp_path, [task(result("remarks", "labels", **labels))])).recordings
    (said,) = read.ratings
    assert (read.id, read.file, read.player) == ("17", "ab-a.mp4", "17")
    assert (said.rater, said.level, said.at.isoformat(), said.blind) == (
        "3",
        8,
        "2026-03-02T18:30:00.500000+00:00",
        True,
    )
    assert [(each.start, each.end, each.mark) for each in said.remarks] == [(1.5, 2.0, "look")]


def test_an_annotator_may_be_told_as_an_object(tmp_path):
    (read,) = label_studio.read(lay(tmp_path, [task(completed_by={"id": 3, "email": "a@example.org"})])).recordings
    assert read.ratings[0].rater == "a@example.org"


def test_timeline_labels_count_frames_from_one(tmp_path):
    ranges = {"ranges": [{"start": 26, "end": 51}], "timelinelabels": ["good"]}
    given = task(result("moments", "timelinelabels", **ranges), data={"fps": 25})
    (read,) = label_studio.read(lay(tmp_path, [given])).recordings
    assert [(each.start, each.end) for each in read.ratings[0].remarks] == [(1.0, 2.0)]


def test_tasks_that_nobody_annotated_and_skipped_ones_are_passed_over(tmp_path):
    tasks = [{"id": 1, "data": {"video": "b.mp4"}, "annotations": []}, task(was_cancelled=True) | {"id": 2}, task()]
    assert [read.id for read in label_studio.read(lay(tmp_path, tasks)).recordings] == ["17"]


@pytest.mark.parametrize(
    ("tasks", "code", "line"),
    [
        ("{", "not_json", None),
        ("[" * 100_000, "not_json", None),
        ({"id": 1}, "no_tasks", None),
        ([3], "no_object", 1),
        ([task(), {"id": 2}], "missing", 2),
        ([task(), task(result("level", "rating", rating=11)) | {"id": 2}], "level", 2),
        ([task(), task(result("level", "rating", rating=7.5)) | {"id": 2}], "level", 2),
        ([task(), task(result("criterion-touch", "number", number=9)) | {"id": 2}], "mark", 2),
        ([task(), task(completed_by=None) | {"id": 2}], "missing", 2),
        ([task(), task(result("remarks", "labels", start="x", labels=["look"])) | {"id": 2}], "field", 2),
        ([task(), task(result("purpose", "choices", choices=[["x"]])) | {"id": 2}], "field", 2),
        ([task(), task()], "twice", 2),
        ([], "nothing", None),
    ],
)
def test_what_is_wrong_is_named_with_its_task(tmp_path, tasks, code, line):
    found, at, sentence = why("labelstudio", lay(tmp_path, tasks))
    assert (found, at) == (code, line)
    assert line is None or sentence.startswith(f"tasks.json, task {line}: ")


def test_a_file_that_is_too_large_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "TABLE_BYTES", 10)
    assert why("labelstudio", lay(tmp_path, [task()]))[0] == "too_large"
