"""Recordings of known level, rendered once into a folder: players whose takes climb two levels, filmed by two phones.

A film is named by who plays what how well; its truth is computed anew (milliseconds), so a folder of mp4 files is all
there is to keep. The second phone makes a darker, flatter, smaller and noisier picture, and a softer, thinner sound.
"""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import imageio_ffmpeg

from ml.recital import Recital, Truth, render
from ml.recital.stage import truth_of

PIECES = ("minuet-in-g", "ode-to-joy", "lullaby", "fur-elise", "sonatina-in-c", "prelude-in-c")
STARTS = range(1, 9)  # the level a player begins the year at
CLIMB = 3  # levels that a player is recorded at: the first, and two more
FIRST_SEED = 7_000_000  # of takes; the starter model has met none of them


@dataclass(frozen=True)
class Phone:
    """What films: its name as the file tells it, and what it makes of picture and sound (ffmpeg's filters)."""

    make: str
    model: str
    picture: str = ""
    sound: str = ""


OLD = Phone("Pomelo", "One")
NEW = Phone(
    "Quince",
    "Nova 5",
    picture="scale=384:216,eq=brightness=-0.12:contrast=0.85:gamma=0.9,noise=alls=6:allf=t",
    sound="volume=-7dB,highpass=f=150",
)


@dataclass(frozen=True)
class Size:
    """How large a pool is, and each of its films."""

    players: int = 32
    takes: int = 4  # of each player at each level
    seconds: float = 8.0
    picture: tuple[int, int] = (426, 240)


SMALL = Size(players=6, takes=1, seconds=3.0, picture=(192, 108))


@dataclass(frozen=True)
class Take:
    """One performance, not yet filmed by any phone."""

    player: int
    level: int
    number: int
    size: Size

    @property
    def name(self) -> str:
        return f"player{self.player:02d}-level{self.level:02d}-take{self.number}"

    @property
    def piece(self) -> str:
        return PIECES[(self.player + self.number + self.level) % len(PIECES)]

    @property
    def recital(self) -> Recital:
        return Recital(
            seed=FIRST_SEED + (self.player * 10 + self.level) * 100 + self.number,
            level=self.level,
            piece=self.piece,
            player=FIRST_SEED + self.player,
            size=self.size.picture,
            fps=30.0,
            seconds=self.size.seconds,
        )


@cache
def truth_of_take(take: Take) -> Truth:
    return truth_of(take.recital)


def takes_of(player: int, size: Size) -> list[Take]:
    """Every take of one player, by level."""
    start = STARTS[player % len(STARTS)]
    return [Take(player, level, number, size) for level in range(start, start + CLIMB) for number in range(size.takes)]


def every_take(size: Size) -> Iterator[Take]:
    for player in range(size.players):
        yield from takes_of(player, size)


def film(take: Take, phone: Phone, folder: Path) -> Path:
    """The file of this take by this phone, made where it is not there yet."""
    out = folder / f"{take.name}-{phone.model.lower().replace(' ', '-')}.mp4"
    if out.exists():
        return out
    folder.mkdir(parents=True, exist_ok=True)
    plain = folder / f".{take.name}.mp4"
    if not plain.exists():
        render(take.recital, plain)
    _through(phone, plain, out)
    return out


def _through(phone: Phone, plain: Path, out: Path) -> None:
    """A phone of no picture and sound of its own only signs the file."""
    picture = ["-vf", phone.picture, "-c:v", "libx264", "-preset", "veryfast", "-crf", "26"] if phone.picture else []
    sound = ["-af", phone.sound, "-c:a", "aac", "-b:a", "96k"] if phone.sound else []
    made = out.with_suffix(".making.mp4")
    subprocess.run(
        [
            imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-nostdin", "-y", "-i", str(plain),
            *(picture or ["-c:v", "copy"]), *(sound or ["-c:a", "copy"]), "-threads", "1",
            "-movflags", "+faststart+use_metadata_tags", "-fflags", "+bitexact",
            "-metadata", f"com.apple.quicktime.make={phone.make}",
            "-metadata", f"com.apple.quicktime.model={phone.model}", str(made),
        ],
        check=True,
        timeout=120,
    )  # fmt: skip
    made.replace(out)
