import json
from pathlib import Path

import pytest

import ml
from ml.data.examples import ExamplesError, read_examples

FINE = {"id": "7", "features": "seven.safetensors", "level": 4.5, "player": "ann", "split": "train"}


@pytest.fixture
def listed(tmp_path):
    (tmp_path / "seven.safetensors").write_bytes(b"here")

    def write(*lines: object) -> Path:
        path = tmp_path / "list.jsonl"
        path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
        return path

    return write


def test_a_line_is_a_performance_with_paths_beside_the_file(listed, tmp_path):
    full = {
        **FINE,
        "id": "8",
        "weight": 2,
        "piece": "a piece",
        "proxy": "eight.mp4",
        "crop": {"x": 0.1, "y": 0.2, "width": 0.5, "height": 0.5},
        "metadata": {"frame_rate": 30},
        "groups": {"course": "Tuesday"},
        "duration": 12.5,
        "target": [0, 0, 0.25, 0.5, 0.25, 0, 0, 0, 0, 0],
    }
    first, second = read_examples(listed(FINE, "", full), needs="features")
    assert first == ml.LabelledExample("7", tmp_path / "seven.safetensors", 4.5, 1.0, "ann", "", "train")
    assert second.proxy == tmp_path / "eight.mp4"
    assert second.crop == ml.Crop(0.1, 0.2, 0.5, 0.5)
    assert (second.weight, second.metadata, second.duration) == (2.0, {"frame_rate": 30.0}, 12.5)
    assert second.target == (0.0, 0.0, 0.25, 0.5, 0.25, 0.0, 0.0, 0.0, 0.0, 0.0)
    assert second.groups == {"course": "Tuesday"}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "this is not JSON"),
        ("[" * 100_000, "this is not JSON"),
        ("[1]", "an object in braces"),
        ({**FINE, "level": 11}, "'level' is a number from 1 to 10"),
        ({**FINE, "level": True}, "'level' is a number from 1 to 10"),
        ({**FINE, "level": float("nan")}, "'level' is a number from 1 to 10"),
        ({**FINE, "level": 10**400}, "'level' is a number from 1 to 10"),
        ({**FINE, "weight": -1}, "'weight' is a number of at least 0"),
        ({**FINE, "split": "test"}, "'split' is one of train, validation, audit"),
        ({**FINE, "labl": 4}, "'labl' is not known"),
        ({**FINE, "player": 4}, "'player' is a text"),
        ({**FINE, "features": "none.safetensors"}, "there is no file"),
        ({**FINE, "crop": {"x": 0.9}}, "'crop' has x, y, width and height"),
        ({**FINE, "metadata": {"camera": "phone"}}, "'metadata' is an object of names and numbers"),
        ({**FINE, "groups": {"course": 4}}, "'groups' is an object of kinds and names"),
        ({**FINE, "target": 4}, "'target' is a list of ten probabilities"),
        ({**FINE, "target": [0.5, 0.5]}, "'target' is a list of ten probabilities"),
        ({**FINE, "target": [True, *[0] * 9]}, "'target' is a list of ten probabilities"),
        ({**FINE, "target": [-0.1, 1.1, *[0] * 8]}, "are not negative and sum to 1"),
        ({**FINE, "target": [0.2] * 10}, "are not negative and sum to 1"),
        (FINE, "'7' already stands in line 1"),
        ({key: value for key, value in FINE.items() if key != "level"}, "'level' is missing"),
        ({key: value for key, value in FINE.items() if key != "id"}, "'id' is missing"),
    ],
)
def test_what_is_wrong_is_said_with_the_number_of_the_line(listed, line, says):
    path = listed(FINE, "", line if line is FINE or not isinstance(line, dict) else {**line, **_other_name(line)})
    with pytest.raises(ExamplesError, match=r"list\.jsonl, line 3: ") as caught:
        read_examples(path, needs="features")
    assert says in str(caught.value)


def _other_name(line: dict[str, object]) -> dict[str, object]:
    return {"id": "8"} if "id" in line else {}


def test_the_recording_is_asked_for_where_it_is_needed(listed):
    with pytest.raises(ExamplesError, match="line 1: 'proxy' is missing"):
        read_examples(listed(FINE), needs="proxy")


def test_an_empty_and_a_missing_list_are_refused(listed, tmp_path):
    with pytest.raises(ExamplesError, match="no performance"):
        read_examples(listed(""), needs="features")
    with pytest.raises(ExamplesError, match="cannot be read"):
        read_examples(tmp_path / "none.jsonl", needs="features")
