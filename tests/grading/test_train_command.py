"""`manage.py train` starts what the lab's button starts."""

import pytest
from django.core.management import CommandError, call_command

from grading.models import TrainingRun
from tests import factories
from tests.grading.factories import labelled, model_with_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def labels():
    for _ in range(3):
        player = factories.user()
        for level in (3, 6):
            labelled(player, level=level)


def test_it_queues_a_run_from_the_champion(labels, house, capsys):
    champion = model_with_file(champion=True)
    call_command("train", "--epochs", "5", "--no-wait")
    run = TrainingRun.objects.get()
    assert (run.start, run.config["epochs"], run.job.state) == (champion, 5, "queued")
    assert "is queued" in capsys.readouterr().out


def test_it_says_why_it_cannot(labels, house):
    with pytest.raises(CommandError, match="no champion"):
        call_command("train", "--no-wait")
    model_with_file(champion=True)
    with pytest.raises(CommandError, match="no snapshot 99"):
        call_command("train", "--dataset", "99", "--no-wait")
    assert not TrainingRun.objects.exists()
