"""A school with labelled recordings, and another house that has nothing: two databases, two secrets, two disks."""

import hashlib
import shutil
import types
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg2
import pytest
from django.db import connection

from accounts.models import Consent, User
from grading import engine
from grading.models import Dataset, Example, Job, Performance, PlayerPart, Rating, Remark, Result, Technique
from grading.services import bundles, performances
from ml import Crop, MediaFacts
from tests import factories

BEGAN = datetime(2026, 3, 2, 18, 30, 0, 123456, tzinfo=UTC)
WORDS = "Marta should count aloud"  # what nobody outside may read


@pytest.fixture
def disk(settings, house) -> Path:
    settings.VAR = house
    return house


@pytest.fixture
def prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Preparation without media: the proxy is the film, all else is made up."""
    facts = MediaFacts(20.0, 640, 360, 30.0, 0, "h264", "aac", 44100, 2, 1_000_000, 1_000)

    def prepare(source: Path, folder: Path, **_: object) -> object:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, folder / "proxy.mp4")
        digest = hashlib.sha256(source.read_bytes()).hexdigest()
        return types.SimpleNamespace(digest=digest, facts=facts, crop=Crop(), proxy_seconds=20.0)

    monkeypatch.setattr(engine, "prepare", prepare)
    monkeypatch.setattr(engine, "preflight", lambda *_, **__: [])
    monkeypatch.setattr(engine, "facts", lambda film: facts)


def say(performance: Performance, rater, level: int, minutes: int, **fields: object) -> Rating:
    rating = factories.rating(performance, rater=rater, level=level, **fields)
    Rating.objects.filter(pk=rating.pk).update(created_at=BEGAN + timedelta(minutes=minutes))
    rating.refresh_from_db()
    return rating


@pytest.fixture
def school(cast, disk) -> Dataset:
    """Three students, two raters, every part, every kind of thing that a rating may hold."""
    cast.rubric.levels = {"1": "first steps", "10": "concert"}
    cast.rubric.save()
    third = factories.user(name="Third Student")
    technique = Technique.objects.create(name="thumb under")
    levels = {cast.student: (3, 4), cast.other_student: (6, 7), third: (9, 5)}
    rows = []
    for number, (player, part) in enumerate(zip(levels, PlayerPart.Part.values, strict=True)):
        factories.agree(player, Consent.Purpose.TRAINING)
        PlayerPart.objects.get_or_create(player=player, part=part)
        for take, level in enumerate(levels[player]):
            crop = {"x": 0.1, "y": 0.25, "width": 0.8, "height": 0.5, "upside_down": bool(take), "confidence": 0.75}
            performance = factories.performance(
                player=player, piece="=Für Elise, “the” theme", rubric=cast.rubric, may_train=True, crop=crop,
                may_grade=player != third, source_name="Marta.mov",
            )  # fmt: skip
            performance.created_at = BEGAN - timedelta(days=number)
            performance.save()
            factories.media(performance, proxy=f"film {number} {take}".encode() * 40)
            first = say(
                performance, cast.teacher, level, take, comment=WORDS, reason=WORDS, autograde_visible=not take,
                criteria={"rhythm": 4, "touch": 2},
            )  # fmt: skip
            Remark.objects.create(rating=first, start=1.25, end=2.5, mark="good", criterion="rhythm", text=WORDS)
            Remark.objects.create(rating=first, start=3.0, technique=technique, mark="technique", text=WORDS)
            Result.objects.create(performance=performance, rating=first, rule="teacher", released_at=BEGAN)
            ratings = [first]
            if part == "audit":
                ratings.append(say(performance, cast.other_teacher, level, 5, purpose="audit"))
            rows.append((performance, part, ratings))
    return snapshot(rows)


def snapshot(rows: list[tuple[Performance, str, list[Rating]]]) -> Dataset:
    """A snapshot of these ratings, as the house would freeze it."""
    rows = sorted(rows, key=lambda row: row[0].pk)
    entries = [
        {
            "performance": str(performance.pk),
            "ratings": [rating.pk for rating in ratings],
            "consent": {"at": Consent.objects.get(user=performance.player, purpose="training").at.isoformat()},
        }
        for performance, _, ratings in rows
    ]
    dataset = Dataset.objects.create(
        digest=hashlib.sha256(repr(entries).encode()).hexdigest(), manifest={"examples": entries}
    )
    for performance, part, ratings in rows:
        level = sum(rating.level for rating in ratings) / len(ratings)
        target = [0.0] * 10
        target[round(level) - 1] = 1.0
        Example.objects.create(
            dataset=dataset, performance=performance, rating=ratings[0], level=level, part=part, target=target,
            raters=len(ratings), weight=1.5,
        )  # fmt: skip
    return dataset


def all_here() -> Dataset:
    """A snapshot of everything that is in this house."""
    part_of = dict(PlayerPart.objects.values_list("player", "part"))
    rows = Performance.objects.filter(state__in=("prepared", "graded"))
    return snapshot([(row, part_of.get(row.player_id, "train"), list(row.ratings.order_by("pk"))) for row in rows])


def carry(bundle) -> None:
    bundles.carry(Job.objects.get(bundle=bundle, state="queued").pk)
    bundle.refresh_from_db()


def carried_out(dataset: Dataset, layout: str, to: Path, **fields: object) -> Path:
    """The archive of a snapshot, laid where no house keeps it."""
    bundle = bundles.export(by=None, dataset=dataset, layout=layout, **fields)
    carry(bundle)
    assert bundle.state == "ready", bundle.numbers
    return Path(shutil.copyfile(bundles.path_of(bundle), to))


def carried_in(file: Path, layout: str, source: str = "Elsewhere"):
    """The import of a copy of that file, carried by the worker."""
    copy = Path(shutil.copyfile(file, file.with_name(f"sent-{file.name}")))
    bundle = bundles.receive(by=None, layout=layout, source=source, file=copy, name=file.name)
    carry(bundle)
    return bundle


def prepare_all() -> None:
    for job in Job.objects.filter(kind="prepare", state="queued"):
        performances.prepare(job.pk)


def members(archive: Path) -> dict[str, bytes]:
    """By name, so that a failure says in which file the difference lies."""
    with zipfile.ZipFile(archive) as package:
        return {name: package.read(name) for name in package.namelist()}


@pytest.fixture
def empty_house(transactional_db, settings, tmp_path) -> Iterator[Callable[[], None]]:
    """Call it to go there: a second database of the same tables with nothing in it, another secret, another disk.

    Ask for it before anything that writes: the second database is a copy of the first, which is empty then.
    """
    here = connection.settings_dict["NAME"]
    there = f"{here}_elsewhere"
    assert not User.objects.exists()
    connection.close()
    _sql(f'DROP DATABASE IF EXISTS "{there}"', f'CREATE DATABASE "{there}" TEMPLATE "{here}"')

    def go() -> None:
        connection.close()
        connection.settings_dict["NAME"] = there
        settings.SECRET_KEY = "of another house"
        settings.SITE_URL = "https://elsewhere.example"
        settings.VAR = tmp_path / "elsewhere"
        for name in ("MEDIA_ROOT", "MODELS_ROOT", "FEATURES_ROOT"):
            setattr(settings, name, settings.VAR / name)
            getattr(settings, name).mkdir(parents=True)

    yield go
    connection.close()
    connection.settings_dict["NAME"] = here
    _sql(f'DROP DATABASE "{there}"')


def _sql(*statements: str) -> None:
    """Outside of any database that a test uses."""
    known = connection.settings_dict
    admin = psycopg2.connect(
        dbname="postgres", user=known["USER"], password=known["PASSWORD"], host=known["HOST"], port=known["PORT"]
    )
    admin.autocommit = True
    with admin.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    admin.close()
