"""The result in Markdown and JSON."""

from __future__ import annotations

import json
import os
import platform
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from ml.benchmarks.percepiano.ratings import Ratings
from ml.benchmarks.percepiano.scoring import APART, OTHERS, ROUNDS, Ceiling, Score, Scores
from ml.benchmarks.percepiano.splits import FOLDS, Split

# Mean R² over the 19 scales as others report it; Park et al. 2024 and later work on the same ratings.
PUBLISHED = {
    "leave-passage-out": {"Bi-LSTM on notes": 0.185, "the same with score alignment": 0.397, "MuQ, frozen": 0.537},
    "leave-music-out": {},
    "leave-performer-out": {"best published": 0.285},
    "leave-work-out": {"frozen large encoder": -0.09},
}
NOTES = f"""
R² = 1 - sum of squared errors / sum of squares about the mean of everything that is foreseen, folds pooled;
'R² by fold' takes each fold's own mean and then the mean over folds, as published figures do. Both are means over the
scales. Each label is the mean over raters, each rater counting once. Pairs: two performances of one passage whose
labels are at least {APART} apart (closer ones are ties and left out); no preference counts half; 'people' leaves out
renderings of the score. Brackets: 95 per cent of {ROUNDS} cluster bootstrap draws of groups (passages, or pieces of
music, or performers; passages also for leave-work-out, whose three works are too few to draw from). 'Adds': R² over
the row named, on the same draws. {FOLDS} folds, three for works.
Leave-passage-out is by name, as published: 16-bar passages and the 8 bars within them are then in different folds, as
are the returns of a rondo's theme. Leave-music-out keeps all passages that hold the same notes together.
Performers: the same number in two works is taken for the same person; both renderings of the score are one.
The notes are the performance's own MIDI: a stand-in for a perfect transcription. No transcription network was tried.
"""


@dataclass(frozen=True)
class Judged:
    """One row under one split; `added` is its R² over that of `beside`: value, low, high."""

    row: str
    scores: Scores
    beside: str | None
    added: tuple[float, float, float] | None
    seconds: float


Results = Mapping[str, Sequence[Judged]]


def markdown(
    ratings: Ratings, splits: Mapping[str, Split], results: Results, top: Ceiling, told: dict[str, object]
) -> str:
    works = {performance.work for performance in ratings.performances}
    lines = [
        "# PercePiano: foreseeing what people rated",
        "",
        f"{len(ratings.performances)} performances of {len({p.passage for p in ratings.performances})} passages "
        f"of {len(works)} works, {len(ratings.scales)} scales; {ratings.rows} rows of ratings, of which "
        f"{ratings.duplicates} verbatim duplicates were dropped and {ratings.again} were a rater's further rating of "
        f"the same performance (averaged).",
        "",
        *(f"- Not used: {sentence}" for sentence in ratings.left_out),
        "",
    ]
    for name, judged in results.items():
        count = len(set(splits[name].groups))
        lines += [f"## {name} ({count} groups, {len(splits[name].folds)} folds)", ""]
        lines += [
            "| way | R² | R² by fold | Spearman | pairs | pairs, people | adds | s |",
            "|---|---|---|---|---|---|---|---|",
        ]
        lines += [_line(one) for one in judged]
        lines += [f"| published: {who} | | {value:.3f} | | | | | |" for who, value in PUBLISHED[name].items()]
        lines.append("")
    lines += [
        f"## The ceiling of one rater ({top.answers} answers, each beside the mean of at least {OTHERS} others)",
        "",
        "| | R² | Spearman | pairs |",
        "|---|---|---|---|",
        f"| one rater, as answered | {_bracket(top.r2)} | {np.mean(top.spearman):.3f} | {_bracket(top.pairs)} |",
        f"| one rater, on the best straight line | {_bracket(top.line_r2)} | | |",
        f"| reliability of the mean rating, ICC(1,k) | {np.nanmean(top.reliability):.3f} | | |",
        "",
        *_per_scale(ratings.scales, results, top),
        "## How",
        NOTES,
        *(f"- {key}: {value}" for key, value in told.items()),
    ]
    return "\n".join(lines) + "\n"


def as_json(ratings: Ratings, results: Results, top: Ceiling, told: dict[str, object]) -> str:
    body = {
        "about": told,
        "scales": ratings.scales,
        "performances": len(ratings.performances),
        "rows": ratings.rows,
        "duplicates": ratings.duplicates,
        "again": ratings.again,
        "left_out": ratings.left_out,
        "published": PUBLISHED,
        "splits": {
            name: [
                {
                    "row": one.row,
                    **{key: value for key, value in asdict(one.scores).items() if key != "r2_rounds"},
                    "beside": one.beside,
                    "added": one.added,
                    "seconds": round(one.seconds, 2),
                }
                for one in judged
            ]
            for name, judged in results.items()
        },
        "ceiling": asdict(top),
    }
    return json.dumps(_plain(body), indent=1, ensure_ascii=False)


def circumstances(seed: int, **more: object) -> dict[str, object]:
    """Command, commit, machine: what a reader needs to do it again."""
    return {
        "command": "python -m ml " + shlex.join(sys.argv[1:]),
        "commit": _commit(),
        "seed": seed,
        "hardware": f"{_processor()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "date": datetime.now(UTC).date().isoformat(),
        **more,
    }


def _line(one: Judged) -> str:
    s = one.scores
    adds = ""
    if one.added and one.beside:
        value, low, high = one.added
        adds = f"{value:+.3f} [{low:+.3f}, {high:+.3f}] over '{one.beside}'"
    return (
        f"| {one.row} | {_bracket(s.r2)} | {s.fold_r2:.3f} | {np.mean(s.spearman):.3f} | {_bracket(s.pairs)} "
        f"| {_bracket(s.people)} | {adds} | {one.seconds:.0f} |"
    )


def _bracket(score: Score) -> str:
    return f"{score.mean:.3f} [{score.low:.3f}, {score.high:.3f}]"


def _per_scale(scales: Sequence[str], results: Results, top: Ceiling) -> list[str]:
    best = {name: max(judged, key=lambda one: one.scores.r2.mean) for name, judged in results.items()}
    lines = ["## R² of each scale, by the best row of each split", ""]
    lines += [f"- {name}: {one.row}" for name, one in best.items()]
    lines += ["", f"| scale | {' | '.join(best)} | one rater, on a line | ICC(1,k) |", "|---" * (len(best) + 3) + "|"]
    for k, scale in enumerate(scales):
        values = " | ".join(f"{one.scores.r2.scales[k]:.3f}" for one in best.values())
        lines.append(f"| {scale} | {values} | {top.line_r2.scales[k]:.3f} | {top.reliability[k]:.3f} |")
    return [*lines, ""]


def _plain(value: object) -> object:
    """NaN as null, tuples as lists: what every JSON reader takes."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return None if isinstance(value, float) and not np.isfinite(value) else value


def _commit() -> str:
    def said(*words: str) -> str:
        done = subprocess.run(["git", *words], cwd=Path(__file__).parent, capture_output=True, text=True, check=False)
        return done.stdout.strip() if done.returncode == 0 else ""

    try:
        commit = said("rev-parse", "--short=12", "HEAD")
        return (commit or "not known") + (" with changes" if said("status", "--porcelain", ".") else "")
    except FileNotFoundError:
        return "not known"


def _processor() -> str:
    facts = Path("/proc/cpuinfo")
    names = [line.split(":", 1)[1].strip() for line in facts.read_text().splitlines() if line.startswith("model name")]
    return names[0] if names else platform.machine()
