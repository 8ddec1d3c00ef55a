"""`python -m ml variants`"""

from __future__ import annotations

import argparse

HELP = "list the networks that can be built by name, with what they weigh, cost and are published to reach"

NOTE = """
params: millions, backbones + heads. GFLOPs: of one sample (10 clips of 16 x 112 x 112, 10 mel pictures of 224 x 224),
convolutions and linear layers, a multiply-add counted as 2. sizes: visual and aural features of one clip.
accuracy on PISA, %: 'fusion' as Zhao, Wang and Cai 2023 give it, 'PISA' as Parmar et al. 2021 do (uniform /
contiguous); empty where none is published."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--width", type=int, default=64, help="channels of the first stage; 64 is the published width")


def run(chosen: argparse.Namespace) -> None:
    from ml.models.size import size_of
    from ml.models.variants import NAMES, PUBLISHED, PUBLISHED_BY_PISA, feature_size, variant

    print(f"{'name':26}{'params':>16}{'GFLOPs':>9}{'V:A':>6}{'sizes':>12}{'fusion':>9}  PISA")
    for name in NAMES:
        shape = variant(name, width=chosen.width)
        size = size_of(shape)
        weight = f"{(size.visual + size.aural) / 1e6:.2f} + {size.heads / 1e6:.2f}"
        widths = [
            str(feature_size(backbone, width))
            for backbone, width in ((shape.visual, shape.width), (shape.aural, shape.aural_width))
            if backbone is not None
        ]
        fusion = f"{PUBLISHED[name]:.2f}" if name in PUBLISHED else ""
        pisa = " / ".join(f"{scheme[name]:.2f}" for scheme in PUBLISHED_BY_PISA.values() if name in scheme)
        line = f"{name:26}{weight:>16}{size.flops / 1e9:>9.1f}{shape.ratio:>6}{'+'.join(widths):>12}{fusion:>9}  {pisa}"
        print(line.rstrip(), flush=True)
    print(NOTE)
