"""A model file that is not the one that was registered grades nothing, and says why."""

import shutil

import pytest

from demo.seed import STARTER
from grading.models import Job, ModelVersion, Performance
from grading.services import jobs, performances, registry
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def champion(tmp_path, house) -> ModelVersion:
    path = shutil.copy(STARTER / "model.safetensors", tmp_path / "model.safetensors")
    version = registry.register(checkpoint=path, variant="v", report={}, card="", starter=True)
    registry.promote(version=version, by=None)
    return version


def test_one_changed_byte_among_the_weights_is_refused_at_the_grade(champion, settings):
    with champion.path.open("r+b") as file:
        file.seek(-1, 2)
        last = file.read(1)
        file.seek(-1, 2)
        file.write(bytes([last[0] ^ 1]))
    performance = factories.performance(player=factories.user(), state=Performance.State.PREPARED)
    jobs.queue(kind=Job.Kind.GRADE, performance=performance)
    job = performance.jobs.get()
    for _ in range(settings.JOB_ATTEMPTS):
        performances.grade(job.pk)
    job.refresh_from_db()
    performance.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert "is not the one that was registered" in job.error
    assert "a teacher grades it alone" in performance.trouble
    assert not performance.autogrades.exists()
