"""The intraclass correlation ICC(2,1) of Shrout & Fleiss, Psychological Bulletin 86:420 (1979).

Two-way random, absolute agreement, a single rater: how far one teacher's level alone tells performances apart, a
teacher who is kinder throughout counting against it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .figures import Figure, Floats, f_quantile, figure

TINY = 1e-12  # a mean square below which nothing varies


class IncompleteTable(ValueError):
    """Every rater must have rated every target."""


def icc_2_1(table: Sequence[Sequence[float]]) -> Figure | None:
    """One row per target, one column per rater; None where nothing varies.

    The table must be complete: rows that lack a rating are for the caller to leave out, nothing is filled in.
    """
    targets, raters = len(table), len(table[0]) if table else 0
    if targets < 2 or raters < 2 or any(len(row) != raters for row in table):
        raise IncompleteTable("An intraclass correlation needs a complete table of at least two by two.")
    between, judges, error = _mean_squares(np.asarray(table, dtype=float))
    whole = between + (raters - 1) * error + raters * (judges - error) / targets
    if whole < TINY:
        return None
    value = (between - error) / whole
    if error < TINY:  # the formula's F would be infinite
        return Figure(value)
    return figure(value, *_interval(value, targets, raters, between, judges, error))


def _mean_squares(table: Floats) -> tuple[float, float, float]:
    """Between targets (BMS), between judges (JMS), and the rest (EMS)."""
    targets, raters = table.shape
    grand, rows, columns = table.mean(), table.mean(axis=1), table.mean(axis=0)
    rest = table - rows[:, None] - columns[None, :] + grand
    return (
        float(raters * ((rows - grand) ** 2).sum() / (targets - 1)),
        float(targets * ((columns - grand) ** 2).sum() / (raters - 1)),
        float((rest**2).sum() / ((targets - 1) * (raters - 1))),
    )


def _interval(rho: float, n: int, k: int, between: float, judges: float, error: float) -> tuple[float, float]:
    """Shrout & Fleiss, page 424; `freedom` is their ν, after Satterthwaite."""
    f_judges = judges / error
    share = n * (1 + (k - 1) * rho) - k * rho
    freedom = (k - 1) * (n - 1) * (k * rho * f_judges + share) ** 2 / ((n - 1) * (k * rho * f_judges) ** 2 + share**2)
    f_low, f_high = f_quantile(n - 1, freedom), f_quantile(freedom, n - 1)
    other = k * judges + (k * n - k - n) * error
    return (
        n * (between - f_low * error) / (f_low * other + n * between),
        n * (f_high * between - error) / (other + n * f_high * between),
    )
