"""The files of what comes in, looked at before anything is written: there, unchanged, cut and framed."""

import hashlib
import os
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grading import engine
from grading.exchange.rows import Carried, Excerpt, Recording, Wrong
from grading.models import Performance

from .carrying_out import file_of

NAMESPACE = uuid.UUID("6c1f0f0e-6f0a-5f7e-9f43-0b6a3b1d8c55")  # of recordings that came under a name of another form
SPARE_SECONDS = 1.0  # a stretch that leaves out less of its film is the whole film

Progress = Callable[[float], None]


@dataclass(frozen=True)
class Ready:
    """A recording that may come in: where its file lies and what the model is to look at, or the row that is here."""

    row: Recording
    pk: uuid.UUID
    known: Performance | None
    file: Path
    crop: Mapping[str, Any] | None


def pk_of(row: Recording, source: str) -> uuid.UUID:
    """The same recording of the same collection is the same row, whenever it comes."""
    try:
        return uuid.UUID(row.id)
    except ValueError:
        return uuid.uuid5(NAMESPACE, f"{source}\0{row.id}")


def make_ready(
    carried: Carried, media: Path, aside: Path, *, source: str, progress: Progress | None = None
) -> list[Ready]:
    """Each recording with its file in `aside`, whole and unchanged; writes nothing else. Raises Wrong."""
    known = Performance.objects.in_bulk([pk_of(row, source) for row in carried.recordings])
    ready = []
    for number, row in enumerate(carried.recordings, 1):
        pk = pk_of(row, source)
        file, crop = aside / str(pk), row.crop
        if pk in known:
            _require_same(row, known[pk])
        else:
            _lay_aside(row, media, file)
            crop = _frame(row, file) if row.excerpt else row.crop
        ready.append(Ready(row, pk, known.get(pk), file, crop))
        if progress:
            progress(number / len(carried.recordings))
    return ready


def _require_same(row: Recording, here: Performance) -> None:
    if row.digest and here.is_playable and file_of(here).digest != row.digest:
        raise Wrong("other_recording", row.place, id=row.id)


def _lay_aside(row: Recording, media: Path, file: Path) -> None:
    """A second name: several recordings may be stretches of one film, and each is moved away by itself."""
    film = media / row.file
    if not row.file or not film.is_file():
        raise Wrong("no_file", row.place, file=row.file or row.id)
    if row.digest and _digest(film) != row.digest:
        raise Wrong("other_file", row.place, file=row.file)
    os.link(film, file)


def _frame(row: Recording, file: Path) -> Mapping[str, Any]:
    """Cut the stretch out of its film where it is not the whole of it; its frame in fractions of the picture."""
    excerpt = row.excerpt
    assert excerpt is not None
    try:
        facts = engine.facts(file)
        first, last = excerpt.first / excerpt.frame_rate, excerpt.last / excerpt.frame_rate
        if first >= SPARE_SECONDS or last <= facts.duration - SPARE_SECONDS:
            part = file.with_suffix(".part")
            engine.excerpt(file, part, start=first, end=min(last, facts.duration))
            os.replace(part, file)
    except engine.Refused as refusal:
        raise Wrong("not_playable", row.place, file=row.file) from refusal
    return _crop(row, excerpt, facts.width, facts.height)


def _crop(row: Recording, excerpt: Excerpt, width: int, height: int) -> dict[str, Any]:
    left, top, right, bottom = excerpt.box
    if right > width or bottom > height:
        raise Wrong("outside", row.place, width=width, height=height)
    return {
        "x": left / width,
        "y": top / height,
        "width": (right - left) / width,
        "height": (bottom - top) / height,
        "upside_down": False,
        "confidence": 1.0,
    }


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
