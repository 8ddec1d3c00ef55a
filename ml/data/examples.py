"""Labelled performances, as training and evaluation take them, and the file that lists them."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from ml.media.facts import WHOLE, Crop

Split = Literal["train", "validation", "audit"]
Need = Literal["features", "proxy"]

LEVELS = (1, 10)
ROUNDING = 1e-3  # how far from one the probabilities of a target may sum


class ExamplesError(Exception):
    """The file of labelled performances cannot be used; the message names the line."""


@dataclass(frozen=True)
class LabelledExample:
    """One performance whose level somebody has said.

    `features` is what `Grader.features` wrote. `level` is the mean label, 1 to 10; `weight` is how much it counts.
    `target` are ten probabilities, level 1 first: how what several raters said is spread over the levels. Without it
    the label is softened by a bell (`losses.bell`).
    `metadata` are plain numbers about the recording (crop box, frame rate, duration, bit rate): the control that sees
    neither picture nor sound learns from them alone. `proxy`, `crop` and `duration` (seconds) are needed where the
    backbones learn too, or where another model's features have to be computed. `groups` name what it shares with others
    ('course', 'device'): a report says how good the model is within each.
    """

    id: str
    features: Path
    level: float
    weight: float
    player: str
    piece: str
    split: Split
    metadata: Mapping[str, float] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    proxy: Path | None = None
    crop: Crop = WHOLE
    duration: float = 0.0
    target: tuple[float, ...] | None = None


def read_examples(path: Path, *, needs: Need) -> list[LabelledExample]:
    """A file with one JSON object per line, its keys the fields of LabelledExample; empty lines do not count.

    Needed are `id`, `level`, `player`, `split`, and `features` or `proxy` as `needs` says; `weight` is 1 and `piece` is
    '' where they are not given. Paths are relative to the file, and those that are needed must be there. `crop` is an
    object of Crop's fields. Raises ExamplesError with the number of the line.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ExamplesError(f"The list of performances {path} cannot be read as text.") from error
    examples: list[LabelledExample] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            example = _example(_object(line), path.parent, needs)
            if example.id in seen:
                raise _Wrong(f"'{example.id}' already stands in line {seen[example.id]}")
        except _Wrong as error:
            raise ExamplesError(f"{path.name}, line {number}: {error}.") from error
        seen[example.id] = number
        examples.append(example)
    if not examples:
        raise ExamplesError(f"There is no performance in {path.name}.")
    return examples


def write_examples(examples: Iterable[LabelledExample], path: Path) -> None:
    """The file that `read_examples` reads, all paths absolute."""
    lines = [json.dumps(asdict(example), default=lambda path: str(path.resolve())) for example in examples]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


class _Wrong(Exception):
    """What is wrong with one line, without its full stop."""


def _object(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _Wrong("this is not JSON") from error
    if not isinstance(found, dict):
        raise _Wrong("a performance is an object in braces")
    return found


def _example(told: dict[str, Any], folder: Path, needs: Need) -> LabelledExample:
    strange = sorted(told.keys() - LabelledExample.__dataclass_fields__.keys())
    if strange:
        known = ", ".join(LabelledExample.__dataclass_fields__)
        raise _Wrong(f"'{strange[0]}' is not known; a performance has {known}")
    name = _text(told, "id")
    level = _number(told, "level", None, *LEVELS)
    if told.get("split") not in get_args(Split):
        raise _Wrong(f"'split' is one of {', '.join(get_args(Split))}")
    return LabelledExample(
        id=name,
        # What is trained from the recordings themselves has no features yet; nobody reads this path then.
        features=_path(told, "features", folder, needs) or folder / f"{name}.safetensors",
        level=level,
        weight=_number(told, "weight", 1.0, 0, math.inf),
        player=_text(told, "player"),
        piece=_text(told, "piece", ""),
        split=told["split"],
        metadata=_metadata(told.get("metadata", {})),
        groups=_groups(told.get("groups", {})),
        proxy=_path(told, "proxy", folder, needs),
        crop=_crop(told.get("crop", {})),
        duration=_number(told, "duration", 0.0, 0, math.inf),
        target=_target(told.get("target")),
    )


def _text(told: dict[str, Any], key: str, default: str | None = None) -> str:
    value = told.get(key, default)
    if not isinstance(value, str) or (default is None and not value):
        raise _Wrong(f"'{key}' is a text" if key in told else f"'{key}' is missing")
    return value


def _number(told: dict[str, Any], key: str, default: float | None, low: float, high: float) -> float:
    value = told.get(key, default)
    if value is None and key not in told:
        raise _Wrong(f"'{key}' is missing")
    if not _is_number(value) or not low <= value <= high:
        bounds = f"from {low:g} to {high:g}" if math.isfinite(high) else f"of at least {low:g}"
        raise _Wrong(f"'{key}' is a number {bounds}")
    return float(value)


def _path(told: dict[str, Any], key: Need, folder: Path, needs: Need) -> Path | None:
    if told.get(key) is None and key != needs:
        return None
    path = folder / _text(told, key)
    if key == needs and not path.is_file():
        raise _Wrong(f"there is no file {path}")
    return path


def _metadata(found: object) -> dict[str, float]:
    if not isinstance(found, dict) or not all(_is_number(value) for value in found.values()):
        raise _Wrong("'metadata' is an object of names and numbers")
    return {name: float(value) for name, value in found.items()}


def _target(found: object) -> tuple[float, ...] | None:
    if found is None:
        return None
    if not isinstance(found, list) or len(found) != LEVELS[1] or not all(_is_number(value) for value in found):
        raise _Wrong("'target' is a list of ten probabilities, level 1 first")
    if min(found) < 0 or abs(sum(found) - 1) > ROUNDING:
        raise _Wrong("the probabilities of 'target' are not negative and sum to 1")
    return tuple(float(value) for value in found)


def _groups(found: object) -> dict[str, str]:
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in found.values()):
        raise _Wrong("'groups' is an object of kinds and names")
    return dict(found)


def _crop(found: object) -> Crop:
    try:
        return Crop(**found)  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise _Wrong("'crop' has x, y, width and height, fractions of the picture, and lies inside it") from error


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number of hundreds of digits
        return False
