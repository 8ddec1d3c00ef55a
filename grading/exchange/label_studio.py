"""Label Studio: tasks.json to import, label_config.xml for the project, beside the folder media.

A task is a recording, an annotation is one rating: the level as a `rating` of ten stars, criteria as `number`, purpose
and blindness as `choices`, remarks as `labels` on the sound in step with the picture, which Label Studio keeps in
seconds (its template 'Video Timeline Segmentation'; its own timeline labels count frames). Who rated, when and where
are short texts, since an imported annotation may name none but users of that Label Studio. Tasks that were annotated
there come back the same way, their annotators taken as raters.
(labelstud.io/guide/task_format, labelstud.io/tags)

Not in it: the words of rubrics, what the snapshot made of the ratings.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.sax.saxutils import quoteattr

from . import checking, reading
from .clavier import plain
from .reading import Told
from .rows import Carried, Place, Rated, Recording, Wrong, moment_text

MEDIA = "media"
TABLE = "tasks.json"
CONFIG = "label_config.xml"
LOCAL = "/data/local-files/?d="  # where Label Studio finds a file below its local storage
BLIND = {True: "did not see the model's level", False: "saw the model's level"}
UNMARKED = "remark"
CRITERION = "criterion-"
TEXTS = ("rater", "at", "source", "rule", "released")
FRAME_RATE = 30.0  # of timeline labels, where a task does not say (`data.fps`)
OF_TASK = (
    *("id", "digest", "piece", "player", "part", "rubric", "crop"),
    *("training", "training_since", "grading", "recorded", "generated"),
)


def write(carried: Carried, folder: Path) -> None:
    tasks = [_task(recording) for recording in carried.recordings]
    text = json.dumps(tasks, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False)
    (folder / TABLE).write_text(f"{text}\n", encoding="utf-8", newline="\n")
    ratings = [rating for recording in carried.recordings for rating in recording.ratings]
    (folder / CONFIG).write_text(_config(sorted({key for rating in ratings for key in rating.criteria})), "utf-8")


def _task(recording: Recording) -> dict[str, Any]:
    values = plain(recording)
    data = {name: values[name] for name in OF_TASK} | {"video": f"{LOCAL}{MEDIA}/{recording.file}"}
    return {"data": data, "annotations": [{"result": list(_results(rating))} for rating in recording.ratings]}


def _results(rating: Rated) -> Iterator[dict[str, Any]]:
    yield _result("level", "rating", {"rating": rating.level})
    for key, mark in sorted(rating.criteria.items()):
        yield _result(f"{CRITERION}{key}", "number", {"number": mark})
    yield _result("purpose", "choices", {"choices": [rating.purpose]})
    yield _result("blind", "choices", {"choices": [BLIND[rating.blind]]})
    told = {"rater": rating.rater, "at": moment_text(rating.at), "source": rating.source}
    told |= {"rule": rating.rule, "released": moment_text(rating.released)}
    for name, text in told.items():
        if text:
            yield _result(name, "textarea", {"text": [text]})
    for number, remark in enumerate(rating.remarks):
        stretch = {"start": remark.start, "end": remark.start if remark.end is None else remark.end, "channel": 0}
        region = {"id": f"remark-{number}", "meta": {"text": [remark.criterion, remark.technique]}}
        yield _result("remarks", "labels", {**stretch, "labels": [remark.mark or UNMARKED]}, to="sound") | region


def _result(name: str, kind: str, value: dict[str, Any], to: str = "video") -> dict[str, Any]:
    return {"from_name": name, "to_name": to, "type": kind, "value": value, "id": name}


def _config(criteria: list[str]) -> str:
    """The project's labelling interface, with one number for each criterion that somebody marked."""
    numbers = "".join(
        f"  <Header value={quoteattr(key)}/>\n"
        f'  <Number name={quoteattr(f"{CRITERION}{key}")} toName="video" min="1" max="5" step="1"/>\n'
        for key in criteria
    )
    return (
        "<View>\n"
        '  <Video name="video" value="$video" sync="sound"/>\n'
        f"{_choice('remarks', 'Label', 'Labels', (*checking.REMARK_MARKS[1:], UNMARKED), to='sound')}"
        '  <Audio name="sound" value="$video" sync="video"/>\n'
        '  <Header value="Level, 1 to 10"/>\n'
        '  <Rating name="level" toName="video" maxRating="10" required="true"/>\n'
        f"{numbers}"
        f"{_choice('purpose', 'Choice', 'Choices', checking.PURPOSES)}"
        f"{_choice('blind', 'Choice', 'Choices', tuple(BLIND.values()))}"
        f"{''.join(map(_short_text, TEXTS))}"
        "</View>\n"
    )


def _short_text(name: str) -> str:
    return f'  <TextArea name="{name}" toName="video" maxSubmissions="1"/>\n'


def _choice(name: str, item: str, tag: str, values: tuple[str, ...], to: str = "video") -> str:
    inside = "".join(f"    <{item} value={quoteattr(value)}/>\n" for value in values)
    return f'  <{tag} name="{name}" toName="{to}">\n{inside}  </{tag}>\n'


def read(folder: Path) -> Carried:
    path = reading.require_table(folder / TABLE)
    tasks = reading.json_of(reading.text_of(path.read_bytes(), Place(TABLE, 1)), Place(TABLE))
    if not isinstance(tasks, list):
        raise Wrong("no_tasks", Place(TABLE))
    if len(tasks) > reading.MOST_ROWS:
        raise Wrong("too_many_rows", Place(TABLE), most=reading.MOST_ROWS)
    told = [Told(task, Place(TABLE, number, "task")) for number, task in enumerate(tasks, 1)]
    return Carried(checking.distinct([each for each in map(_recording, told) if each]))


def _recording(task: Told) -> Recording | None:
    """None for a task that nobody has annotated yet."""
    data = task.object("data")
    if data is None:
        raise task.wrong("data")
    rate = data.number("fps", 1, 1_000, default=FRAME_RATE)
    ratings = [_rating(each, rate) for each in task.several("annotations", checking.MOST_RATINGS) if not _skipped(each)]
    if not ratings:
        return None
    file = unquote(data.text("video", most=2_000)).rpartition("/")[2]
    name = data.values.get("id") or task.values.get("id") or file
    values = {key: data.values.get(key) for key in OF_TASK}
    values |= {"id": str(name), "file": file, "ratings": ratings}
    values["player"] = values["player"] or values["id"]
    return checking.recording(values, task.place)


def _skipped(annotation: Told) -> bool:
    return annotation.values.get("was_cancelled") is True


def _rating(annotation: Told, rate: float) -> dict[str, Any]:
    rating: dict[str, Any] = {"criteria": {}, "remarks": [], "rater": _annotator(annotation)}
    rating["at"] = annotation.values.get("created_at")
    for result in annotation.several("result", checking.MOST_REMARKS):
        name, kind, value = result.text("from_name"), result.text("type"), result.object("value")
        if value is None:
            continue
        if name == "level":
            rating["level"] = _integer(value.values.get("rating", value.values.get("number")))
        elif kind == "number" and name.startswith(CRITERION):
            rating["criteria"][name.removeprefix(CRITERION)] = _integer(value.values.get("number"))
        elif name == "purpose":
            rating["purpose"] = _first(value, "choices")
        elif name == "blind":
            rating["blind"] = _first(value, "choices") != BLIND[False]
        elif name in TEXTS:
            rating[name] = _first(value, "text")
        elif kind in ("labels", "timelinelabels"):
            rating["remarks"] += _remarks(result, value, kind, rate)
    return rating


def _annotator(annotation: Told) -> str:
    """Label Studio tells its user by number, or by a small object with the address."""
    who = annotation.values.get("completed_by")
    return str(who.get("email") or who.get("id") or "") if isinstance(who, dict) else str(who or "")


def _remarks(result: Told, value: Told, kind: str, rate: float) -> Iterator[dict[str, Any]]:
    mark = _first(value, kind)
    about = result.object("meta")
    notes = about.values.get("text") if about else None
    criterion, technique = notes if isinstance(notes, list) and len(notes) == 2 else ("", "")
    frames = [each.values for each in value.several("ranges", 1_000)] if kind == "timelinelabels" else []
    for stretch in frames or [value.values]:
        start, end = stretch.get("start"), stretch.get("end")
        if frames and isinstance(start, int) and isinstance(end, int):
            start, end = (start - 1) / rate, (end - 1) / rate  # the first frame is 1
        yield {
            "start": start,
            "end": None if end == start else end,
            "mark": "" if mark == UNMARKED else mark,
            "criterion": criterion,
            "technique": technique,
        }


def _first(value: Told, name: str) -> Any:
    """Texts come in a list of one, or bare."""
    found = value.values.get(name)
    return found[0] if isinstance(found, list) and found else found


def _integer(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value
