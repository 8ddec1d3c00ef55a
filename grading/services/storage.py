"""Files of recordings: which are whose, and what no row speaks of any more."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from grading.models import Job, Performance

STILL_BEING_MADE = timedelta(hours=2)
KEEP_STOPPED = timedelta(days=14)
KEY_CHARACTERS = 16  # of the recording's digest, with which the name of its features begins (ml/features_store.py)

CROP_FILM = "crop.mp4"
KEPT = {CROP_FILM, "mel.png", "spoken"}  # of a reduced recording, beside the tiles of the mel picture


def key_of(digest: str) -> str:
    return digest[:KEY_CHARACTERS]


def features_of(digest: str) -> list[Path]:
    """The files of clip features of one recording, by whatever model."""
    return sorted(Path(settings.FEATURES_ROOT).glob(f"{key_of(digest)}-*")) if digest else []


def is_kept(path: Path) -> bool:
    return path.name in KEPT or (path.name.startswith("mel-") and path.suffix == ".png")


def clear_leftovers() -> int:
    """Remove files that no row speaks of any more: a worker was killed between a commit and its deletions; how many."""
    left = list(_leftovers())
    for path in left:
        remove(path)
    return len(left)


def _leftovers() -> Iterator[Path]:
    media = Path(settings.MEDIA_ROOT)
    known = {str(pk): reduced for pk, reduced in Performance.objects.values_list("pk", "reduced_at")}
    for folder in _settled(media / "performances"):
        if folder.name not in known:
            yield folder
        elif known[folder.name]:
            yield from (path for path in folder.glob("*") if not is_kept(path))
    sources = set(Performance.objects.exclude(source="").values_list("source", flat=True))
    for path in _settled(media / "sources"):
        if not path.name.startswith("spoken-") and f"sources/{path.name}" not in sources:
            yield path
    digests = {key_of(digest) for digest in Performance.objects.exclude(digest="").values_list("digest", flat=True)}
    for path in _settled(Path(settings.FEATURES_ROOT)):
        if path.name.partition("-")[0] not in digests:
            yield path
    yield from _trainings()


def _trainings() -> Iterator[Path]:
    """What trainings keep that are over: unpacked recordings at once, checkpoints once nobody has gone on from them.

    A training that was stopped or has failed can be taken up again for a while; recordings are unpacked anew then.
    """
    unpacked_since = (timezone.now() - STILL_BEING_MADE).timestamp()
    kept_since = (timezone.now() - KEEP_STOPPED).timestamp()
    jobs = Job.objects.filter(kind=Job.Kind.TRAIN)
    under_way = {str(run) for run in jobs.filter(state__in=Job.OPEN).values_list("training_run", flat=True)}
    failed = {str(run) for run in jobs.filter(state=Job.State.FAILED).values_list("training_run", flat=True)}
    done = {str(run) for run in jobs.filter(state=Job.State.DONE).values_list("training_run", flat=True)}
    for folder in sorted((Path(settings.VAR) / "training").glob("*")):
        touched = folder.stat().st_mtime
        if folder.name in under_way or touched > unpacked_since:
            continue
        if folder.name in failed - done and touched > kept_since:
            yield from folder.glob("prepared")
        else:
            yield folder


def _settled(folder: Path) -> Iterator[Path]:
    """What has lain there for a while: nobody is just making it."""
    newest = (timezone.now() - STILL_BEING_MADE).timestamp()
    for path in sorted(folder.glob("*")):
        if path.stat().st_mtime < newest:
            yield path


def remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
