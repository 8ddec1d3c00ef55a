"""Both ways of grading look at the same frames and say the same; what is not as promised is said."""

import dataclasses

import numpy as np
import pytest

from ml import checkpoint
from ml.benchmarks import grade
from ml.benchmarks.grade_ways import Ours, Usual, samples
from ml.models.variants import variant
from ml.preparation import paper
from tests.ml.media.files import clicks, film, numbered

SECONDS = 6


@pytest.fixture(scope="module")
def recording(tmp_path_factory):
    frames = numbered(SECONDS * 30)
    return film(tmp_path_factory.mktemp("films") / "film.mp4", frames, clicks(SECONDS))


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    path = tmp_path_factory.mktemp("weights") / "small.safetensors"
    checkpoint.save(*checkpoint.new(variant("resnet18-3d+resnet18-2d", width=4), paper(), seed=1), path)
    return path


def test_a_sample_is_spread_and_dense_samples_follow_each_other():
    assert samples("sample", 5400, paper())[0][:2] == [0, 598]
    assert samples("sample", 5400, paper())[0][-1] == 5384
    dense = samples("dense", 5400, paper())
    assert len(dense) == 33
    assert np.diff([first for firsts in dense for first in firsts]).tolist() == [16] * 329


@pytest.mark.parametrize("name", ["sample", "dense"])
def test_both_ways_say_the_same(recording, weights, name):
    usual, ours = np.array(Usual(weights)(name, recording)), np.array(Ours(weights)(name, recording))
    assert usual.shape == ours.shape == (grade.BRANCHES, 10)
    assert np.abs(usual - ours).max() < 0.005
    assert usual.sum(axis=1) == pytest.approx([1, 1, 1], abs=1e-4)


GOOD = grade.Cost(10.0, 10.0, 100.0, [[0.6, 0.4]])


def figures(ours, usual=GOOD):
    return {"sample": {"usual": dataclasses.replace(usual, cpu=100.0), "ours": ours}}


def test_what_is_as_promised_passes(capsys):
    assert grade.verdict(figures(GOOD)) == 0
    assert "10.0" in grade.table(figures(GOOD))
    assert not capsys.readouterr().err


@pytest.mark.parametrize(("ours", "said"), [
    (dataclasses.replace(GOOD, cpu=20.0), "5.0 times less"),
    (dataclasses.replace(GOOD, probabilities=[[0.63, 0.37]]), "do not say the same"),
    (dataclasses.replace(GOOD, probabilities=[[0.49, 0.51]]), "do not say the same"),
])  # fmt: skip
def test_what_is_not_as_promised_fails_with_a_sentence(ours, said, capsys):
    assert grade.verdict(figures(ours)) == 1
    assert said in capsys.readouterr().err


def test_another_most_likely_level_is_another_grade(capsys):
    near = dataclasses.replace(GOOD, probabilities=[[0.505, 0.495]])
    other = dataclasses.replace(GOOD, probabilities=[[0.495, 0.505]])
    assert grade.verdict(figures(other, near)) == 1
    assert "do not say the same" in capsys.readouterr().err
