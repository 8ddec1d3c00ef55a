"""The performances the starter model learns from and is judged on: planned by a seed, cropped as uploads are."""

from __future__ import annotations

import contextlib
import json
import os
import wave
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.data.examples import LabelledExample, Split
from ml.features.sight import propose_crop
from ml.media import picture_length
from ml.media.facts import Crop
from ml.media.sound import RATE
from ml.recital import LEVELS, PIECES, Recital, render, sound_of

SIZES = ((426, 240), (640, 360), (854, 480))  # pixels; the network sees far fewer
SECONDS = (8.0, 13.0)  # from, to
TAKES = 3  # performances of one player
SEED_OF_PART = {"train": 1, "validation": 2, "audit": 3}


@dataclass(frozen=True)
class Planned:
    """One performance to be rendered."""

    id: str
    split: Split
    recital: Recital


def plan(split: Split, count: int, *, seed: int, confound: str | None = None) -> list[Planned]:
    """`count` performances of one part: no player and no nuisance in two parts, audit pieces in the audit part alone.

    Levels are as frequent as each other and, like lengths and sizes, independent of everything else. More performances
    of the same seed begin with the same ones. With `confound` that nuisance follows the level, on purpose.
    """
    dice = np.random.default_rng((seed, SEED_OF_PART[split]))
    held_out = audit_pieces()
    pieces = [piece for piece in PIECES if (piece in held_out) == (split == "audit")]
    bag: list[int] = []
    planned = []
    for index in range(count):
        bag = bag or dice.permutation(LEVELS).tolist()
        player = SEED_OF_PART[split] * 100_000 + seed * 1_000 + index // TAKES
        recital = Recital(
            seed=player * 10 + index % TAKES,
            level=bag.pop(),
            piece=str(dice.choice(pieces)),
            player=player,
            size=SIZES[int(dice.choice(len(SIZES), p=(0.6, 0.3, 0.1)))],
            seconds=round(float(dice.uniform(*SECONDS)), 2),
            confound=confound,
        )
        name = f"{split}-{seed}-{index:04d}" + (f"-{confound}" if confound else "")
        planned.append(Planned(name, split, recital))
    return planned


def audit_pieces() -> frozenset[str]:
    """A quarter of the pieces, spread over the catalogue."""
    return frozenset(list(PIECES)[1::4])


def rendered(
    planned: Sequence[Planned], folder: Path, *, processes: int, tell: Callable[[int, int], None]
) -> list[LabelledExample]:
    """Render what is not there yet into `folder`; every performance as a labelled example."""
    return _each(partial(one, folder=folder), planned, folder, processes=processes, tell=tell)


def sounded(
    planned: Sequence[Planned], folder: Path, *, processes: int, tell: Callable[[int, int], None]
) -> list[LabelledExample]:
    """The same for performances that are only heard: a twentieth of the time, where listening wants more examples."""
    return _each(partial(one_sound, folder=folder), planned, folder, processes=processes, tell=tell, chunk=20)


def _each(
    make: Callable[[Planned], LabelledExample],
    planned: Sequence[Planned],
    folder: Path,
    *,
    processes: int,
    tell: Callable[[int, int], None],
    chunk: int = 1,
) -> list[LabelledExample]:
    """In processes of their own; in this one where there is one to be, or nothing to do."""
    folder.mkdir(parents=True, exist_ok=True)
    examples = []
    with contextlib.ExitStack() as stack:
        made: Iterator[LabelledExample] = map(make, planned)
        if processes > 1 and planned:
            pool = stack.enter_context(ProcessPoolExecutor(processes, mp_context=get_context("spawn")))
            made = pool.map(make, planned, chunksize=chunk)
        for done, example in enumerate(made, start=1):
            examples.append(example)
            tell(done, len(planned))
    return examples


def one_sound(planned: Planned, *, folder: Path) -> LabelledExample:
    path = folder / f"{planned.id}-{planned.recital.seed}-{planned.recital.level}.wav"
    if not path.exists():
        write_sound(sound_of(planned.recital), path)
    return LabelledExample(
        id=f"heard-{planned.id}",
        features=path.with_suffix(".safetensors"),
        level=float(planned.recital.level),
        weight=1.0,
        player=str(planned.recital.player),
        piece=str(planned.recital.piece),
        split=planned.split,
        proxy=path,
        duration=float(planned.recital.seconds or 0.0),
    )


def write_sound(samples: NDArray[np.float32], path: Path) -> None:
    """`[samples]` in -1 to 1 at 44.1 kHz as 16-bit PCM, whole or not at all."""
    half_done = path.with_name(f".{path.name}.part")
    with wave.open(str(half_done), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.round(np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    os.replace(half_done, path)


def one(planned: Planned, *, folder: Path) -> LabelledExample:
    """Render, propose the crop as for an upload, and write down both."""
    film, note = folder / f"{planned.id}.mp4", folder / f"{planned.id}.json"
    told = {**asdict(planned.recital), "size": list(planned.recital.size)}
    facts = _facts(note, told)
    if facts is None or not film.exists():
        half_done = film.with_name(f"{planned.id}.part.mp4")
        truth = render(planned.recital, half_done)
        os.replace(half_done, film)
        facts = {
            "recital": told,
            "crop": asdict(propose_crop(film)),
            "duration": picture_length(film),
            "fps": truth.fps,
            "audible": truth.audible,
            "visible": truth.visible,
            "bytes": film.stat().st_size,
        }
        note.write_text(json.dumps(facts))
    crop = Crop(**facts["crop"])
    return LabelledExample(
        id=planned.id,
        features=folder / "features" / f"{planned.id}.safetensors",
        level=float(planned.recital.level),
        weight=1.0,
        player=str(planned.recital.player),
        piece=str(planned.recital.piece),
        split=planned.split,
        metadata={
            "x": crop.x,
            "y": crop.y,
            "width": crop.width,
            "height": crop.height,
            "duration": facts["duration"],
            "frame_rate": facts["fps"],
            "bit_rate": facts["bytes"] * 8 / facts["duration"],
        },
        proxy=film,
        crop=crop,
        duration=facts["duration"],
    )


def _facts(note: Path, told: dict[str, Any]) -> dict[str, Any] | None:
    """What was written down of this very performance, if anything."""
    try:
        facts: dict[str, Any] = json.loads(note.read_text())
    except (OSError, ValueError):
        return None
    return facts if facts.get("recital") == told else None
