"""Every setting that a training has is said in words."""

from grading.models import TrainingRun
from lab.recipe_words import OF_THE_WHOLE, SETTINGS, machine_of, settings_of
from ml.train import TrainingConfig


def test_every_setting_has_a_name():
    assert {*SETTINGS, *OF_THE_WHOLE} == set(TrainingConfig.__dataclass_fields__)


def test_heads_are_not_told_of_what_only_the_whole_network_does():
    run = TrainingRun(config={"depth": "heads", "epochs": 60, "clips": 3, "learning_rate": 0.001})
    assert [(fact.name, fact.value) for fact in settings_of(run)] == [
        ("What learns", "the heads"),
        ("Times through the labels", "60"),
        ("Length of a step, at most", "0.001"),
    ]


def test_before_a_worker_has_begun_there_is_no_machine():
    assert machine_of(TrainingRun()) == []
