"""Hugging Face's layout: data/<split>-00000-of-0000N.parquet, and a README.md whose head says so to `datasets`.

One recording a row, its ratings inside it; splits are our parts, 'test' being the one that audits. `video` is the path
of the recording from README.md on. Not in it: the words of rubrics.
(huggingface.co/docs/datasets/repository_structure)
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import checking, reading
from .clavier import plain
from .rows import Carried, Place, Recording, Wrong

if TYPE_CHECKING:
    import pyarrow

MEDIA = "media"
TABLE = "README.md"
SPLITS = {"train": "train", "validation": "validation", "audit": "test", "": "unassigned"}  # part → split
SHARD_ROWS = 10_000
NAME = re.compile(r"(train|validation|test|unassigned)-\d{5}-of-\d{5}\.parquet")
COLUMN_BYTES = 128 << 20  # of one column of one file, unpacked
MOST_VALUES = 5_000_000  # of one column of one file: a thousand equal ones may take no room at all
ROWS_AT_ONCE = 8  # a dictionary can make many long values of few bytes, so never many at once
BATCH_BYTES = 64 << 20

CROP = {"x": "float64", "y": "float64", "width": "float64", "height": "float64"}
CROP |= {"upside_down": "bool", "confidence": "float64"}
REMARK = {"start": "float64", "end": "float64", "mark": "string", "criterion": "string", "technique": "string"}
RATING = {"rater": "string", "level": "int64", "criteria": [{"key": "string", "mark": "int64"}], "purpose": "string"}
RATING |= {"blind": "bool", "at": "string", "source": "string", "rule": "string", "released": "string"}
RATING |= {"remarks": [REMARK]}
LABEL = {"level": "float64", "weight": "float64", "raters": "int64", "target": ["float64"]}
COLUMNS: dict[str, Any] = {"id": "string", "video": "string", "digest": "string", "piece": "string", "player": "string"}
COLUMNS |= {"rubric": "string", "label": LABEL, "ratings": [RATING], "crop": CROP, "training": "bool"}
COLUMNS |= {"training_since": "string", "grading": "bool", "recorded": "string", "generated": "bool"}


def write(carried: Carried, folder: Path) -> None:
    import pyarrow
    from pyarrow import parquet

    schema = pyarrow.schema([(name, _arrow(kind)) for name, kind in COLUMNS.items()])
    (folder / "data").mkdir()
    sizes = {}
    for part, split in SPLITS.items():
        rows = [_row(recording) for recording in carried.recordings if recording.part == part]
        shards = [rows[start : start + SHARD_ROWS] for start in range(0, len(rows), SHARD_ROWS)]
        for number, shard in enumerate(shards):
            table = pyarrow.Table.from_pylist(shard, schema=schema)
            parquet.write_table(table, folder / "data" / f"{split}-{number:05d}-of-{len(shards):05d}.parquet")
        if rows:
            sizes[split] = len(rows)
    (folder / TABLE).write_text(_card(sizes), encoding="utf-8")


def _arrow(kind: Any) -> "pyarrow.DataType":
    import pyarrow

    if isinstance(kind, list):
        return pyarrow.list_(_arrow(kind[0]))
    if isinstance(kind, dict):
        return pyarrow.struct([(name, _arrow(each)) for name, each in kind.items()])
    return getattr(pyarrow, "bool_" if kind == "bool" else kind)()


def _row(recording: Recording) -> dict[str, Any]:
    values = plain(recording)
    for rating in values["ratings"]:
        rating["criteria"] = [{"key": key, "mark": mark} for key, mark in sorted(rating["criteria"].items())]
    return {**values, "video": f"{MEDIA}/{recording.file}"}


def read(folder: Path) -> Carried:
    shards = sorted(path for path in (folder / "data").glob("*") if NAME.fullmatch(path.name))
    if not shards:
        raise Wrong("no_table", file="data/train-00000-of-00001.parquet")
    part_of = {split: part for part, split in SPLITS.items()}
    recordings: list[Recording] = []
    for path in shards:
        for number, row in enumerate(_rows(path), 1):
            place = Place(path.name, number, "row")
            if len(recordings) >= reading.MOST_ROWS:
                raise Wrong("too_many_rows", place, most=reading.MOST_ROWS)
            values = {**row, "file": _file(row.get("video"), place), "ratings": _ratings(row.get("ratings"))}
            recording = checking.recording(values, place)
            recordings.append(replace(recording, part=part_of[path.name.partition("-")[0]]))
    return Carried(checking.distinct(recordings))


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    """The known columns, few rows at once; how much they unpack to is looked at before."""
    import pyarrow
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(reading.require_table(path)) as file:
            head = file.metadata
            groups = [head.row_group(group) for group in range(head.num_row_groups)]
            columns = [group.column(column) for group in groups for column in range(group.num_columns)]
            if any(each.total_uncompressed_size > COLUMN_BYTES or each.num_values > MOST_VALUES for each in columns):
                raise Wrong("too_large", Place(path.name))
            if head.num_rows > reading.MOST_ROWS:
                raise Wrong("too_many_rows", Place(path.name), most=reading.MOST_ROWS)
            known = [name for name in file.schema_arrow.names if name in COLUMNS]
            for batch in file.iter_batches(batch_size=ROWS_AT_ONCE, columns=known):
                if batch.nbytes > BATCH_BYTES:
                    raise Wrong("too_large", Place(path.name))
                yield from batch.to_pylist()
    except (pyarrow.ArrowException, OSError, UnicodeDecodeError) as error:
        raise Wrong("damaged", Place(path.name)) from error


def _file(path: object, place: Place) -> str:
    if path is not None and not isinstance(path, str):
        raise Wrong("field", place, field="video", value=path)
    return (path or "").rpartition("/")[2]


def _ratings(ratings: Any) -> Any:
    """Criteria from a list of pairs to a mapping; whatever is not as it should be is left for the check to name."""
    if not isinstance(ratings, list):
        return ratings
    return [
        {**each, "criteria": _mapping(each.get("criteria"))} if isinstance(each, dict) else each for each in ratings
    ]


def _mapping(pairs: Any) -> Any:
    if not isinstance(pairs, list) or not all(isinstance(pair, dict) for pair in pairs):
        return pairs
    return {pair.get("key"): pair.get("mark") for pair in pairs}


def _card(sizes: dict[str, int]) -> str:
    """The dataset card: https://github.com/huggingface/hub-docs/blob/main/datasetcard.md."""
    files = "".join(f"  - split: {split}\n    path: data/{split}-*\n" for split in sizes)
    return (
        "---\n"
        "task_categories:\n- video-classification\n"
        "configs:\n- config_name: default\n  data_files:\n"
        f"{files}"
        "dataset_info:\n  features:\n"
        f"{''.join(_feature(name, kind, 2) for name, kind in COLUMNS.items())}"
        "---\n"
        f"{_PROSE}"
    )


def _feature(name: str, kind: Any, indent: int) -> str:
    space = " " * indent
    return f"{space}- name: {name}\n{_kind(kind, indent + 2)}"


def _kind(kind: Any, indent: int) -> str:
    space = " " * indent
    if isinstance(kind, str):
        return f"{space}dtype: {kind}\n"
    if isinstance(kind, dict):
        return f"{space}struct:\n{''.join(_feature(name, each, indent) for name, each in kind.items())}"
    if isinstance(kind[0], str):
        return f"{space}list: {kind[0]}\n"
    return f"{space}list:\n{''.join(_feature(name, each, indent) for name, each in kind[0].items())}"


_PROSE = """
# Piano performances with teachers' levels

Each row is one recording. `label.level` is what the school made of all ratings (1 to 10), `label.target` how they are
spread over the ten levels, `ratings` what each rater said. Players and raters are pseudonymous: one key, one person.
No player stands in two splits. Remarks keep their moments and marks; their words, which may name people, are left out.

```python
from datasets import Video, load_dataset

rows = load_dataset("path/of/this/folder")
rows = rows.map(lambda row: {"video": f"path/of/this/folder/{row['video']}"}).cast_column("video", Video())
```
"""
