"""What came of it as JSON and as Markdown."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ml.metrics import Estimate
from ml.pisa.judge import Protocol, Row
from ml.pisa.shortcut import NAMES
from ml.pisa.splits import TITLES
from ml.report import Outcome, plain

NOTHING = "–"
HEADER = "| variant | V:A | published, % | exact, % | ±1, % | MAE | QWK | Spearman | beyond the camera, points |"
BRANCHES = (
    "| variant | picture alone, % | sound alone, % | both, % | another's picture, % | another's sound, % | began at |"
)


@dataclass(frozen=True)
class Table:
    """Everything one command found. `settings` is how it was run, `left_out` names the unusable media files."""

    scheme: str
    settings: dict[str, Any]
    left_out: tuple[str, ...]
    protocols: tuple[Protocol, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values; what is not a number becomes null."""
        return plain(asdict(self))  # type: ignore[no-any-return]

    def to_markdown(self) -> str:
        settings = ", ".join(f"{name} {value}" for name, value in self.settings.items())
        lines = [f"# PISA, {self.scheme} samples", "", f"Run with {settings}."]
        lines += ["", *self.left_out] if self.left_out else ["", "No media file was left out."]
        for protocol in self.protocols:
            lines += ["", *_protocol(protocol)]
        return "\n".join(lines) + "\n"


def _protocol(protocol: Protocol) -> list[str]:
    counts = f"{protocol.train} samples to learn from, {protocol.validation} to choose the epoch by, "
    return [
        f"## {protocol.name.capitalize()}: {TITLES[protocol.name]}",
        "",
        f"{counts}{protocol.test} of {protocol.performances} performances to test on. "
        "In brackets the 95 % interval, performances drawn again.",
        "",
        HEADER,
        "|---|---|---|---|---|---|---|---|---|",
        *[_row(row) for row in protocol.rows],
        *[_control(name, figures) for name, figures in protocol.controls.items()],
        "",
        BRANCHES,
        "|---|---|---|---|---|---|---|",
        *[_branches(row) for row in protocol.rows if not row.trouble],
        *_flags(protocol.rows),
    ]


def _row(row: Row) -> str:
    published = ", ".join(f"{figure:.2f} ({paper})" for paper, figure in row.published.items()) or NOTHING
    start = [row.variant, row.ratio or NOTHING, published]
    if row.trouble:
        return _line([*start, row.trouble, *[NOTHING] * 5])
    return _line([*start, *_cells(row.branches["fused"]), share(row.lead)])


def _control(name: str, figures: Outcome) -> str:
    return _line([NAMES[name], NOTHING, NOTHING, *_cells(figures), NOTHING])


def _branches(row: Row) -> str:
    branches = {**row.branches, **row.shuffled}
    order = ("visual", "aural", "fused", "shuffled_visual", "shuffled_aural")
    began = "; ".join(f"{branch}: {source}" for branch, source in row.started_from.items() if "_" not in branch)
    return _line(
        [row.variant, *[share(branches[name].exact) if name in branches else NOTHING for name in order], began]
    )


def _flags(rows: Sequence[Row]) -> list[str]:
    """Rows that cannot be told from the nearest camera, in words."""
    level = [row.variant for row in rows if row.lead and not row.lead.low > 0]
    if not level:
        return []
    return ["", f"Not surely better than the nearest camera, which neither looks nor listens: {', '.join(level)}."]


def _cells(figures: Outcome) -> list[str]:
    shares, others = (figures.exact, figures.within_one), (figures.mae, figures.qwk, figures.spearman)
    return [*(share(value) for value in shares), *(number(value) for value in others)]


def share(value: Estimate | None) -> str:
    """In per cent, with its interval."""
    if value is None:
        return NOTHING
    interval = "" if math.isnan(value.low) else f" ({100 * value.low:.1f} to {100 * value.high:.1f})"
    return f"{100 * value.value:.2f}{interval}"


def number(value: Estimate) -> str:
    interval = "" if math.isnan(value.low) else f" ({value.low:.2f} to {value.high:.2f})"
    return f"{value.value:.2f}{interval}"


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
