"""How two hands move to play what is played: joints in millimetres over time.

The fingertips are led by the notes: a finger is on its key while the key is down. The rest of the hand follows from
posture (flat or arched), from when it sets out for the next position, and from the needless movements of the visible
skill.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.recital.keyboard import BLACK_HEIGHT, TRAVEL, WHITE, is_black, touch
from ml.recital.playing import Performance, Played
from ml.recital.skill import Skill

Track = NDArray[np.float64]

HANDS = ("L", "R")
HOLDS = 30.0  # mm; a hand goes farther only when its keys are let go
STRETCH = 0.38  # share of its length by which a finger on its key can be away
BRUSH = 0.03  # s after a stroke in which the same finger touches another key only by the way
APPROACH, RELEASE = 0.10, 0.12  # s a fingertip takes down to its key and back up
# Resting places of the five tips from the hand's centre (right hand, mm): across, and towards the fallboard.
REST_X = np.array([-2.0, -1.0, 0.0, 1.0, 2.0]) * WHITE
REST_Y = np.array([16.0, 37.0, 43.0, 38.0, 26.0])
# Knuckles from the wrist (right hand, mm); the thumb's is its saddle joint.
KNUCKLE_X = np.array([-24.0, -21.0, -2.0, 15.0, 31.0])
KNUCKLE_Y = np.array([28.0, 92.0, 95.0, 89.0, 78.0])
BONES = np.array([[46.0, 34.0, 28.0], [44.0, 25.0, 20.0], [48.0, 29.0, 21.0], [45.0, 27.0, 21.0], [35.0, 21.0, 19.0]])


@dataclass(frozen=True)
class Motion:
    """Joints in mm at ``T`` moments: fingers ``[T, 2, 5, 4, 3]`` (knuckle, joints, tip), wrist and elbow ``[T, 2, 3]``.

    ``scale`` is the size of the hands (1 is average). Hands in the order of HANDS.
    """

    fingers: Track
    wrist: Track
    elbow: Track
    scale: float


def smooth(share: Track) -> Track:
    """Minimum-jerk rise from 0 to 1."""
    share = np.clip(share, 0.0, 1.0)
    return share**3 * (10 - 15 * share + 6 * share**2)


def wobble(times: Track, low: float, high: float, random: np.random.Generator) -> Track:
    """Irregular swinging of unit strength between two frequencies (Hz)."""
    waves = [np.sin(2 * np.pi * (random.uniform(low, high) * times + random.random())) for _ in range(4)]
    return np.sum(waves, axis=0) / np.sqrt(2.0)


def positions(notes: list[Played], sign: float, scale: float) -> tuple[Track, Track, Track]:
    """Where the hand's centre belongs as notes begin: times ``[N]``, places ``[N, 2]`` (mm), held until ``[N]`` (s)."""
    times: list[float] = []
    until: list[float] = []
    places: list[list[Track]] = []
    for note in notes:
        if note.slip:
            continue
        x, y, _ = touch(note.pitch, note.finger)
        place = np.array([x - sign * REST_X[note.finger - 1] * scale, y - REST_Y[note.finger - 1]])
        if times and note.onset - times[-1] < 0.06:
            places[-1].append(place)
            until[-1] = max(until[-1], note.offset)
        else:
            times.append(note.onset)
            places.append([place])
            until.append(note.offset)
    return np.array(times), np.array([np.mean(group, axis=0) for group in places]), np.array(until)


def travel(times: Track, at: Track, places: Track, until: Track, jump: float) -> tuple[Track, Track]:
    """The path through the positions ``[T, 2]``, and how violently each moment is part of a jump ``[T]``."""
    path = np.repeat(places[:1], len(times), axis=0)
    violence = np.zeros(len(times))
    for index in range(1, len(at)):
        gap = at[index] - at[index - 1]
        duration = float(np.clip(jump * gap, 0.07, 0.9))
        begin = at[index] - min(duration, gap)
        step = places[index] - places[index - 1]
        distance = float(np.hypot(*step))
        if distance > HOLDS:
            begin = min(max(begin, until[index - 1]), at[index] - 0.07)
            duration = at[index] - begin
        path = path + smooth((times - begin) / max(duration, 1e-3))[:, None] * step
        if distance > 18:
            bump = np.exp(-0.5 * ((times - at[index] + 0.5 * duration) / (0.5 * duration + 0.06)) ** 2)
            violence = np.maximum(violence, bump * min(1.5, distance / 80))
    return path, violence


def one_at_a_time(notes: list[Played]) -> list[Played]:
    """What one finger aims at: a key brushed on the way is touched, not aimed at."""
    aimed: list[Played] = []
    for note in notes:
        if not aimed or note.onset - aimed[-1].onset > BRUSH:
            aimed.append(note)
    return aimed


def tips(times: Track, notes: list[Played], rest: Track, lift: float) -> tuple[Track, Track]:
    """Fingertips ``[T, 5, 3]`` led from rest to keys and back, and how firmly each is on its key ``[T, 5]``."""
    tip = rest.copy()
    firm = np.zeros(rest.shape[:2])
    for finger in range(1, 6):
        own = one_at_a_time([note for note in notes if note.finger == finger])
        for index, note in enumerate(own):
            before = own[index - 1].offset if index else -9.0
            after = own[index + 1].onset if index + 1 < len(own) else 1e9
            offset = min(note.offset, after - 0.04)
            approach = max(0.03, min(APPROACH, (note.onset - before) * 0.6))
            release = max(0.03, min(RELEASE, (after - offset) * 0.6))
            down = smooth((times - note.onset + approach) / approach)
            up = smooth((times - offset) / release)
            weight = down * (1 - up)
            active = weight > 0
            x, y, z = touch(note.pitch, finger)
            depth = smooth((times - note.onset + 0.03) / 0.03) * (1 - smooth((times - offset) / 0.05))
            target = np.stack([np.full(len(times), x), np.full(len(times), y), z - TRAVEL * depth], axis=-1)
            air = np.zeros_like(target)
            air[:, 2] = lift * 0.8 * np.sin(np.pi * weight) * (weight < 1)
            stronger = active & (weight >= firm[:, finger - 1])
            mixed = rest[:, finger - 1] * (1 - weight[:, None]) + target * weight[:, None] + air
            tip[stronger, finger - 1] = mixed[stronger]
            firm[stronger, finger - 1] = weight[stronger]
    return tip, firm


def within_reach(knuckles: Track, tip: Track, firm: Track, lengths: Track) -> Track:
    """Fingertips no farther from their knuckles than fingers are long; one that holds a key may stretch the hand."""
    line = tip - knuckles
    length = np.linalg.norm(line, axis=-1)
    longest = lengths * (1.03 + STRETCH * firm)
    return knuckles + line * np.minimum(1.0, longest / np.maximum(length, 1e-6))[..., None]


def bend(knuckle: Track, tip: Track, bones: Track, thumb: bool) -> Track:
    """The two joints between knuckle and tip ``[T, 4, 3]``: a finger arches upwards in the plane of its ends, a thumb
    barely.
    """
    line = tip - knuckle
    length = np.linalg.norm(line, axis=-1, keepdims=True)
    along = line / np.maximum(length, 1e-6)
    reach = bones.sum() * 0.985
    spare = np.clip(1 - length / reach, 0.0, 0.7)
    rise = np.sqrt(spare) * bones.sum() * (0.22 if thumb else 0.46)
    upward = np.array([0.0, 0.0, 1.0]) - along * along[..., 2:]
    upward /= np.maximum(np.linalg.norm(upward, axis=-1, keepdims=True), 1e-6)
    first = bones[0] / bones.sum()
    second = (bones[0] + bones[1]) / bones.sum()
    middle = knuckle + line * (first * 0.92) + upward * rise
    last = knuckle + line * (second + 0.06 * np.sqrt(spare)) + upward * rise * 0.72
    return np.stack([knuckle, middle, last, tip], axis=-2)


def one_hand(
    times: Track, notes: list[Played], hand: str, skill: Skill, scale: float, random: np.random.Generator
) -> tuple[Track, Track, Track]:
    """Fingers, wrist and elbow of one hand."""
    sign = 1.0 if hand == "R" else -1.0
    at, places, until = positions(notes, sign, scale)
    if not len(at):
        at, places, until = np.zeros(1), np.array([[611.0 + sign * 160.0, 0.0]]), np.zeros(1)
    path, violence = travel(times, at, places, until, skill["jump"])
    flat = skill["flat"]
    shake = skill["tremor"] * np.stack([wobble(times, 2.6, 5.2, random) for _ in range(3)], axis=-1)
    sway = skill["sway"] * wobble(times, 0.5, 1.3, random)
    strikes = np.zeros(len(times))
    for onset in at:
        strikes = np.maximum(strikes, np.exp(-0.5 * ((times - onset) / 0.07) ** 2))
    pump = skill["pump"] * (strikes - 0.45)

    splay = 1 + skill["splay"] / WHITE * 0.75
    rest = np.zeros((len(times), 5, 3))
    rest[:, :, 0] = path[:, :1] + sign * REST_X * scale * splay + (0.5 * sway + 0.6 * shake[:, 0])[:, None]
    stretch = np.array([3.0, 13.0, 15.0, 14.0, 12.0]) * (flat - 0.06)
    rest[:, :, 1] = path[:, 1:] + REST_Y + stretch + (0.5 * shake[:, 1])[:, None]
    flutter = np.stack([wobble(times, 0.8, 2.2, random) for _ in range(5)], axis=-1)
    rest[:, :, 2] = skill["lift"] * np.clip(0.75 + 0.35 * flutter, 0.1, 1.5) * np.array([0.5, 0.9, 0.8, 1.0, 1.3])
    rest[:, :, 2] += BLACK_HEIGHT * np.clip(path[:, 1:] / 40, 0, 1)
    tip, firm = tips(times, notes, rest, 6 + skill["lift"])

    reach = 50 + 28 * flat
    knuckle_height = (60 - 36 * flat) * scale
    wrist = np.stack(
        [
            path[:, 0] + sign * 4 + sway + shake[:, 0],
            path[:, 1] + 40 - (reach + 90 * scale) + 0.7 * shake[:, 1] - 0.35 * pump,
            62 - 50 * flat + 0.5 * shake[:, 2] - pump * (0.9 if flat < 0.5 else 0.7),
        ],
        axis=-1,
    )
    wrist[:, 2] = np.maximum(wrist[:, 2], -8)
    swing = skill["elbow"] * wobble(times, 0.4, 1.1, random) + 0.8 * skill["elbow"] * violence * sign
    elbow = np.stack(
        [
            611 + sign * (225 + 25 * flat) + 0.55 * (path[:, 0] - 611 - sign * 160) + swing,
            np.full(len(times), -395.0),
            np.full(len(times), 40.0),
        ],
        axis=-1,
    )
    heading = np.arctan2(wrist[:, 0] - elbow[:, 0], wrist[:, 1] - elbow[:, 1])  # 0 straight away from the player
    kick = np.radians(skill["kick"]) * (violence + 0.25 * wobble(times, 0.7, 1.8, random)) * sign
    turn = 0.35 * heading + kick
    cos, sin = np.cos(turn)[:, None], np.sin(turn)[:, None]
    across, forward = sign * KNUCKLE_X * scale, KNUCKLE_Y * scale
    knuckles = np.stack(
        [
            wrist[:, :1] + across * cos + forward * sin,
            wrist[:, 1:2] - across * sin + forward * cos,
            np.broadcast_to(knuckle_height * np.array([0.55, 0.94, 1.0, 0.95, 0.84]), (len(times), 5))
            - 0.35 * pump[:, None],
        ],
        axis=-1,
    )
    knuckles[:, :, 2] = np.maximum(knuckles[:, :, 2], 10)
    tip = within_reach(knuckles, tip, firm, BONES.sum(axis=1) * scale)
    fingers = np.stack([bend(knuckles[:, f], tip[:, f], BONES[f] * scale, f == 0) for f in range(5)], axis=1)
    return fingers, wrist, elbow


def move(times: Track, performance: Performance, skill: Skill, scale: float, random: np.random.Generator) -> Motion:
    """The motion of both hands at the given moments (s)."""
    left, right = (
        one_hand(times, [note for note in performance.notes if note.hand == hand], hand, skill, scale, random)
        for hand in HANDS
    )
    fingers, wrist, elbow = (np.stack(pair, axis=1) for pair in zip(left, right, strict=True))
    return Motion(fingers, wrist, elbow, scale)


def keys_down(times: Track, performance: Performance) -> list[list[tuple[int, float]]]:
    """For each moment the keys that are not up, with how far down they are (0..1)."""
    down: list[list[tuple[int, float]]] = [[] for _ in times]
    for note in performance.notes:
        first, last = np.searchsorted(times, [note.onset - 0.03, note.offset + 0.05])
        depth = smooth((times[first:last] - note.onset + 0.03) / 0.03) * (
            1 - smooth((times[first:last] - note.offset) / 0.05)
        )
        for index, share in zip(range(first, last), depth, strict=True):
            if share > 0.02:
                down[index].append((note.pitch, float(share)))
    return down


def white_first(keys: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """White keys before the black ones that stand above them."""
    return sorted(keys, key=lambda key: is_black(key[0]))
