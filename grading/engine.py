"""The door to `ml`: prepare, grade, train, evaluate. Imports inside the functions keep torch out of the web process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ml


class Refused(Exception):
    """The file is not a performance; the message is for the student."""


def prepare(
    source: Path, folder: Path, *, max_bytes: int, progress: Callable[[str, float], None]
) -> ml.Prepared:
    import ml

    try:
        return ml.prepare(source, folder, limits=ml.Limits(max_bytes=max_bytes), progress=progress)
    except ml.NotAPerformance as refusal:
        raise Refused(str(refusal)) from refusal


@lru_cache(maxsize=2)
def _grader(path: Path, digest: str) -> ml.Grader:
    """Once per process and version: the champion, and for a while the one before it."""
    import ml

    return ml.load_grader(path, digest=digest)


def grade(
    proxy: Path,
    crop: dict[str, Any],
    *,
    model: Path,
    digest: str,
    duration: float,
    cache: Path,
    media_digest: str,
    progress: Callable[[float], None] | None = None,
) -> ml.Grade:
    import ml

    return _grader(model, digest).grade(
        proxy, ml.Crop(**crop), duration=duration, cache=cache, media_digest=media_digest, progress=progress
    )


def features(
    proxy: Path, crop: dict[str, Any], *, model: Path, digest: str, duration: float, cache: Path, media_digest: str
) -> Path:
    import ml

    return _grader(model, digest).features(
        proxy, ml.Crop(**crop), duration=duration, cache=cache, media_digest=media_digest
    )


def train(
    examples: Sequence[ml.LabelledExample],
    *,
    start: Path,
    out: Path,
    config: dict[str, Any],
    on_progress: Callable[[ml.Progress], None],
) -> ml.Outcome:
    import ml

    return ml.train(
        examples, start=start, out=out, config=ml.TrainingConfig(**config), on_progress=on_progress, resume=True
    )


def evaluate(examples: Sequence[ml.LabelledExample], *, model: Path, against: Path | None) -> ml.Report:
    import ml

    return ml.evaluate(examples, model=model, against=against)


def labelled(*, crop: dict[str, Any], **fields: Any) -> ml.LabelledExample:
    """One labelled recording, as training and evaluation take it."""
    import ml

    return ml.LabelledExample(crop=ml.Crop(**crop), **fields)


def recital_pieces() -> dict[str, tuple[str, str]]:
    """Title and composer of every piece that can be generated, by slug."""
    from ml.recital import PIECES

    return {slug: (piece.title, piece.composer) for slug, piece in PIECES.items()}


def recital(out: Path, **wanted: Any) -> ml.recital.Truth:
    """Render a generated performance of known skill to `out`; `wanted` are the fields of ml.recital.Recital."""
    from ml.recital import Recital, render

    return render(Recital(**wanted), out)
