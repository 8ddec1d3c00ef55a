"""Labelled data on its way out of the house or into it: asked for here, carried by a worker, kept for a while."""

import logging
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from grading.exchange import archives, layout, words
from grading.exchange.rows import Wrong
from grading.models import Bundle, Dataset, Job
from grading.people import User

from . import carrying_in, carrying_out, jobs, made_ready

logger = logging.getLogger(__name__)

KEPT = timedelta(days=7)
ABANDONED = timedelta(days=1)  # that a file lies here of which no row speaks

Way, State, Layout = Bundle.Way, Bundle.State, Bundle.Layout


def folder() -> Path:
    path = Path(settings.VAR) / "bundles"
    path.mkdir(parents=True, exist_ok=True)
    return path


def path_of(bundle: Bundle) -> Path:
    return folder() / bundle.file


def house_name() -> str:
    """What this house is called in data that leaves it, where nobody says otherwise: its address."""
    return urlsplit(settings.SITE_URL).netloc[:120]


@transaction.atomic
def export(*, by: User | None, dataset: Dataset, layout: str, source: str = "") -> Bundle:
    """Queue an archive of the snapshot. `source` is what this house is called in it."""
    bundle = Bundle.objects.create(
        way=Way.OUT, layout=Layout(layout), dataset=dataset, source=source or house_name(), by=by
    )
    jobs.queue(kind=Job.Kind.BUNDLE, bundle=bundle)
    return bundle


@transaction.atomic
def receive(*, by: User | None, layout: str, source: str, file: Path, name: str) -> Bundle:
    """Take the file over (it is moved, not copied) and queue its reading. `source` names the collection in ratings that
    do not say themselves where they were given; `name` is what the file was called.
    """
    bundle = Bundle.objects.create(way=Way.IN, layout=Layout(layout), source=source, by=by)
    bundle.file = f"in-{bundle.pk}{Path(name).suffix.lower()[:10]}"
    bundle.save(update_fields=("file",))
    shutil.move(file, path_of(bundle))
    jobs.queue(kind=Job.Kind.BUNDLE, bundle=bundle)
    return bundle


def carry(job_id: int) -> None:
    """The worker's part: pack what was asked for, or read what was sent."""
    job = jobs.claim(job_id, kind=Job.Kind.BUNDLE)
    if job is None:
        return
    bundle = job.bundle
    assert bundle is not None
    with jobs.attempt(job), _aside(bundle) as aside:
        try:
            (_carry_out if bundle.way == Way.OUT else _carry_in)(job, bundle, aside)
        except Wrong as wrong:
            _refuse(job, bundle, wrong)
        except archives.NoRoom:
            _refuse(job, bundle, Wrong("no_room"))


@contextmanager
def _aside(bundle: Bundle) -> Iterator[Path]:
    """A folder to work in; that of a worker that was killed is swept away later."""
    path = Path(tempfile.mkdtemp(prefix=f"work-{bundle.pk}-", dir=folder()))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _carry_out(job: Job, bundle: Bundle, aside: Path) -> None:
    dataset, form = bundle.dataset, layout(bundle.layout)
    assert dataset is not None
    mark = carrying_out.mark_of(dataset)
    gathered = carrying_out.gather(dataset, source=bundle.source)
    if not gathered.carried.recordings:
        raise Wrong("nothing_leaves")
    tables, half_done = aside / "tables", aside / "archive.zip"
    tables.mkdir()
    form.write(gathered.carried, tables)
    files = {f"{form.MEDIA}/{name}": path for name, path in gathered.carried.files.items()}
    archives.pack(tables, files, half_done, progress=_telling(job, "packing"))
    bundle.file = f"out-{bundle.pk}.zip"
    half_done.replace(path_of(bundle))
    recordings = gathered.carried.recordings
    numbers = {
        "performances": len(recordings),
        "ratings": sum(len(row.ratings) for row in recordings),
        "players": len({row.player for row in recordings}),
        "raters": len({rating.rater for row in recordings for rating in row.ratings}),
        "withdrawn": gathered.withdrawn,
        "reduced": gathered.reduced,
        "bytes": path_of(bundle).stat().st_size,
        "mark": mark,
    }
    _finish(job, bundle, numbers)
    forget_outdated()  # a consent may have been withdrawn while it was packed


def _carry_in(job: Job, bundle: Bundle, aside: Path) -> None:
    form, source = layout(bundle.layout), bundle.source
    laid = aside / "laid"
    laid.mkdir()
    jobs.report(job, "unpacking", 0.0)
    root = archives.unpack(path_of(bundle), laid, alone=form.TABLE, name=bundle.file)
    jobs.report(job, "reading", 0.0)
    carried = form.read(root)
    ready = made_ready.make_ready(carried, root / form.MEDIA, aside, source=source, progress=_telling(job, "looking"))
    with transaction.atomic():
        taken = carrying_in.take_in(ready=ready, carried=carried, source=source, by=bundle.by)
        _finish(job, bundle, asdict(taken) | {"bytes": path_of(bundle).stat().st_size})
        transaction.on_commit(partial(remove_file, bundle))


def _telling(job: Job, stage: str) -> Callable[[float], None]:
    return partial(jobs.report, job, stage)


@transaction.atomic
def _finish(job: Job, bundle: Bundle, numbers: dict[str, object]) -> None:
    jobs.finish(job)
    bundle.state, bundle.numbers, bundle.trouble = State.READY, numbers, ""
    bundle.save(update_fields=("state", "numbers", "trouble", "file"))


@transaction.atomic
def _refuse(job: Job, bundle: Bundle, wrong: Wrong) -> None:
    """Keep why, as what it is in English and as what pages say it of; the file goes."""
    jobs.fail(job, str(wrong)[:2000])
    bundle.state, bundle.numbers = State.REFUSED, {"wrong": words.kept(wrong)}
    bundle.save(update_fields=("state", "numbers"))
    transaction.on_commit(partial(remove_file, bundle))


@transaction.atomic
def delete(*, bundle: Bundle) -> None:
    """The row and its file. What was taken in stays."""
    Bundle.objects.filter(pk=bundle.pk).delete()
    transaction.on_commit(partial(remove_file, bundle))


def remove_file(bundle: Bundle) -> None:
    if bundle.file:
        path_of(bundle).unlink(missing_ok=True)


def may_leave(bundle: Bundle) -> bool:
    """Whether the archive is there and everybody in it still agrees."""
    return (
        bundle.way == Way.OUT
        and bundle.state == State.READY
        and bundle.dataset is not None
        and bundle.numbers.get("mark") == carrying_out.mark_of(bundle.dataset)
        and path_of(bundle).is_file()
    )


def forget_outdated() -> int:
    """Archives that hold somebody who no longer agrees, or was erased, go at once; how many."""
    ready = Bundle.objects.filter(way=Way.OUT, state=State.READY).select_related("dataset")
    return sum(_let_go(bundle) for bundle in ready if not may_leave(bundle))


def look_after() -> int:
    """What was kept long enough goes, and what a killed worker or a broken upload has left behind."""
    old = Bundle.objects.filter(way=Way.OUT, state=State.READY, created_at__lt=timezone.now() - KEPT)
    count = sum(_let_go(bundle) for bundle in old) + forget_outdated()
    named = set(Bundle.objects.exclude(file="").exclude(state=State.GONE).values_list("file", flat=True))
    for path in folder().iterdir():
        if path.name not in named and path.stat().st_mtime < (timezone.now() - ABANDONED).timestamp():
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
            count += 1
    return count


def _let_go(bundle: Bundle) -> bool:
    Bundle.objects.filter(pk=bundle.pk).update(state=State.GONE)
    remove_file(bundle)
    return True
