import hashlib
import os
import subprocess
import sys
from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from core import doctor
from grading.models import Job, ModelVersion, Performance, PublishFailure
from tests import factories

pytestmark = pytest.mark.django_db


def findings() -> dict[str, doctor.Finding]:
    return {finding.name: finding for finding in doctor.examine()}


@pytest.fixture
def champion(house) -> ModelVersion:
    version = factories.model(champion=True, digest=hashlib.sha256(b"weights").hexdigest())
    version.path.write_bytes(b"weights")
    return version


def test_it_names_versions_servers_disk_and_work():
    found = findings()
    for name in ("python", "django", "torch", "ffmpeg", "database", "broker", "disk", "publishing", "jobs queued"):
        assert found[name].well, found[name]
    assert found["database"].sentence.startswith("PostgreSQL")


def test_it_does_not_load_torch_to_name_its_version():
    code = (
        "import sys, django; django.setup(); from core import doctor; doctor.examine();sys.exit('torch' in sys.modules)"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
    environment["PYTHONPATH"] = f"{settings.ROOT / 'platform'}:{settings.ROOT}"
    assert subprocess.run([sys.executable, "-c", code], env=environment, timeout=60, check=False).returncode == 0


def test_workers_are_named_with_their_last_heartbeat():
    factories.beat("media", name="media-1")
    factories.beat("gpu", name="gpu-1", beat_at=timezone.now() - timedelta(minutes=5))
    found = findings()
    assert found["media worker"].well
    assert "media-1" in found["media worker"].sentence
    assert not found["gpu worker"].well
    assert "5 minutes ago" in found["gpu worker"].sentence
    assert found["training worker"].sentence == "none has ever been heard of"


def test_open_jobs_are_counted_by_kind(cast):
    for state in (Job.State.QUEUED, Job.State.RUNNING):
        performance = factories.performance(player=cast.student, state=Performance.State.ARRIVED)
        factories.job(performance, state=state)
    found = findings()
    assert (found["jobs queued"].sentence, found["jobs running"].sentence) == ("1 prepare", "1 prepare")


def test_doorbells_that_failed_today_are_told():
    PublishFailure.objects.create(task="grading.tasks.grade", error="refused")
    assert not findings()["publishing"].well


def test_a_champion_whose_file_is_as_registered_is_well(champion):
    assert findings()["champion"].well


def test_a_champion_whose_file_was_changed_is_not(champion):
    champion.path.write_bytes(b"other weights")
    assert "digest does not match" in findings()["champion"].sentence


def test_a_champion_whose_file_is_gone_is_not(champion):
    champion.path.unlink()
    assert "is missing" in findings()["champion"].sentence


def test_the_command_ends_with_one_where_something_is_wrong():
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("doctor", stdout=out)
    assert ended.value.code == 1
    assert "Something is wrong with" in out.getvalue()


def test_a_rubrics_own_model_and_one_that_grades_along_are_looked_at_too(champion):
    rubric = factories.rubric(name="Sight reading")
    factories.model(champion=True, rubric=rubric)
    factories.model(shadow_since=timezone.now())
    found = findings()
    assert found["champion"].well
    assert "is missing" in found["champion of Sight reading"].sentence
    assert "is missing" in found["grades along"].sentence


def test_the_command_ends_well_in_a_house_that_is_well(champion):
    for queue in ("media", "gpu", "training", "house"):
        factories.beat(queue)
    out = StringIO()
    call_command("doctor", stdout=out)
    assert "Everything is as it should be." in out.getvalue()


def test_it_speaks_while_database_and_broker_are_down():
    environment = {
        **os.environ,
        "DATABASE_URL": "postgres://nobody:x@127.0.0.1:1/none",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    said = subprocess.run(
        [sys.executable, "manage.py", "doctor"],
        cwd=settings.ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert said.returncode == 1
    assert "Something is wrong with: broker, database." in said.stdout
    assert "Traceback" not in said.stderr
