"""What was counted, as the table of docs/preflight.md."""

from __future__ import annotations

import operator

import numpy as np

from ml.preflight.calibration.faults import FAULTS
from ml.preflight.calibration.rates import CLEAN, Rate, Rates
from ml.preflight.look import CHECKS

UNITS = {
    "frame": "share of the looks",
    "dark": "grey level",
    "shaky": "widths in 0.1 s",
    "cut": "times the change around",
    "sync": "ms",
    "piano": "0 to 1",
    "clipped": "samples in the worst second",
    "quiet": "dB",
    "noise": "dB",
    "pumping": "dB a second",
    "silence": "s",
}
HEAD = """| check (limit) | recordings | real: found | measured | generated: found | measured |
|---|---|---|---|---|---|"""


def table(rates: Rates) -> str:
    """A row of clean stretches for each check, which are its false alarms, then a row for each of its faults."""
    rows = [HEAD]
    for name, check in CHECKS.items():
        if not rates[name, CLEAN, "generated"].of:
            continue
        sign = "<" if check.worse is operator.lt else ">"
        rows.append(_row(f"**{name}** ({sign} {check.limit:g} {UNITS[name]})", name, CLEAN, rates))
        rows += [_row("", name, fault.what, rates) for fault in FAULTS if fault.check == name]
    return "\n".join(rows) + "\n"


def _row(head: str, check: str, what: str, rates: Rates) -> str:
    cells = [cell for kind in ("real", "generated") for cell in _cells(rates[check, what, kind])]
    return "| " + " | ".join([head, what, *cells]) + " |"


def _cells(rate: Rate) -> tuple[str, str]:
    if not rate.of:
        return "–", "–"
    low, high = rate.interval
    said = f"{rate.found} of {rate.of} ({low:.0%} to {high:.0%})"
    if not rate.values:
        return said, "cannot tell"
    least, middle, most = np.percentile(rate.values, (0, 50, 100))
    return said, f"{middle:.3g} ({least:.3g} to {most:.3g})"
