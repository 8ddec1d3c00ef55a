"""The door to `ml`: prepare, grade, train, evaluate. Imports inside the functions keep torch out of the web process."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ml


@dataclass(frozen=True)
class Recording:
    """What the model looks at and listens to: the proxy, the frame in it, its length (s), its source's digest."""

    proxy: Path
    crop: dict[str, Any]
    duration: float
    digest: str


class Refused(Exception):
    """The file is not what it should be; the message is for whoever sent it, the code and its numbers for programs."""

    def __init__(self, sentence: str, *, code: str = "", numbers: Mapping[str, float | str] | None = None) -> None:
        super().__init__(sentence)
        self.code, self.numbers = code, dict(numbers or {})


class CannotTrain(Exception):
    """A training that no further attempt would carry out; the message says why, and what could be done."""


def prepare(source: Path, folder: Path, *, max_bytes: int, progress: Callable[[str, float], None]) -> ml.Prepared:
    import ml

    try:
        return ml.prepare(source, folder, limits=ml.Limits(max_bytes=max_bytes), progress=progress)
    except ml.NotAPerformance as refusal:
        raise Refused(str(refusal), code=refusal.code, numbers=refusal.numbers) from refusal


def preflight(
    folder: Path, *, seconds: float, asked: Collection[str], shortest: float | None, longest: float | None
) -> Sequence[ml.preflight.Finding]:
    """What is wrong with the proxy in `folder`; a picture of each moment that shows it is left there."""
    from ml.preflight import preflight as look

    found: Sequence[ml.preflight.Finding] = look(
        folder / "proxy.mp4", seconds=seconds, asked=asked, shortest=shortest, longest=longest, folder=folder
    )
    return found


def voice(source: Path, out: Path) -> float:
    """Make a spoken remark playable; its length in seconds."""
    import ml

    try:
        seconds: float = ml.make_voice(source, out)
    except ml.NotAVoice as refusal:
        raise Refused(str(refusal)) from refusal
    return seconds


@lru_cache(maxsize=2)
def _grader(path: Path, digest: str) -> ml.Grader:
    """Once per process and version: the champion, and for a while the one before it."""
    import ml

    return ml.load_grader(path, digest=digest)


def grade(
    recording: Recording,
    *,
    model: Path,
    digest: str,
    cache: Path,
    quantile: float | None = None,
    progress: Callable[[float], None] | None = None,
) -> ml.Grade:
    """`quantile` (spreads of the distribution) is how wide the intervals are; None: as the checkpoint has them."""
    import ml

    return _grader(model, digest).grade(
        recording.proxy,
        ml.Crop(**recording.crop),
        duration=recording.duration,
        cache=cache,
        media_digest=recording.digest,
        quantile=quantile,
        progress=progress,
    )


def features(recording: Recording, *, model: Path, digest: str, cache: Path) -> Path:
    """The file of the recording's clip features, computed where the cache lacks it."""
    import ml

    path: Path = _grader(model, digest).features(
        recording.proxy,
        ml.Crop(**recording.crop),
        duration=recording.duration,
        cache=cache,
        media_digest=recording.digest,
    )
    return path


def explain(
    recording: Recording, *, model: Path, digest: str, cache: Path, start: float, end: float, folder: Path
) -> ml.Explanation:
    """Why the stretch from `start` to `end` seconds got its level; its pictures are left in `folder`."""
    import ml

    found = ml.explain(
        _grader(model, digest),
        recording.proxy,
        ml.Crop(**recording.crop),
        start=start,
        end=end,
        duration=recording.duration,
        cache=cache,
        media_digest=recording.digest,
    )
    ml.draw(found, recording.proxy, folder)
    return found


def align(one: Path, other: Path, *, progress: Callable[[float], None]) -> ml.Alignment:
    """Which moment of one proxy is which of the other, and the tempo of both."""
    import ml

    return ml.align(one, other, progress=progress)


def crop_film(recording: Recording, out: Path) -> None:
    """The frame of the recording as a small silent film."""
    from ml.media.crop_film import make_crop_film
    from ml.media.facts import Crop

    make_crop_film(recording.proxy, out, Crop(**recording.crop), duration=recording.duration)


def labelled(recording: Recording, **fields: Any) -> ml.LabelledExample:
    """One labelled recording, as training and evaluation take it."""
    import ml

    return ml.LabelledExample(
        proxy=recording.proxy, crop=ml.Crop(**recording.crop), duration=recording.duration, **fields
    )


def about(checkpoint: Path) -> dict[str, Any]:
    """What a checkpoint says of itself: variant, preparation, quantile. Raises ValueError for any other file."""
    from ml import header

    told: dict[str, Any] = header.about(checkpoint)
    return told


def train(
    examples: Sequence[ml.LabelledExample],
    *,
    start: Path,
    out: Path,
    config: dict[str, Any],
    on_progress: Callable[[ml.Progress], None],
    processes: int = 1,
) -> ml.Outcome:
    """Go on where an earlier call with the same examples and settings was broken off; in several processes one per GPU.

    Raises CannotTrain where another attempt would end the same way.
    """
    import ml

    wanted = ml.TrainingConfig(**config)
    try:
        if processes > 1:
            from ml.together import train_together

            return train_together(
                examples, start=start, out=out, config=wanted, processes=processes, on_progress=on_progress
            )
        return ml.train(examples, start=start, out=out, config=wanted, on_progress=on_progress, resume=True)
    except (ml.TrainingError, ml.CheckpointError) as refusal:
        raise CannotTrain(str(refusal)) from refusal


def full_config(config: Mapping[str, Any]) -> dict[str, Any]:
    """Every setting of a training, those that nobody chose too."""
    import ml

    return asdict(ml.TrainingConfig(**config))


def machine() -> dict[str, Any]:
    """The fields of ml.hardware.Hardware, of this process's machine."""
    from ml.hardware import present

    return asdict(present())


def code_version() -> str:
    """The version, and a digest of the source files of `ml`."""
    from ml import hardware

    version: str = hardware.code_version()
    return version


def evaluate(
    examples: Sequence[ml.LabelledExample], *, model: Path, against: Path | None, start: Path | None = None
) -> ml.Report:
    """With `start`, which `model` was trained from, the report has a learning curve (seconds more)."""
    import ml

    return ml.evaluate(examples, model=model, against=against, start=start)


def audited(**fields: Any) -> ml.gate.Audited:
    """One recording of the audit part, as `gate` takes it."""
    from ml.gate import Audited

    return Audited(**fields)


@lru_cache(maxsize=16)
def gate(rows: tuple[ml.gate.Audited, ...], *, margin: float, fewest: int) -> ml.gate.Figures:
    """What speaks for and against a candidate; the same rows are reckoned once per process."""
    from ml.gate import figures

    return figures(rows, margin=margin, fewest=fewest)


def needed(value: float, low: float, high: float, *, recordings: int, bound: float) -> int:
    """How many more audited recordings would tell a figure with this interval from the bound, four times in five."""
    from ml import gate

    count: int = gate.needed(value, low, high, recordings=recordings, bound=bound)
    return count


def agreement(
    levels: Sequence[float], others: Sequence[float], *, players: Sequence[str]
) -> dict[str, tuple[float, float, float]]:
    """Weighted kappa (`qwk`), mean absolute difference (`mae`, levels) and the share within one level (`within_one`),
    each with its bootstrap interval over players; its bounds are NaN for a single player.
    """
    import numpy as np

    from ml import metrics

    first, second = np.asarray(levels, dtype=float), np.asarray(others, dtype=float)
    found = {name: metrics.estimate(metrics.METRICS[name], first, second, players) for name in ("qwk", "mae")}
    near = np.abs(metrics.to_levels(first) - metrics.to_levels(second)) <= 1
    found["within_one"] = metrics.share(near, players)
    return {name: (each.value, each.low, each.high) for name, each in found.items()}


def closer(
    labels: Sequence[float], levels: Sequence[float], others: Sequence[float], *, players: Sequence[str]
) -> tuple[float, float, float]:
    """How many levels less `levels` are off than `others` are, of the same recordings, with its paired bootstrap
    interval over players; its bounds are NaN for a single player.
    """
    import numpy as np

    from ml import metrics

    told, first, second = (np.asarray(row, dtype=float) for row in (labels, levels, others))
    found = metrics.difference(metrics.mean_absolute_error, told, second, first, players)
    return found.value, found.low, found.high


def calibrated(distributions: Sequence[Sequence[float]], levels: Sequence[int]) -> float:
    """The quantile (spreads) within which nine in ten of these levels lie around what was expected of them.

    Raises ValueError where they are too few to tell.
    """
    from ml import calibration

    if len(levels) < calibration.FEWEST_SCORES:
        raise ValueError(f"{len(levels)} levels are too few; {calibration.FEWEST_SCORES} are needed.")
    scores = [calibration.score(row, level) for row, level in zip(distributions, levels, strict=True)]
    width: float = calibration.quantile(scores)
    return width


def fewest_scores() -> int:
    """So many levels are needed for `calibrated`."""
    from ml import calibration

    count: int = calibration.FEWEST_SCORES
    return count


def promise() -> float:
    """The share of levels that an interval is to hold."""
    from ml import calibration

    share: float = calibration.COVERAGE
    return share


def recital_pieces() -> dict[str, tuple[str, str]]:
    """Title and composer of every piece that can be generated, by slug."""
    from ml.recital import PIECES

    return {slug: (piece.title, piece.composer) for slug, piece in PIECES.items()}


def recital(out: Path, **wanted: Any) -> ml.recital.Truth:
    """Render a generated performance of known skill to `out`; `wanted` are the fields of ml.recital.Recital."""
    from ml.recital import Recital, render

    return render(Recital(**wanted), out)


def facts(film: Path) -> ml.MediaFacts:
    """What a stranger's film is, by a bounded look at it."""
    import ml

    try:
        return ml.probe(film)
    except ml.NotAPerformance as refusal:
        raise Refused(str(refusal), code=refusal.code, numbers=refusal.numbers) from refusal


def excerpt(film: Path, out: Path, *, start: float, end: float) -> None:
    """The seconds from `start` to `end` as a film of its own."""
    import ml
    from ml.media.cut import cut

    try:
        cut(film, out, facts=ml.probe(film), start=start, end=end)
    except ml.NotAPerformance as refusal:
        raise Refused(str(refusal), code=refusal.code, numbers=refusal.numbers) from refusal


def spreadsheet(path: Path) -> list[dict[str, str]]:
    """The rows of the first sheet, each as column letter → text."""
    from ml.data import spreadsheet as reader

    try:
        rows: list[dict[str, str]] = reader.read(path)
    except reader.SpreadsheetError as error:
        raise Refused(str(error)) from error
    return rows
