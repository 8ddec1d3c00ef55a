"""A recording's way in: received, prepared, graded, and erased."""

import hashlib
import json
import logging
import math
import shutil
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from grading import engine
from grading.checks import given as usual_checks
from grading.models import Autograde, Calibration, Job, ModelVersion, Performance, Rubric
from grading.people import User
from grading.signals import recording_refused

from . import calibrations, jobs, preflight, registry, spoken, storage, usual

logger = logging.getLogger(__name__)


@transaction.atomic
def receive(
    *,
    player: User,
    piece: str,
    source: Path,
    source_name: str,
    may_train: bool,
    may_grade: bool = True,
    rubric: Rubric | None = None,
    abstain_over: int | None = None,
    checks: Mapping[str, Any] | None = None,
    generated: bool = False,
    pk: uuid.UUID | None = None,
    crop: Mapping[str, Any] | None = None,
    collection: str = "",
) -> Performance:
    """Take the file over (it is moved, not copied) and queue its preparation; `checks` as `grading.checks.given`.

    What is imported brings its id, the name of its collection, and a frame that is kept if somebody has set one.
    """
    performance = Performance(
        **({} if pk is None else {"id": pk}),
        player=player,
        piece=piece,
        source_name=source_name[:255],
        may_train=may_train,
        may_grade=may_grade,
        rubric=rubric,
        abstain_over=abstain_over,
        checks=dict(checks or usual_checks({})),
        generated=generated,
        crop=None if crop is None else dict(crop),
        collection=collection,
    )
    performance.source = f"sources/{performance.id}"
    performance.source_path.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(source, performance.source_path)
    performance.save(force_insert=True)
    jobs.queue(kind=Job.Kind.PREPARE, performance=performance)
    return performance


def prepare(job_id: int) -> None:
    """Probe, proxy, poster, peaks, mel picture and crop, and what there is to be said before it counts; then the grade
    is queued, whether it is held or not.
    """
    job = jobs.claim(job_id, kind=Job.Kind.PREPARE)
    if job is None:
        return
    performance = job.performance
    assert performance is not None
    with jobs.attempt(job):
        try:
            prepared = engine.prepare(
                performance.source_path,
                performance.folder,
                max_bytes=settings.RECORDING_MAX_BYTES,
                progress=lambda stage, fraction: jobs.report(job, stage, fraction),
            )
        except engine.Refused as refusal:
            _refuse(job, performance, str(refusal), preflight.of_refusal(refusal))
            return
        jobs.report(job, "preflight", 0.0)
        findings, broken = preflight.look(performance, seconds=prepared.proxy_seconds)
        if reason := preflight.refused(findings):
            _refuse(job, performance, reason, findings)
            return
        with transaction.atomic():
            jobs.finish(job, trouble=broken)
            preflight.hold(performance, findings)
            performance.state = Performance.State.PREPARED
            performance.digest, performance.facts = prepared.digest, asdict(prepared.facts)
            performance.duration, performance.crop = prepared.proxy_seconds, performance.crop or asdict(prepared.crop)
            performance.save(update_fields=("state", "digest", "facts", "duration", "crop", "findings", "held_until"))
            regrade(performances=[performance])


def _refuse(job: Job, performance: Performance, sentence: str, findings: preflight.Findings) -> None:
    """Say why, and leave nothing of the file behind."""
    source = performance.source_path
    with transaction.atomic():
        jobs.fail(job, sentence)
        Performance.objects.filter(pk=performance.pk).update(
            state=Performance.State.REFUSED, trouble=sentence, source="", findings=findings
        )
        performance.refresh_from_db()
        transaction.on_commit(partial(recording_refused.send, sender=Performance, performance=performance))
    source.unlink(missing_ok=True)
    shutil.rmtree(performance.folder, ignore_errors=True)


def grade(job_id: int) -> None:
    """Ask the model that is champion now, and write its answer once."""
    job = jobs.claim(job_id, kind=Job.Kind.GRADE)
    if job is None:
        return
    performance = job.performance
    assert performance is not None
    with jobs.attempt(job):
        if not performance.may_grade:
            jobs.finish(job)
            return
        version, started_at = registry.in_force(performance.rubric)
        if version is None:
            with transaction.atomic():
                jobs.fail(job, "There is no champion model. An admin can promote one in the lab.")
                Performance.objects.filter(pk=performance.pk).update(
                    trouble=gettext_noop("No model is in use, so a teacher grades this recording alone.")
                )
            return
        calibration = calibrations.current(version)
        given = ask(
            performance=performance,
            model=version.path,
            digest=version.digest,
            calibration=calibration,
            progress=lambda fraction: jobs.report(job, "listening", fraction),
        )
        with transaction.atomic():
            jobs.finish(job)
            now = Performance.objects.select_for_update().get(pk=performance.pk)
            if not now.may_grade:
                return  # consent was withdrawn while the model listened
            record(
                performance=performance, version=version, given=given, started_at=started_at, calibration=calibration
            )
            # A new frame or a new champion that came while this ran asks for another look.
            if now.crop != performance.crop or registry.champion(performance.rubric) != version:
                jobs.queue(kind=Job.Kind.GRADE, performance=now)
                return
            from . import shadows  # shadows ask us for a model's word

            shadows.follow(now)


def ask(
    *,
    performance: Performance,
    model: Path,
    digest: str,
    calibration: Calibration | None = None,
    progress: Callable[[float], None] | None = None,
) -> Any:
    """What a checkpoint says of the recording, its intervals as wide as the calibration has them, if there is one; clip
    features are taken from the cache where they are there.
    """
    return engine.grade(
        performance.recording,
        model=model,
        digest=digest,
        cache=Path(settings.FEATURES_ROOT),
        quantile=None if calibration is None else calibration.quantile,
        progress=progress,
    )


def record(
    *,
    performance: Performance,
    version: ModelVersion,
    given: Any,
    started_at: datetime | None = None,
    calibration: Calibration | None = None,
    shadow: bool = False,
) -> Autograde:
    """Write what a model said, once for each model, recording and frame. What a shadow said is shown nowhere."""
    crop = performance.recording.crop
    widest = None if shadow else performance.abstain_over
    autograde, _ = Autograde.objects.get_or_create(
        performance=performance,
        model=version,
        crop_digest=crop_digest(crop),
        shadow=shadow,
        defaults={
            "crop": crop,
            "visual": list(given.visual),
            "aural": list(given.aural),
            "fused": list(given.fused),
            "level": given.level,
            "low": given.low,
            "high": given.high,
            "windows": [asdict(window) for window in given.windows],
            "device": given.device,
            "seconds": given.seconds,
            "started_at": started_at or timezone.now(),
            "abstained": widest is not None and given.high - given.low + 1 > widest,
            "calibration": calibration,
        },
    )
    if shadow:
        return autograde
    Performance.objects.filter(pk=performance.pk).update(
        state=Performance.State.GRADED, autograde=autograde, trouble=""
    )
    return autograde


def crop_digest(crop: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(crop, sort_keys=True).encode()).hexdigest()


@transaction.atomic
def move_crop(*, performance: Performance, crop: dict[str, Any], by: User) -> Performance:
    """Look elsewhere in the picture. What waits is graded again; a released result stays as it is."""
    if not performance.is_playable:
        raise ValueError(_("The picture can be framed once the recording is prepared."))
    try:
        x, y, width, height = (float(crop[key]) for key in ("x", "y", "width", "height"))
    except (KeyError, TypeError, ValueError):
        raise ValueError(_("A frame needs four numbers: x, y, width and height.")) from None
    if not all(map(math.isfinite, (x, y, width, height))):
        raise ValueError(_("A frame needs four numbers: x, y, width and height."))
    if min(x, y) < 0 or max(x + width, y + height) > 1 + 1e-6:
        raise ValueError(_("The frame must stay inside the picture."))
    if width < 0.1 or height < 0.1:
        raise ValueError(_("The frame must be at least a tenth of the picture wide and high."))
    performance.crop = {
        "x": round(x, 4),
        "y": round(y, 4),
        "width": round(min(width, 1 - x), 4),
        "height": round(min(height, 1 - y), 4),
        "upside_down": bool(crop.get("upside_down", False)),
        "confidence": 1.0,
    }
    performance.crop_moved_by = by
    performance.save(update_fields=("crop", "crop_moved_by"))
    regrade(performances=[performance])
    return performance


def regrade(*, performances: list[Performance]) -> int:
    """Queue a grade by the present champion for each that a model may grade; returns how many."""
    asked = [one for one in performances if one.may_grade and one.reduced_at is None]
    jobs.queue_all(kind=Job.Kind.GRADE, performances=asked)
    return len(asked)


def waiting(*, player: User | None = None) -> list[Performance]:
    """Playable recordings without a released result that a model may grade: what a new champion grades again."""
    rows = Performance.objects.filter(
        may_grade=True,
        result__isnull=True,
        collection="",  # what was imported waits for nobody
        state__in=(Performance.State.PREPARED, Performance.State.GRADED),
    )
    return list(rows if player is None else rows.filter(player=player))


@transaction.atomic
def erase(*, performance: Performance) -> None:
    """The row and every file of it. Snapshots keep an example without the recording."""
    sources = spoken.sources_of(performance) + ([performance.source_path] if performance.source else [])
    folder, digest = performance.folder, performance.digest
    player = performance.player
    performance.delete()
    usual.keep(player=player)
    transaction.on_commit(lambda: _remove(sources, folder, digest))


def _remove(sources: list[Path], folder: Path, digest: str) -> None:
    for source in sources:
        source.unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    if digest and not Performance.objects.filter(digest=digest).exists():
        for cached in storage.features_of(digest):
            cached.unlink(missing_ok=True)
