"""The picture of a performance, frame by frame."""

from collections.abc import Iterator, Sequence

import numpy as np

from ml.recital import camera, hands, scenery
from ml.recital.flesh import Flesh
from ml.recital.nuisance import Nuisances
from ml.recital.playing import Performance
from ml.recital.scenery import Image
from ml.recital.skill import Skill


def film(
    performance: Performance,
    skill: Skill,
    nuisances: Nuisances,
    size: tuple[int, int],
    random: np.random.Generator,
    chosen: Sequence[int] | None = None,
) -> Iterator[Image]:
    """Frames ``[height, width, 3]`` uint8 BGR; frame ``i`` shows the moment ``i / fps`` seconds.

    ``chosen`` draws only the frames of these numbers, in this order.
    """
    times = np.arange(int(performance.seconds * nuisances.fps)) / nuisances.fps
    view = camera.place(nuisances, size)
    stage = scenery.build(view, nuisances)
    motion = hands.move(times, performance, skill, nuisances.between("hand_size", 0.90, 1.10), random)
    flesh = Flesh(view, motion, nuisances)
    keys = hands.keys_down(times, performance)
    for moment in range(len(times)) if chosen is None else chosen:
        frame = stage.up.copy()
        for pitch, depth in hands.white_first(keys[moment]):
            stage.press(frame, pitch, depth)
        flesh.draw(frame, moment)
        yield frame
