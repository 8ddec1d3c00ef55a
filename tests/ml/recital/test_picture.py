"""The keyboard, the hands and what they do."""

import os
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from ml.recital import PIECES, Recital, camera, frames_of, hands, scenery
from ml.recital.keyboard import WIDTH, key_x, touch
from ml.recital.skill import CRITERIA, curve
from ml.recital.stage import rehearse

SIZE = (426, 240)


def moved(ready, times, visible=None):
    """Both hands at some moments, with another visible skill if one is given."""
    skill = ready.skill
    if visible is not None:
        seen = {name: curve(name, visible) for name in CRITERIA["posture"]}
        skill = replace(skill, visible=visible, values={**skill.values, **seen})
    return hands.move(times, ready.performance, skill, 1.0, np.random.default_rng(0))


def test_keys_lie_where_they_do_on_a_piano():
    assert key_x(21) == pytest.approx(11.75)
    assert key_x(108) == pytest.approx(WIDTH - 11.75)
    assert key_x(72) - key_x(60) == pytest.approx(164.5)
    assert key_x(60) < key_x(61) < key_x(62)


def test_the_same_recital_looks_the_same():
    recital = Recital(5, 4, size=SIZE, seconds=3)
    for first, second in zip(islice(frames_of(recital), 20), islice(frames_of(recital), 20), strict=True):
        assert np.array_equal(first, second)


def test_chosen_frames_are_those_of_the_whole_picture():
    recital = Recital(5, 4, size=SIZE, seconds=3)
    whole = list(islice(frames_of(recital), 13))
    for number, frame in zip((12, 3), frames_of(recital, (12, 3)), strict=True):
        assert np.array_equal(frame, whole[number])


@pytest.mark.parametrize("size", [(320, 180), (426, 240), (1280, 720), (1920, 1080), (360, 640)])
def test_it_can_be_drawn_at_any_size(size):
    frame = next(frames_of(Recital(5, 4, size=size)))
    assert frame.shape == (size[1], size[0], 3)
    assert frame.dtype == np.uint8
    assert frame.std() > 10


@pytest.mark.parametrize("level", [1, 5, 10])
@pytest.mark.parametrize("slug", ["minuet-in-g", "velocity-scales", "gymnopedie", "invention-in-c"])
def test_a_finger_is_on_its_key_when_the_key_goes_down(slug, level):
    ready = rehearse(Recital(3, level, piece=slug, seconds=12))
    notes = [note for note in ready.performance.notes if not note.slip]
    times = np.array([note.onset for note in notes])
    order = np.argsort(times)
    motion = moved(ready, times[order])
    away = []
    for moment, index in enumerate(order):
        note = notes[index]
        tip = motion.fingers[moment, hands.HANDS.index(note.hand), note.finger - 1, 3]
        away.append(np.hypot(*(tip[:2] - touch(note.pitch, note.finger)[:2])))
    assert np.mean(np.array(away) < 8) > (0.9 if level == 1 else 0.97), "within a third of a key"


@pytest.mark.parametrize("level", [1, 10])
@pytest.mark.parametrize("slug", PIECES)
def test_fingers_stay_as_long_as_fingers_are(slug, level):
    ready = rehearse(Recital(5, level, piece=slug))
    times = np.arange(0, ready.performance.seconds, 1 / 15)
    motion = moved(ready, times)
    length = np.linalg.norm(motion.fingers[..., 3, :] - motion.fingers[..., 0, :], axis=-1)
    bones = hands.BONES.sum(axis=1)
    assert np.mean(length > 1.15 * bones) < 0.12
    assert (length < 1.45 * bones).all()


def test_a_key_that_is_played_changes_in_the_picture():
    ready = rehearse(Recital(3, 10, piece="ode-to-joy", size=SIZE))
    view = camera.place(ready.nuisances, SIZE)
    stage = scenery.build(view, ready.nuisances)
    for pitch in (60, 61, 67):
        frame = stage.up.copy()
        stage.press(frame, pitch, 1.0)
        changed = np.abs(frame.astype(int) - stage.up).sum(axis=2) > 30
        _rows, columns = np.nonzero(changed)
        x, _ = view.project(np.array([key_x(pitch), 90.0, 0.0]))
        assert changed.sum() > 20
        assert abs(columns.mean() - x) < 14 * view.scale
        assert columns.max() - columns.min() < 40 * view.scale
        half = stage.up.copy()
        stage.press(half, pitch, 0.5)
        assert 0 < np.abs(half.astype(int) - stage.up).sum() < np.abs(frame.astype(int) - stage.up).sum()


def test_a_weaker_hand_is_flatter_lower_restless_and_late():
    ready = rehearse(Recital(4, 5, piece="minuet-in-g", seconds=12))
    times = np.arange(0, 12, 1 / 30)

    def seen(visible):
        motion = moved(ready, times, visible)
        length = np.linalg.norm(motion.fingers[:, :, 2, 3, :2] - motion.fingers[:, :, 2, 0, :2], axis=-1).mean()
        speed = np.abs(np.diff(motion.wrist, axis=0)).mean()
        swing = motion.elbow[:, :, 0].std(axis=0).mean()
        return length, -motion.wrist[:, :, 2].mean(), speed, swing

    measured = [seen(visible) for visible in (10, 8, 6, 4, 2)]
    for quantity in zip(*measured, strict=True):
        assert list(quantity) == sorted(quantity)


def test_the_camera_does_not_know_the_level():
    low, high = (rehearse(Recital(6, level)) for level in (1, 10))
    assert camera.place(low.nuisances, SIZE) == camera.place(high.nuisances, SIZE)


def test_it_draws_at_least_half_as_fast_as_it_plays():
    frames = frames_of(Recital(7, 5, size=(1280, 720), fps=30))
    next(frames)
    before = os.times()
    count = sum(1 for _ in islice(frames, 45))
    after = os.times()
    assert count / (after.user + after.system - before.user - before.system) > 15
