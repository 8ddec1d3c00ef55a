"""Every row asked for, in both protocols, one after the other; the table is written anew after each."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ml.data import pisa as released
from ml.data.pisa import Pisa, PisaError, Scheme
from ml.models.variants import NAMES, PAPER_WIDTH, PUBLISHED, PUBLISHED_BY_PISA, Variant, variant
from ml.pisa.judge import Protocol, Row, clusters_of, controls, judged
from ml.pisa.learn import Recipe, learn
from ml.pisa.media import Layout, Store, Survey
from ml.pisa.splits import PROTOCOLS, Split, split
from ml.pisa.table import Table
from ml.preparation import Preparation, paper
from ml.pretrained import PretrainedError

Tell = Callable[[str], None]
JSON, MARKDOWN = "pisa.json", "pisa.md"


@dataclass(frozen=True)
class Order:
    """What is to be run. `limit` bounds the samples of each part; `width` narrows the networks for a trial."""

    layout: Layout
    out: Path
    variants: tuple[str, ...]
    scheme: Scheme = "uniform"
    annotations: Path | None = None  # the layout's root where not given
    protocols: tuple[str, ...] = PROTOCOLS
    recipe: Recipe = dataclasses.field(default_factory=Recipe)
    width: int = PAPER_WIDTH
    limit: int | None = None
    workers: int = 1
    preparation: Preparation = dataclasses.field(default_factory=paper)
    prepared: Path | None = None  # where prepared samples are kept; `out/prepared` where not given

    @property
    def shapes(self) -> list[Variant]:
        return [variant(name, width=self.width) for name in self.variants]


def names(word: str) -> tuple[str, ...]:
    """'all', or names with commas between, to variants. Raises UnknownVariant."""
    chosen = NAMES if word == "all" else tuple(part.strip() for part in word.split(","))
    return tuple(variant(name).name for name in chosen)


def run(order: Order, tell: Tell = lambda line: None) -> Table:
    """Train and judge every row. Writes `pisa.json`, `pisa.md` and a checkpoint a row into `order.out`.

    Raises PisaError where the annotations cannot be used or no media file can.
    """
    pisa = released.read(order.annotations or order.layout.root, order.scheme)
    shapes = order.shapes
    parts = [split(pisa, protocol).limited(order.limit) for protocol in order.protocols]
    store = Store(order.prepared or order.out / "prepared", order.layout, pisa, order.preparation)
    survey = store.survey(
        [sample for part in parts for sample in part.samples],
        sees=any(shape.visual for shape in shapes),
        hears=any(shape.aural for shape in shapes),
        workers=order.workers,
    )
    for line in survey.lines():
        tell(line)
    parts = [part.without(survey.lost) for part in parts]
    for part in parts:
        _refuse_empty(part, survey)
    protocols = [_begun(pisa, part) for part in parts]
    table = _table(order, survey, protocols)
    for place, part in enumerate(parts):
        for shape in shapes:
            row = one_row(order, pisa, part, store, shape, tell)
            protocols[place] = dataclasses.replace(protocols[place], rows=(*protocols[place].rows, row))
            table = _table(order, survey, protocols)
            write(table, order.out)
    return table


def one_row(order: Order, pisa: Pisa, parts: Split, store: Store, shape: Variant, tell: Tell) -> Row:
    """One variant in one protocol. Where its published start cannot be had, the row says so."""
    published = published_of(shape.name, order.scheme)
    tell(f"{shape.name}, {parts.name}:")
    checkpoint = order.out / f"{shape.name}-{order.scheme}-{parts.name}.safetensors"
    try:
        learned = learn(shape, parts, store, order.recipe, checkpoint, lambda line: tell(f"  {line}"))
    except PretrainedError as error:
        tell(f"  {error}")
        return Row(shape.name, shape.ratio, published, {}, {}, None, 0, 0.0, {}, "", str(error))
    branches, shuffled, lead = judged(pisa, parts, learned)
    return Row(
        shape.name,
        shape.ratio,
        published,
        branches,
        shuffled,
        lead,
        learned.epoch,
        learned.seconds,
        learned.started_from,
        learned.checkpoint.name,
    )


def published_of(name: str, scheme: Scheme) -> dict[str, float]:
    """What the papers reached; the 2023 table does not say its scheme and is put beside the uniform one."""
    found = {"2023": PUBLISHED[name]} if scheme == "uniform" and name in PUBLISHED else {}
    by_pisa = PUBLISHED_BY_PISA[scheme]
    return found | ({"PISA": by_pisa[name]} if name in by_pisa else {})


def write(table: Table, out: Path) -> None:
    """Each file whole or not at all."""
    out.mkdir(parents=True, exist_ok=True)
    for name, text in ((JSON, json.dumps(table.to_json(), indent=1)), (MARKDOWN, table.to_markdown())):
        half_done = out / f".{name}.{os.getpid()}.part"
        half_done.write_text(text, encoding="utf-8")
        os.replace(half_done, out / name)


def _begun(pisa: Pisa, parts: Split) -> Protocol:
    return Protocol(
        name=parts.name,
        train=len(parts.train),
        validation=len(parts.validation),
        test=len(parts.test),
        performances=len(set(clusters_of(parts.test))),
        controls=controls(pisa, parts),
        rows=(),
    )


def _table(order: Order, survey: Survey, protocols: Sequence[Protocol]) -> Table:
    recipe = order.recipe
    settings = {
        "epochs": recipe.epochs,
        "batches of": recipe.batch,
        "learning rate": recipe.learning_rate,
        "loss": recipe.loss,
        "seed": recipe.seed,
        "width": order.width,
        "at most samples a part": order.limit or "all",
        "pre-trained picture": str(recipe.visual or "no"),
        "pre-trained sound": str(recipe.aural or "no"),
    }
    return Table(order.scheme, settings, tuple(survey.lines()), tuple(protocols))


def _refuse_empty(parts: Split, survey: Survey) -> None:
    wanted = {"learn from": parts.train, "test on": parts.test}
    for purpose, samples in wanted.items():
        if not samples:
            lines = survey.lines()
            found = f" {' '.join(lines)}" if lines else ""
            raise PisaError(f"The {parts.name} protocol has nothing left to {purpose}.{found}")
