"""How the house is: facts for `make doctor` and for the lab. Every part answers even where another one is down."""

import platform
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Q
from django.utils import timezone
from django.utils.timesince import timesince

if TYPE_CHECKING:
    from grading.models import ModelVersion

PACKAGES = ("django", "celery", "torch", "torchvision", "torchaudio", "moviepy", "av")
DISK_BYTES = 2 * 1024**3
COMMAND_SECONDS = 10
BROKER_SECONDS = 3


@dataclass(frozen=True)
class Finding:
    """One thing looked at: what it is, what was found, and whether it is as it should be."""

    name: str
    sentence: str
    well: bool = True


Look = Callable[[], Iterator[Finding]]
_further: list[Look] = []


def add(look: Look) -> None:
    """What an app above looks at; it needs the database."""
    _further.append(look)


def examine() -> list[Finding]:
    """Everything there is to say. What needs the database is left out where the database is down."""
    findings = [*_versions(), _ffmpeg(), _disk(), _broker()]
    database = _guarded("database", _database)
    findings.append(database)
    if database.well:
        findings += _house()
    return findings


def _house() -> list[Finding]:
    try:
        further = [finding for look in _further for finding in look()]
        return [*_workers(), *_jobs(), _publish_failures(), *_unchecked(), *further, *_models()]
    except DatabaseError as error:
        first = str(error).splitlines()[0]
        return [Finding("tables", f"cannot be read ({first}); run `manage.py migrate`", well=False)]


def _guarded(name: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(name, look())
    except (DatabaseError, redis.RedisError, OSError, subprocess.SubprocessError) as error:
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        return Finding(name, f"does not answer: {first}", well=False)


def _versions() -> Iterator[Finding]:
    """By the packages' own records: nothing is imported, torch least of all."""
    yield Finding("python", platform.python_version())
    for package in PACKAGES:
        try:
            yield Finding(package, metadata.version(package))
        except metadata.PackageNotFoundError:
            yield Finding(package, "is not installed; run `make setup`", well=False)


def _ffmpeg() -> Finding:
    def look() -> str:
        import imageio_ffmpeg

        path = imageio_ffmpeg.get_ffmpeg_exe()
        said = subprocess.run([path, "-version"], capture_output=True, text=True, timeout=COMMAND_SECONDS, check=True)
        return f"{said.stdout.split(maxsplit=3)[2]} ({path})"

    try:
        return _guarded("ffmpeg", look)
    except RuntimeError as error:  # what imageio_ffmpeg raises where it has no binary
        return Finding("ffmpeg", str(error), well=False)


def _disk() -> Finding:
    place = next(parent for parent in (Path(settings.VAR), *Path(settings.VAR).parents) if parent.exists())
    free = shutil.disk_usage(place).free
    return Finding("disk", f"{free / 1024**3:.1f} GB free at {settings.VAR}", well=free > DISK_BYTES)


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version')")
        (version,) = cursor.fetchone()
    return f"PostgreSQL {version}"


def _broker() -> Finding:
    def look() -> str:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=BROKER_SECONDS, socket_connect_timeout=BROKER_SECONDS
        ) as broker:
            facts = broker.info("server")
        return f"{facts.get('server_name', 'redis')} {facts.get('valkey_version') or facts['redis_version']}"

    return _guarded("broker", look)


def _workers() -> Iterator[Finding]:
    from grading.services import house

    workers = house.workers()
    for queue in sorted(house.QUEUES):
        own = [worker for worker in workers if worker.queue == queue]
        alive = [worker for worker in own if worker.alive]
        for worker in alive:
            yield Finding(f"{queue} worker", f"{worker.name}, last heartbeat {_ago(worker.beat_at)} ago")
        if own and not alive:
            newest = max(worker.beat_at for worker in own)
            yield Finding(f"{queue} worker", f"none alive; the last heartbeat was {_ago(newest)} ago", well=False)
        elif not own:
            yield Finding(f"{queue} worker", "none has ever been heard of", well=False)


def _ago(moment: datetime) -> str:
    seconds = (timezone.now() - moment).total_seconds()
    return f"{seconds:.0f} s" if seconds < 120 else timesince(moment).replace("\xa0", " ")


def _jobs() -> Iterator[Finding]:
    from grading.models import Job

    for state in Job.OPEN:
        jobs = Job.objects.filter(state=state).order_by("kind").values_list("kind", flat=True)
        kinds = [f"{list(jobs).count(kind)} {kind}" for kind in dict.fromkeys(jobs)]
        yield Finding(f"jobs {state}", ", ".join(kinds) or "none")


def _publish_failures() -> Finding:
    from grading.services import house

    count = house.publish_failures()
    sentence = "none in the last day" if not count else f"{count} in the last day: the broker could not be told of work"
    return Finding("publishing", sentence, well=not count)


def _unchecked() -> Iterator[Finding]:
    """Recordings that count without having been checked, as a check broke; nothing where all were."""
    from grading.models import Job

    broken = Job.objects.filter(
        kind=Job.Kind.PREPARE, state=Job.State.DONE, ended_at__gt=timezone.now() - timedelta(days=1)
    ).exclude(error="")
    if newest := broken.order_by("ended_at").last():
        said = f"{broken.count()} of the last day could not be checked and count without: {newest.error}"
        yield Finding("checks", said, well=False)


def _models() -> Iterator[Finding]:
    """Every version that grades: the general champion, those of rubrics, and a candidate that grades along."""
    from grading.models import ModelVersion

    champions = Q(stage=ModelVersion.Stage.CHAMPION)
    in_use = list(ModelVersion.objects.filter(champions | Q(shadow_since__isnull=False)).select_related("rubric"))
    if not any(version.rubric is None and version.stage == ModelVersion.Stage.CHAMPION for version in in_use):
        yield Finding("champion", "no model is in use; promote one in the lab", well=False)
    for version in in_use:
        role = "champion" if version.stage == ModelVersion.Stage.CHAMPION else "grades along"
        yield _model(version, f"{role} of {version.rubric}" if version.rubric else role)


def _model(version: "ModelVersion", name: str) -> Finding:
    from grading.services import registry

    if not version.path.is_file():
        return Finding(name, f"{version}: its file {version.path} is missing", well=False)
    if registry.file_digest(version.path) != version.digest:
        return Finding(name, f"{version}: its file was changed, the digest does not match", well=False)
    return Finding(name, f"{version}, {version.variant}, {version.digest[:16]}… as registered")
