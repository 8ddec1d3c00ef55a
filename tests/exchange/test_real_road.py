"""With a real film, the real preparation and the real snapshot: nothing stands in for anything."""

import shutil

import pytest

from grading.models import Performance, Rating
from grading.services import datasets, performances
from ml.recital import Recital, render
from tests import factories
from tests.exchange.conftest import all_here, carried_in, carried_out, members, prepare_all


@pytest.fixture(scope="session")
def film(tmp_path_factory):
    path = tmp_path_factory.mktemp("film") / "take.mp4"
    render(Recital(seed=5, level=5, piece="ode-to-joy", size=(320, 180), seconds=4), path)
    return path


def test_a_film_travels_from_house_to_house_and_stays_the_same(empty_house, cast, disk, film, tmp_path):
    factories.agree(cast.student, "training")
    source = shutil.copy(film, tmp_path / "handed-in.mp4")
    handed_in = performances.receive(
        player=cast.student, piece="Ode to Joy", source=source, source_name="Marta's ode.mov", may_train=True
    )
    prepare_all()
    framed = {"x": 0.1, "y": 0.2, "width": 0.7, "height": 0.6, "upside_down": True}
    handed_in.refresh_from_db()
    performances.move_crop(performance=handed_in, crop=framed, by=cast.student)
    factories.result(handed_in, rater=cast.teacher, level=5, criteria={})
    proxy = (handed_in.folder / "proxy.mp4").read_bytes()
    first = carried_out(all_here(), "clavier", tmp_path / "first.zip")
    empty_house()
    bundle = carried_in(first, "clavier", "The other house")
    assert bundle.numbers["performances"] == 1
    prepare_all()
    here = Performance.objects.get()
    assert (here.state, here.collection) == ("prepared", "The other house")
    assert {name: here.crop[name] for name in framed} == framed
    assert here.source_path.read_bytes() == proxy
    assert {path.name for path in here.folder.iterdir()} >= {"proxy.mp4", "poster.jpg", "mel.png", "peaks.json"}
    second = carried_out(all_here(), "clavier", tmp_path / "second.zip")
    assert members(first) == members(second)
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("layout", ["clavier", "datasets", "pisa"])
def test_labels_that_each_house_makes_by_its_rule_are_the_same(empty_house, prepared, school, tmp_path, layout):
    first = carried_out(datasets.freeze(by=None), layout, tmp_path / "first.zip")
    empty_house()
    carried_in(first, layout)
    prepare_all()
    assert Rating.objects.exists()
    second = carried_out(datasets.freeze(by=None), layout, tmp_path / "second.zip")
    assert members(first) == members(second)


def test_a_stretch_of_a_longer_film_becomes_a_recording_of_its_own(film, tmp_path):
    from grading import engine

    part = tmp_path / "part.mp4"
    engine.excerpt(film, part, start=1.0, end=3.5)
    whole, cut = engine.facts(film), engine.facts(part)
    assert cut.duration == pytest.approx(2.5, abs=0.1)
    assert (cut.width, cut.height, cut.sample_rate) == (whole.width, whole.height, whole.sample_rate)
