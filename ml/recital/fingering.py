"""Fingers for notes that name none: the cheapest path over hand positions (after Parncutt et al. 1997, much
simplified).
"""

from collections.abc import Sequence
from itertools import combinations

BLACK = frozenset({1, 3, 6, 8, 10})
# Semitones that lie comfortably under neighbouring fingers of an open hand: thumb to index is the widest.
REACH = (0.0, 0.0, 2.6, 4.4, 5.9, 7.6)

Fingers = tuple[int, ...]
Chord = tuple[tuple[int, ...], Fingers | None]


def candidates(pitches: tuple[int, ...], hand: str) -> list[Fingers]:
    """Every order-keeping choice of fingers for a chord (given from low to high)."""
    choices = [tuple(choice) for choice in combinations(range(1, 6), len(pitches))]
    return choices if hand == "R" else [tuple(reversed(choice)) for choice in choices]


def shape(pitches: tuple[int, ...], fingers: Fingers, hand: str) -> float:
    """Discomfort of holding a chord."""
    sign = 1 if hand == "R" else -1
    cost = sum(1.2 for pitch, digit in zip(pitches, fingers, strict=True) if pitch % 12 in BLACK and digit in (1, 5))
    for (low, one), (high, other) in combinations(zip(pitches, fingers, strict=True), 2):
        cost += abs(sign * (high - low) - (REACH[other] - REACH[one]))
    return cost


def move(before: Chord, after: Chord, hand: str) -> float:
    """Discomfort of going on from one chord to the next."""
    sign = 1 if hand == "R" else -1
    (first, fingers), (then, digits) = before, after
    assert fingers is not None
    assert digits is not None
    if len(first) > 1 or len(then) > 1:
        centre = sum(first) / len(first) - sum(sign * REACH[digit] for digit in fingers) / len(first)
        target = sum(then) / len(then) - sum(sign * REACH[digit] for digit in digits) / len(then)
        return 0.3 * abs(target - centre)
    interval = sign * (then[0] - first[0])
    one, other = fingers[0], digits[0]
    if one == other:
        return 0.0 if interval == 0 else 2.5 + 0.5 * abs(interval)
    natural = REACH[other] - REACH[one]
    if interval * natural < 0:  # a crossing: only the thumb under, or a long finger over the thumb
        under = (other == 1 and one in (2, 3, 4) and 0 < interval <= 3) or (
            one == 1 and other in (2, 3, 4) and -3 <= interval < 0
        )
        black_thumb = (then if other == 1 else first)[0] % 12 in BLACK
        return 2.2 + (3.0 if black_thumb else 0.0) if under else 9.0 + abs(interval)
    return abs(interval - natural) + (1.5 if interval == 0 else 0.0)


def finger(chords: Sequence[Chord], hand: str) -> list[Fingers]:
    """Fingers for every chord, keeping those that are given. Dynamic programming over the sequence."""
    if not chords:
        return []
    options = [[given] if given else candidates(pitches, hand) for pitches, given in chords]
    costs = [shape(chords[0][0], option, hand) for option in options[0]]
    back: list[list[int]] = []
    for index in range(1, len(chords)):
        before, after = chords[index - 1][0], chords[index][0]
        ahead, links = [], []
        for option in options[index]:
            reached = [
                cost + move((before, previous), (after, option), hand)
                for cost, previous in zip(costs, options[index - 1], strict=True)
            ]
            best = min(range(len(reached)), key=reached.__getitem__)
            ahead.append(reached[best] + shape(after, option, hand))
            links.append(best)
        costs, back = ahead, [*back, links]
    place = min(range(len(costs)), key=costs.__getitem__)
    path = [place]
    for links in reversed(back):
        place = links[place]
        path.append(place)
    return [option[place] for option, place in zip(options, reversed(path), strict=True)]
