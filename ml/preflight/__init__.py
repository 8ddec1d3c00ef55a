"""Before a recording counts: is it one that can be judged? Each check measures one number and says how sure it is.

    findings = preflight(proxy, seconds=41.9, asked={"dark", "clipped"})

A check is one function in a module of its own: what was seen or heard to a Measure, with a LIMIT whose reason stands
beside it. `python -m ml preflight` measures how often each is right (docs/preflight.md). No torch in here.
"""

from ml.preflight.look import CHECKS, Finding, preflight
from ml.preflight.measure import Measure

__all__ = ["CHECKS", "Finding", "Measure", "preflight"]
