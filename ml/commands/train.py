"""`python -m ml train`, or `torchrun --nproc-per-node N -m ml train` on several GPUs"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ml.train import Outcome, Progress, TrainingConfig

HELP = "train a model from labelled performances"
# Options that are fields of TrainingConfig, with its defaults; each one's type and what it says.
SETTINGS: dict[str, tuple[type, str]] = {
    "epochs": (int, "times that every performance is looked at"),
    "batch": (int, "performances of one step, over all processes"),
    "accumulate": (int, "pieces that a step is divided into where the memory is small (whole)"),
    "learning_rate": (float, "of AdamW at its highest"),
    "weight_decay": (float, "of AdamW"),
    "pull": (float, "how strongly the weights are drawn back to where they began"),
    "clips": (int, "drawn from a performance for one step (whole)"),
    "validation_clips": (int, "of each performance looked at between epochs (whole)"),
    "brightness": (float, "jitter of the light, a share (whole)"),
    "gain_db": (float, "jitter of the loudness, decibels (whole)"),
    "tempo": (float, "jitter of the tempo, a share (whole)"),
    "transpose": (int, "jitter of the pitch, mel bands (whole)"),
    "seed": (int, "of fresh weights and of every draw"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "Several GPUs: torchrun --nproc-per-node N -m ml train … with the same options and --depth whole. "
        'A line of the list: {"id": "7", "proxy": "7.mp4", "level": 4, "player": "ann", "split": "train"}; '
        'for heads "features" instead of "proxy"; "weight", "piece", "crop", "metadata", "duration" if known.'
    )
    parser.add_argument("--examples", type=Path, required=True, help="a file with one performance per line, as JSON")
    parser.add_argument("--out", type=Path, required=True, help="where the trained model goes")
    parser.add_argument("--depth", choices=("heads", "whole"), default="whole", help="heads learn from cached features")
    begin = parser.add_mutually_exclusive_group(required=True)
    begin.add_argument("--start", type=Path, help="a model to begin with")
    begin.add_argument("--variant", help="or a network by name (see `variants`), fresh or with published weights")
    parser.add_argument("--width", type=int, default=64, help="of a network by name: channels of the first stage")
    parser.add_argument("--aural-width", type=int, help="the same for the sound, where it differs")
    parser.add_argument("--preparation", choices=("ours", "paper"), default="ours", help="of a network by name")
    parser.add_argument("--pretrained-visual", metavar="FILE|kinetics", help="weights the visual backbone begins at")
    parser.add_argument("--pretrained-aural", metavar="FILE|imagenet", help="weights the aural backbone begins at")
    for name, (kind, says) in SETTINGS.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=kind, help=says)
    parser.add_argument("--loss", choices=("ordinal", "pisa"))
    parser.add_argument("--precision", choices=("fp32", "bf16"))
    parser.add_argument("--mirror", action="store_true", default=None, help="left and right change places (whole)")
    parser.add_argument("--config", type=_object, default={}, metavar="JSON", help="any settings; options go before")
    parser.add_argument("--json", action="store_true", help="say everything as one JSON object a line")
    parser.add_argument("--resume", action="store_true", help="go on where a training of the same kind was broken off")
    parser.add_argument("--threads", type=int, help="of each process")


def run(chosen: argparse.Namespace) -> int:
    import torch

    import ml
    from ml.crew import assembled
    from ml.data.examples import ExamplesError, read_examples
    from ml.models.variants import UnknownVariant
    from ml.pretrained import PretrainedError

    if chosen.threads:
        torch.set_num_threads(chosen.threads)
    voice: Voice = Objects() if chosen.json else Words()
    try:
        config = config_of(chosen)
        examples = read_examples(chosen.examples, needs="proxy" if chosen.depth == "whole" else "features")
        with assembled() as crew:
            if crew.leads and chosen.variant:
                begin_anew(chosen, config.seed)
            crew.wait()
            start = chosen.start or start_path(chosen.out)
            done = ml.train(
                examples, start=start, out=chosen.out, config=config, on_progress=voice.tell, resume=chosen.resume
            )
    except (
        ml.CheckpointError,
        ml.FeaturesError,
        ml.TrainingError,
        ExamplesError,
        PretrainedError,
        UnknownVariant,
    ) as error:
        voice.refuse(str(error))
        return 2
    if crew.leads:
        voice.end(done)
    return 0


def config_of(chosen: argparse.Namespace) -> TrainingConfig:
    """TrainingConfig's defaults, but for what was said. Raises TrainingError."""
    from ml.train import TrainingConfig, TrainingError

    given = {name: getattr(chosen, name) for name in (*SETTINGS, "loss", "precision", "mirror")}
    said = chosen.config | {name: value for name, value in given.items() if value is not None}
    strange = sorted(said.keys() - TrainingConfig.__dataclass_fields__.keys())
    if strange:
        raise TrainingError(f"There is no setting '{strange[0]}'.")
    for name in ("epochs", "batch", "accumulate", "clips", "validation_clips"):
        if said.get(name, 1) < 1:
            raise TrainingError(f"--{name.replace('_', '-')} is a number of at least 1.")
    if chosen.start and (chosen.pretrained_visual or chosen.pretrained_aural):
        raise TrainingError("Published weights are for a network by name (--variant); --start has weights already.")
    return TrainingConfig(**said | {"depth": chosen.depth})


def begin_anew(chosen: argparse.Namespace, seed: int) -> None:
    """The network by name as a checkpoint beside `out`, at published weights where they were asked for."""
    from ml.models.variants import variant
    from ml.preparation import Preparation, paper
    from ml.pretrained import begun

    shape = variant(chosen.variant, width=chosen.width, aural_width=chosen.aural_width)
    visual, aural = chosen.pretrained_visual, chosen.pretrained_aural
    begun(
        shape,
        paper() if chosen.preparation == "paper" else Preparation(),
        start_path(chosen.out),
        seed=seed,
        visual=visual if visual in ("kinetics", None) else Path(visual),
        aural=aural if aural in ("imagenet", None) else Path(aural),
    )


def start_path(out: Path) -> Path:
    return out.with_name(f"{out.stem}-start.safetensors")


class Words:
    """What a person reads who trains by hand."""

    def tell(self, progress: Progress) -> None:
        print(f"{progress.line} {progress.eta:.0f} s to go.", flush=True)

    def refuse(self, sentence: str) -> None:
        print(sentence, file=sys.stderr)

    def end(self, done: Outcome) -> None:
        print(f"Written to {done.checkpoint}: epoch {done.best_epoch} of {done.epochs}, {done.seconds:.0f} s.")


class Objects:
    """What a program reads (`ml.together`): the fields of Progress and of Outcome, or why it was refused."""

    def tell(self, progress: Progress) -> None:
        self._say(dataclasses.asdict(progress))

    def refuse(self, sentence: str) -> None:
        self._say({"refused": sentence})

    def end(self, done: Outcome) -> None:
        self._say(dataclasses.asdict(done) | {"checkpoint": str(done.checkpoint)})

    def _say(self, told: dict[str, Any]) -> None:
        print(json.dumps(told), flush=True)


Voice = Words | Objects


def _object(text: str) -> dict[str, Any]:
    try:
        told = json.loads(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError("this is not JSON") from error
    if not isinstance(told, dict):
        raise argparse.ArgumentTypeError("settings are an object in braces")
    return told
