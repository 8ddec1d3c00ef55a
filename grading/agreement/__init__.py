"""How well people agree about levels: pure statistics over numbers, without Django.

numpy is imported by these modules and scipy where a quantile is asked for; a page imports this package when it is
opened, so that a web process that shows no such page stays small.
"""

from .anchoring import Anchoring, Side, anchoring
from .combining import Combined, Raters, Rule, Said, combine, know_raters, precision
from .figures import Figure, share
from .icc import IncompleteTable, icc_2_1
from .limits import Limits, limits_of_agreement
from .pairs import FEWEST, Agreement, Pair, compare
from .severity import Marked, Severity, severities

__all__ = [
    "FEWEST",
    "Agreement",
    "Anchoring",
    "Combined",
    "Figure",
    "IncompleteTable",
    "Limits",
    "Marked",
    "Pair",
    "Raters",
    "Rule",
    "Said",
    "Severity",
    "Side",
    "anchoring",
    "combine",
    "compare",
    "icc_2_1",
    "know_raters",
    "limits_of_agreement",
    "precision",
    "severities",
    "share",
]
