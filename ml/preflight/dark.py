"""Is there light enough to see the hands?"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import uniform_filter1d

from ml.preflight.measure import Measure
from ml.preflight.seen import Seen

# Clean pictures reach 90 and more; with four stops less light all lie below 48 (docs/preflight.md).
LIMIT = 50.0


def dark(seen: Seen) -> Measure:
    """Grey level (0 to 255) that the brightest tenth of the picture exceeds, in its darker half of the time.

    White keys are the brightest thing in a picture of a piano; when even they are dim, hands are hard to see. The
    moment is that of the darkest second.
    """
    second = max(1, round(seen.rate))
    smooth = uniform_filter1d(seen.bright, second, mode="nearest")
    return Measure(float(np.percentile(seen.bright, 25)), 1.0, float(np.argmin(smooth) / seen.rate))
