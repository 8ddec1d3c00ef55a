"""`python -m ml benchmark grade`: what grading costs the usual way and ours, in one run, with the same weights.

The usual way is that of the papers' released code: every frame is written as a JPEG and opened again by Pillow, the mel
spectrogram is computed clip by clip, and the network runs sample by sample in 32 bits as it was built. (Where that code
calls librosa, torchaudio's equal is used: cheaper, so the comparison is a little too kind to the usual way.) Ours is
the code that grades recordings on the site, given the published preparation.

A sample is 10 clips of 16 frames spread over the recording; dense are all its clips, ten after ten. The cost is that of
the published network at full width, already loaded. Whether both ways say the same is asked with the starter's weights,
because what an untrained network says hardly depends on what it sees. The colours of the JPEGs are half a grey level
off (their range is converted in whole numbers), which by itself moves a probability by about 0.01: so the performance
is one of whose level these weights are sure, lest ties be broken by that.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

HELP = "time grading against the usual way, on the same recording and weights"

SECONDS, RATE, SIZE, BITS, GROUP = 180, 30, (1920, 1080), "8M", 250  # of the recording; GROUP: frames to a key frame
CROP = (0.02, 0.30, 0.96, 0.65)  # x, y, width, height as fractions of the picture
TOLERANCE = 0.02  # of any level's probability
BARS = {"sample": 8.0, "dense": 3.0}  # times less CPU, below which the command fails
WAYS = ("usual", "ours")
BRANCHES = 3  # whose probabilities are compared: visual, aural, multimodal


@dataclass(frozen=True)
class Cost:
    """What one way took: seconds, MB at most; and `probabilities`, ten for each sample and branch."""

    cpu: float
    wall: float
    peak: float
    probabilities: list[list[float]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--recording", type=Path, help="another recording than the one that is made")
    parser.add_argument("--rounds", type=int, default=2, help="the least of so many alternating runs counts")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="length of the recording that is made")
    parser.add_argument("--out", type=Path, help="also write the figures there, as JSON")


def run(chosen: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory() as folder:
        recording = chosen.recording or make_recording(Path(folder) / "recording.mp4", chosen.seconds)
        weights = {"published": published(Path(folder)), "trained": trained(Path(folder))}
        figures = {name: compare(name, recording, weights, chosen.rounds) for name in BARS}
    print(table(figures))
    if chosen.out:
        chosen.out.write_text(json.dumps(figures, indent=1, default=dataclasses.asdict) + "\n")
    return verdict(figures)


def compare(name: str, recording: Path, weights: dict[str, Path], rounds: int) -> dict[str, Cost]:
    """The cheapest run of each way, the ways taking turns, each in a process of its own."""
    costs: dict[str, list[Cost]] = {way: [] for way in WAYS}
    for _ in range(rounds):
        for way in WAYS:
            costs[way].append(apart(way, name, recording, weights["published"]))
            print(f"{name}, {way}: {costs[way][-1].cpu:.1f} s of CPU", file=sys.stderr, flush=True)
    said = {way: apart(way, name, recording, weights["trained"]).probabilities for way in WAYS}
    cheapest = {way: min(runs, key=lambda cost: cost.cpu) for way, runs in costs.items()}
    return {way: dataclasses.replace(cheapest[way], probabilities=said[way]) for way in WAYS}


def apart(way: str, name: str, recording: Path, weights: Path) -> Cost:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measured, way, name, recording, weights).result()


def measured(way: str, name: str, recording: Path, weights: Path) -> Cost:
    import torch

    from ml.benchmarks import grade_ways

    torch.set_num_threads(1)
    does = grade_ways.Usual(weights) if way == "usual" else grade_ways.Ours(weights)
    cpu, wall = used(), time.perf_counter()
    probabilities = does(name, recording)
    peaks = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return Cost(used() - cpu, time.perf_counter() - wall, max(peaks) / 1024, probabilities)


def used() -> float:
    """Seconds of CPU of this process and of the programs it has waited for."""
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def make_recording(out: Path, seconds: float) -> Path:
    """A generated performance, played over and over, packed as a camera does: 1080p30, H.264 of about 8 Mbit/s."""
    import imageio_ffmpeg

    from ml.recital import Recital, render

    part = out.with_name("part.mp4")
    render(Recital(seed=3, level=10, size=SIZE, fps=float(RATE), seconds=min(20.0, seconds)), part)
    picture = ("-c:v", "libx264", "-preset", "veryfast", "-b:v", BITS, "-g", GROUP, "-pix_fmt", "yuv420p")
    ffmpeg = (imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-nostdin", "-y", "-stream_loop", -1, "-i", part)
    # A little noise, as every camera makes: without it a drawn picture costs a decoder next to nothing. And no gaps
    # where it begins again: the usual way knows nothing of timestamps, and would hear the wrong moment ever after.
    even = ("-vf", f"noise=alls=6:allf=t,fps={RATE}", "-af", "aresample=async=1", "-t", seconds, "-c:a", "aac")
    subprocess.run([str(word) for word in (*ffmpeg, *even, *picture, out)], check=True)
    return out


def published(folder: Path) -> Path:
    """The paper's network at full width, with fresh weights."""
    from ml import checkpoint
    from ml.models.variants import variant
    from ml.preparation import paper

    path = folder / "published.safetensors"
    checkpoint.save(*checkpoint.new(variant("resnet18-3d+resnet18-2d"), paper(), seed=1), path)
    return path


def trained(folder: Path) -> Path:
    """The starter's weights, to be given the published preparation."""
    from ml import checkpoint
    from ml.preparation import paper
    from ml.starter import STARTER

    path, starter = folder / "trained.safetensors", checkpoint.load(STARTER)
    checkpoint.save(starter.network, dataclasses.replace(starter.about, preparation=paper()), path)
    return path


def difference(costs: dict[str, Cost]) -> float:
    """The largest of any level's probability."""
    pairs = zip(costs["usual"].probabilities, costs["ours"].probabilities, strict=True)
    return max(abs(a - b) for usual, ours in pairs for a, b in zip(usual, ours, strict=True))


def same_levels(costs: dict[str, Cost]) -> bool:
    def most_likely(rows: list[list[float]]) -> Iterator[int]:
        return (max(range(len(row)), key=row.__getitem__) for row in rows)

    return list(most_likely(costs["usual"].probabilities)) == list(most_likely(costs["ours"].probabilities))


def ratio(costs: dict[str, Cost]) -> float:
    return costs["usual"].cpu / costs["ours"].cpu


def table(figures: dict[str, dict[str, Cost]]) -> str:
    titles = ("usual, CPU s", "ours, CPU s", "times less", "usual, MB", "ours, MB", "probability off by")
    lines = [f"{'':10}{'samples':>9}" + "".join(f"{title:>20}" for title in titles)]
    for name, costs in figures.items():
        usual, ours = costs["usual"], costs["ours"]
        lines.append(
            f"{name:10}{len(ours.probabilities) // BRANCHES:9}{usual.cpu:20.1f}{ours.cpu:20.1f}{ratio(costs):20.1f}"
            f"{usual.peak:20.0f}{ours.peak:20.0f}{difference(costs):20.4f}"
        )
    return "\n".join(lines)


def verdict(figures: dict[str, dict[str, Cost]]) -> int:
    """0 when all is as promised; 1, with a sentence for each thing that is not."""
    trouble = []
    for name, costs in figures.items():
        if ratio(costs) < BARS[name]:
            trouble.append(f"{name}: {ratio(costs):.1f} times less CPU, where at least {BARS[name]:.0f} are promised.")
        if difference(costs) > TOLERANCE or not same_levels(costs):
            trouble.append(f"{name}: the two ways do not say the same ({difference(costs):.3f} apart).")
    for sentence in trouble:
        print(sentence, file=sys.stderr)
    return bool(trouble)
