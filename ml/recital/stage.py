"""Where a performance comes together: what is played, its sound, its picture, its file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ml.recital import film, nuisance, picture, playing, skill, sound
from ml.recital.nuisance import Nuisances
from ml.recital.playing import Performance
from ml.recital.recital import Recital, Truth, stream
from ml.recital.scenery import Image
from ml.recital.skill import Skill


@dataclass(frozen=True)
class Rehearsed:
    """Everything that is decided about a performance before it sounds or shows."""

    recital: Recital
    skill: Skill
    nuisances: Nuisances
    performance: Performance

    @property
    def frames(self) -> int:
        """How many frames its picture has."""
        return int(self.performance.seconds * self.nuisances.fps)


def rehearse(recital: Recital) -> Rehearsed:
    """Decide everything; takes milliseconds."""
    form = skill.on_the_day(recital)
    nuisances = nuisance.draw(recital)
    return Rehearsed(recital, form, nuisances, playing.play(recital, form, nuisances))


def sound_of(recital: Recital) -> sound.Samples:
    """The sound: ``[seconds * 44100]`` float32 in -1..1."""
    ready = rehearse(recital)
    return sound.record(ready.performance, ready.nuisances, stream(recital, "microphone"))


def frames_of(recital: Recital, chosen: Sequence[int] | None = None) -> Iterator[Image]:
    """The picture: ``[height, width, 3]`` uint8 BGR, one after another, or only the frames of the chosen numbers."""
    ready = rehearse(recital)
    random = stream(recital, "hands")
    return picture.film(ready.performance, ready.skill, ready.nuisances, recital.size, random, chosen)


def truth_of(recital: Recital) -> Truth:
    """What is known about a performance, without rendering it."""
    ready = rehearse(recital)
    form, nuisances = ready.skill, ready.nuisances
    return Truth(
        level=recital.level,
        audible=form.audible,
        visible=form.visible,
        criteria=form.criteria,
        piece=nuisances.piece,
        player=nuisances.player,
        seconds=ready.performance.seconds,
        fps=nuisances.fps,
        nuisances=nuisances.places,
    )


def render(recital: Recital, out: Path, *, progress: film.Progress | None = None) -> Truth:
    """Write the performance to an mp4 and return what is known about it. Raises RecitalError with a sentence."""
    ready = rehearse(recital)
    quality = round(ready.nuisances.between("compression", film.LOWEST_QUALITY, film.HIGHEST_QUALITY))
    film.write(
        frames_of(recital), ready.frames, sound_of(recital), Path(out),
        size=recital.size, fps=ready.nuisances.fps, quality=quality, phone=recital.phone,
        progress=progress,
    )  # fmt: skip
    return truth_of(recital)
