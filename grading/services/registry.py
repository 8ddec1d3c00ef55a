"""Registered checkpoints: who is champion, and how that changes."""

import hashlib
import os
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from grading import engine
from grading.models import ModelVersion, Performance, Promotion, Rubric, TrainingRun
from grading.people import User

Stage = ModelVersion.Stage
CHUNK_BYTES = 1 << 20


class RegistryError(ValueError):
    """Why a version cannot be registered, promoted or rolled back, in words for an admin."""


def champion(rubric: Rubric | None = None) -> ModelVersion | None:
    """Who grades by this rubric: its own champion, or the general one where it has none."""
    rows = ModelVersion.objects.filter(Q(rubric=rubric) | Q(rubric=None), stage=Stage.CHAMPION)
    return rows.order_by(F("rubric").asc(nulls_last=True)).first()


@transaction.atomic
def in_force(rubric: Rubric | None = None) -> tuple[ModelVersion | None, datetime]:
    """The champion of this moment, and the moment.

    No promotion is half done then: it either began later or has ended, so that the moment lies between the promotion
    of this version and the next.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtext('clavier.registry'))")
    return champion(rubric), _moment()


def _moment() -> datetime:
    """Now, by the one clock that all workers share: the database's. Ask for it after the lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def file_digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def answers_for(version: ModelVersion) -> QuerySet[Performance]:
    """The recordings that this version grades once it is champion: those of its rubric, or, of the general model, all
    whose rubric has no champion of its own.
    """
    if version.rubric_id is not None:
        return Performance.objects.filter(rubric=version.rubric_id)
    own = ModelVersion.objects.filter(stage=Stage.CHAMPION, rubric__isnull=False).values("rubric")
    return Performance.objects.filter(Q(rubric=None) | ~Q(rubric__in=own))


def register(
    *,
    checkpoint: Path,
    variant: str,
    report: dict[str, Any],
    card: str,
    run: TrainingRun | None = None,
    starter: bool = False,
) -> ModelVersion:
    """Take a checkpoint in under its digest, as a candidate for the rubric of the snapshot it was trained on.

    The same file registered twice is one version.
    """
    digest = file_digest(checkpoint)
    existing = ModelVersion.objects.filter(digest=digest).first()
    if existing is not None:
        return existing
    folder = Path(settings.MODELS_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    incoming = folder / f".{digest}.{os.getpid()}"
    shutil.copyfile(checkpoint, incoming)
    os.replace(incoming, folder / f"{digest}.safetensors")
    with transaction.atomic():
        _lock()
        newest = ModelVersion.objects.order_by("-number").values_list("number", flat=True).first() or 0
        return ModelVersion.objects.create(
            number=newest + 1,
            digest=digest,
            rubric=run.dataset.rubric if run else None,
            preparation=_preparation(checkpoint),
            variant=variant,
            report=report,
            card=card,
            run=run,
            starter=starter,
        )


def _preparation(checkpoint: Path) -> dict[str, Any]:
    """How it looks and listens, as the file says; nothing for a file that does not, which no worker loads."""
    try:
        told = engine.about(checkpoint)
    except ValueError:
        return {}
    return {**told.get("preparation", {}), "quantile": told.get("quantile")}


@transaction.atomic
def promote(
    *, version: ModelVersion, by: User | None, reason: str = "", instead_of: ModelVersion | None = None
) -> Promotion:
    """Make this version champion and the present one archived, in one act; what waits for it is graded anew.

    A candidate that the gate does not let through needs a written reason. With `instead_of`, the champion whose place
    was asked for, it is refused where another has taken that place meanwhile.
    """
    _check_file(version)
    _lock()
    version = ModelVersion.objects.select_for_update(of=("self",)).select_related("rubric").get(pk=version.pk)
    if version.stage == Stage.CHAMPION:
        raise RegistryError(_("%(version)s is the champion already.") % {"version": version})
    _check_seen(version, instead_of)
    judgement = _let_through(version, reason) if version.stage == Stage.CANDIDATE else {}
    champions = ModelVersion.objects.filter(stage=Stage.CHAMPION, rubric=version.rubric)
    previous = champions.first()
    champions.update(stage=Stage.ARCHIVED)
    version.stage, version.shadow_since = Stage.CHAMPION, None
    version.save(update_fields=("stage", "shadow_since"))
    _regrade(version)
    return Promotion.objects.create(
        version=version, previous=previous, by=by, reason=reason.strip(), gate=judgement, at=_moment()
    )


def _check_file(version: ModelVersion) -> None:
    """Before the lock: reading a large file takes a while, and graders wait for the lock."""
    if not version.path.is_file() or file_digest(version.path) != version.digest:
        missing = _("The file of %(version)s is missing or was changed, so it cannot be used.")
        raise RegistryError(missing % {"version": version})


def _check_seen(version: ModelVersion, seen: ModelVersion | None) -> None:
    present = champion(version.rubric)
    if seen is not None and seen != present:
        moved = _("%(version)s became the champion meanwhile. Look at what would change now, and decide again.")
        raise RegistryError(moved % {"version": present})


def _let_through(version: ModelVersion, reason: str) -> dict[str, Any]:
    """What the gate says, to be kept with the promotion."""
    from . import gate  # the gate asks us for the champion

    judgement = gate.judge(version)
    if not judgement.passes and not reason.strip():
        needed = _("%(verdict)s Promote it all the same only with a written reason.")
        raise RegistryError(needed % {"verdict": judgement.sentence})
    return judgement.to_json()


def _regrade(version: ModelVersion) -> None:
    """Queue what waits and is graded by this version from now on."""
    from . import performances  # performances asks us for the champion

    theirs = set(answers_for(version).filter(result__isnull=True).values_list("pk", flat=True))
    performances.regrade(performances=[one for one in performances.waiting() if one.pk in theirs])


def before(rubric: Rubric | None = None) -> ModelVersion | None:
    """Where a rollback leads: the champion before the present one. The first model of a rubric gives the recordings
    back to the general one.
    """
    present = ModelVersion.objects.filter(stage=Stage.CHAMPION, rubric=rubric).first()
    if present is None:
        return None
    newest = Promotion.objects.filter(version=present, previous__rubric=rubric, previous__isnull=False)
    promotion = newest.select_related("previous__run").first()
    if promotion is not None:
        return promotion.previous
    return champion() if rubric else None


@transaction.atomic
def roll_back(
    *, by: User | None, reason: str = "", rubric: Rubric | None = None, instead_of: ModelVersion | None = None
) -> Promotion:
    """Give the place back to the version that had it before the present champion of this rubric."""
    _lock()
    present, earlier = champion(rubric), before(rubric)
    if present is None or earlier is None:
        raise RegistryError(_("There is no earlier champion to go back to."))
    reason = reason or _("Rolled back from %(version)s") % {"version": present}
    if earlier.rubric_id == present.rubric_id:
        return promote(version=earlier, by=by, reason=reason, instead_of=instead_of)
    _check_seen(present, instead_of)
    ModelVersion.objects.filter(pk=present.pk).update(stage=Stage.ARCHIVED)
    _regrade(present)
    return Promotion.objects.create(version=earlier, previous=present, by=by, reason=reason.strip(), at=_moment())


def _lock() -> None:
    """One change of the registry at a time, whoever asks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('clavier.registry'))")
