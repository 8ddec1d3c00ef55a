"""`python -m ml pisa`"""

from __future__ import annotations

import argparse
import os
import sys
from functools import partial
from pathlib import Path

HELP = "train and judge the published rows on PISA, from its released files"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--root", type=Path, required=True, help="the folder with the media: frames and sound of every performance")
    add("--annotations", type=Path, help="the folder with the pickles and the raw table; --root when not given")
    add("--frames", default="video", help="folder in --root with <id>/*.jpg")
    add("--audio", default="audio", help="folder in --root with <id>.wav")
    add("--variant", default="resnet18-3d+resnet18-2d", help="a name, several with commas between, or 'all'")
    add("--scheme", choices=("uniform", "contiguous"), default="uniform", help="how samples are drawn")
    add("--protocol", choices=("released", "repaired", "both"), default="both", help="the papers' split, ours, or both")
    add("--epochs", type=_positive, default=100)
    add("--limit", type=_positive, help="at most so many samples in each part: a trial")
    add("--width", type=_positive, default=64, help="channels of the first stage: 64 in the papers")
    add("--pretrained-visual", metavar="kinetics|FILE", help="where the visual backbone begins; fresh when not given")
    add("--pretrained-aural", metavar="imagenet|FILE", help="where the aural backbone begins; fresh when not given")
    add("--seed", type=int, default=1)
    add("--workers", type=_positive, default=os.cpu_count() or 1, help="performances prepared at once")
    add("--out", type=Path, default=Path("var/pisa"), help="the table, the checkpoints, and 8 MB a prepared sample")


def run(chosen: argparse.Namespace) -> int:
    from ml.data.pisa import PisaError
    from ml.models.variants import UnknownVariant
    from ml.pisa.learn import Recipe
    from ml.pisa.media import Layout
    from ml.pisa.run import MARKDOWN, Order, names, run
    from ml.pisa.splits import PROTOCOLS

    try:
        order = Order(
            layout=Layout(chosen.root, chosen.frames, chosen.audio),
            out=chosen.out,
            variants=names(chosen.variant),
            scheme=chosen.scheme,
            annotations=chosen.annotations,
            protocols=PROTOCOLS if chosen.protocol == "both" else (chosen.protocol,),
            recipe=Recipe(
                epochs=chosen.epochs,
                seed=chosen.seed,
                visual=_origin(chosen.pretrained_visual, "kinetics"),
                aural=_origin(chosen.pretrained_aural, "imagenet"),
            ),
            width=chosen.width,
            limit=chosen.limit,
            workers=chosen.workers,
        )
        table = run(order, partial(print, file=sys.stderr, flush=True))
    except (PisaError, UnknownVariant) as error:
        print(error, file=sys.stderr)
        return 2
    print(table.to_markdown(), end="")
    if all(row.trouble for protocol in table.protocols for row in protocol.rows):
        return 2
    print(f"Written to {chosen.out / MARKDOWN}.", file=sys.stderr)
    return 0


def _origin(word: str | None, published: str):  # type: ignore[no-untyped-def]  # 'kinetics' or 'imagenet' is a literal
    return word if word is None or word == published else Path(word)


def _positive(word: str) -> int:
    number = int(word)
    if number < 1:
        raise argparse.ArgumentTypeError("a whole number from 1 on is wanted")
    return number
