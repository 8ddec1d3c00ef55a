import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

import ml
from ml.__main__ import main
from ml.benchmarks.recital import jobs, recipe
from ml.benchmarks.recital.confound import flag, telltale
from ml.benchmarks.recital.judging import Judged
from ml.benchmarks.recital.running import benchmark
from ml.benchmarks.recital.settings import Counts, Settings, default
from ml.preparation import Preparation
from ml.recital.nuisance import draw
from ml.starter import recitals
from tests.ml.synthetic import World, new_world

ROWS = ("resnet18-3d+resnet18-2d", "resnet18-2d")
COUNTS = Counts(4, 2, 4)  # of two players each, but for the second
TINY = Preparation(frames=4, resize=(36, 36), side=32, picture=32, sound_seconds=0.5)


def tiny(**changes) -> Settings:
    usual = default(rows=ROWS, parts=("rows", "confounded", "recipe"), width=4, epochs=1)
    return dataclasses.replace(
        usual,
        **{
            "fair": COUNTS,
            "heard": 2,
            "confounded": COUNTS,
            "sounds": COUNTS,
            "preparation": TINY,
            "recipe_picture": 16,
            "eyes": dataclasses.replace(usual.eyes, precision="fp32", clips=1),
            "ears": dataclasses.replace(usual.ears, precision="fp32", clips=1),
            "heads": dataclasses.replace(usual.heads, epochs=2),
            **changes,
        },
    )


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """The whole benchmark, on performances of two seconds and pictures of a stamp's size."""
    folder = tmp_path_factory.mktemp("benchmark")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recitals, "SECONDS", (2.0, 2.2))
        patch.setattr(recitals, "SIZES", ((128, 72),) * 3)
        yield folder, lambda settings, **words: said_by(folder, settings, **words)


def said_by(folder: Path, settings: Settings, **words) -> list[str]:
    said: list[str] = []
    benchmark(
        settings, work=folder / "work", out=folder / "out", command="as told", threads=1, tell=said.append, **words
    )
    return said


def test_every_part_is_written_down_with_its_circumstances_and_a_second_run_learns_nothing_again(ran):
    folder, again = ran
    first = again(tiny())
    told = json.loads((folder / "out" / "recital.json").read_text())
    page = (folder / "out" / "recital.md").read_text()
    assert [row["name"] for row in told["rows"]] == list(ROWS)
    assert set(told["rows"][0]["report"]["controls"]) == {"majority", "metadata", "shuffled_visual", "shuffled_aural"}
    assert set(told["rows"][0]["report"]["branches"]) == {"visual", "aural", "fused"}
    assert all(row["seconds"] > 0 and row["parameters"] > 0 for row in told["rows"])
    assert told["rows"][0]["ratio"] == "1:1"
    assert told["confounded"]["nuisance"] == "fps"
    assert len(told["pieces"]) == 7
    assert told["circumstances"].keys() >= {"hardware", "commit", "command", "minutes", "date"}
    assert all(name in page for name in (*ROWS, "as told", "modality dropout", "crop jitter", "by metadata alone"))
    assert str(folder) not in page + json.dumps(told)
    assert any(line.startswith("About ") for line in first)

    second = again(tiny())
    assert "0 backbones to be trained." in second
    assert json.loads((folder / "out" / "recital.json").read_text())["rows"] == told["rows"]


def test_a_backbone_is_trained_once_however_many_networks_have_it():
    from ml.benchmarks.recital.running import jobs_of
    from ml.benchmarks.recital.sets import stand_ins

    settings = default(parts=("rows",), rows=("c3d+resnet18-2d", "resnet18-3d+resnet18-2d", "resnet18-2d"), width=8)
    found = jobs_of(settings, stand_ins(settings))
    assert sorted(job.name for job in found.all) == ["c3d", "resnet18-2d", "resnet18-3d"]


def test_another_recipe_or_another_performance_is_another_training(tmp_path):
    world = new_world(tmp_path)
    settings = tiny()
    learned = tuple(world.many(4, split="train"))
    job = jobs.Job("a", settings.shape("resnet18-2d"), TINY, settings.ears, learned)
    others = (
        dataclasses.replace(job, config=dataclasses.replace(settings.ears, loss="ordinal")),
        dataclasses.replace(job, examples=learned[:3]),
        dataclasses.replace(job, preparation=Preparation()),
        dataclasses.replace(job, shape=settings.shape("resnet34-2d")),
    )
    assert len({each.key for each in (job, *others)}) == 5
    assert dataclasses.replace(job, name="b").key == job.key


def test_an_estimate_renders_and_trains_nothing(tmp_path):
    said: list[str] = []
    benchmark(
        tiny(),
        work=tmp_path / "work",
        out=tmp_path / "out",
        command="",
        threads=2,
        only_estimate=True,
        tell=said.append,
    )
    assert "idle cores" in said[-1]
    assert not list(tmp_path.iterdir())


def test_an_unknown_row_is_refused_with_a_sentence(capsys, tmp_path):
    words = ["benchmark", "recital", "--rows", "resnet19-3d", "--work", str(tmp_path), "--out", str(tmp_path)]
    assert main(words) == 2
    said = capsys.readouterr().err
    assert "no network called 'resnet19-3d'" in said
    assert "resnet18-3d+resnet18-2d" in said


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> World:
    return new_world(tmp_path_factory.mktemp("world"))


def filmed(world: World, split: str, count: int, confound: str | None) -> list[ml.LabelledExample]:
    """Stand-ins for performances: a model's features, beside what the camera of the recital would have noted."""
    examples = []
    for planned in recitals.plan(split, count, seed=1, confound=confound):
        recital = planned.recital
        notes = {"duration": recital.seconds, "frame_rate": draw(recital).fps, "width": float(recital.size[0])}
        stand_in = world.performance(planned.id, recital.level, split=split, player=str(recital.player), seed=4)
        examples.append(dataclasses.replace(stand_in, metadata=notes))
    return examples


def test_a_confounded_nuisance_raises_the_flag_and_a_fair_set_does_not(world):
    reports = {}
    for confound in (None, "fps"):
        examples = [*filmed(world, "train", 120, confound), *filmed(world, "audit", 60, confound)]
        reports[confound] = ml.evaluate(examples, model=world.start)
    kappas = {name: report.controls["metadata"].qwk.value for name, report in reports.items()}
    assert kappas["fps"] > 0.5 > 0.3 > kappas[None]
    assert any("Metadata alone tells something" in sentence for sentence in reports["fps"].flags)
    assert not any("Metadata alone tells" in sentence for sentence in reports[None].flags)


def test_a_confounded_training_part_gives_itself_away_where_the_audit_is_fair(world):
    fair, confounded = (telltale(filmed(world, "train", 120, confound)) for confound in (None, "fps"))
    assert flag(fair) is None
    assert f"{confounded.value:.2f}" in (flag(confounded) or "")
    with pytest.raises(ValueError, match="one player"):
        telltale(world.many(2, split="train"))


def judged(levels: np.ndarray, labels: np.ndarray) -> Judged:
    examples = [
        {"id": str(row), "player": str(row // 3), "level": float(label), "fused": float(level)}
        for row, (label, level) in enumerate(zip(labels, levels, strict=True))
    ]
    return Judged("a network", "", 1, 1.0, {"examples": examples})


def test_a_piece_that_helps_is_told_from_one_that_does_not():
    labels = np.tile(np.arange(1.0, 11.0), 9)
    dice = np.random.default_rng(2)
    near, far = (labels + dice.normal(0, spread, len(labels)) for spread in (0.5, 2.0))
    assert recipe.piece("", "", judged(near, labels), judged(far, labels)).verdict == "helps"
    assert recipe.piece("", "", judged(far, labels), judged(near, labels)).verdict == "does harm"
    same = recipe.piece("", "", judged(near, labels), judged(near, labels))
    assert same.verdict == "not shown to help"
    assert same.mae.value == 0
    assert recipe.piece("", "", judged(near, labels), judged(far, labels)).qwk.low > 0
