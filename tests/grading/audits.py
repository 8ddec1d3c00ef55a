"""What two models said of an audit part that never was, off by as much as a test asks for."""

import math

import numpy as np

PLAYERS, EACH = 12, 4
MARGINS = {name: {"value": -1.0, "low": -1.4, "high": -0.6} for name in ("majority", "metadata", "shuffled_visual")}


def bell(level: float, width: float = 0.9) -> list[float]:
    shares = np.exp(-((np.arange(1, 11) - level) ** 2) / (2 * width**2))
    return [round(float(share), 5) for share in shares / shares.sum()]


def audit(*, candidate: float, champion: float, seed: int = 0, players: int = PLAYERS, each: int = EACH) -> list[dict]:
    """Examples of a report: labels, and what both expected, off by so many levels on average."""
    dice = np.random.default_rng(seed)
    rows = []
    for number in range(players * each):
        level = float(dice.integers(2, 10))
        ours, theirs = (level + float(dice.normal(0, off * math.sqrt(math.pi / 2))) for off in (candidate, champion))
        low, high = math.ceil(ours - 1.7), math.floor(ours + 1.7)
        rows.append(
            {
                "id": f"recording {number}",
                "player": str(number % players),
                "piece": f"Piece {number % 3}",
                "level": level,
                "fused": ours,
                "champion": theirs,
                "low": low,
                "high": high,
                "probabilities": bell(ours),
                "groups": {"course": "Tuesday", "device": "phone" if number % players % 2 else "tablet"},
            }
        )
    return rows
