"""Registered checkpoints: who is champion, and how that changes."""

import hashlib
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from grading.models import ModelVersion, Performance, Promotion, Rubric, TrainingRun
from grading.people import User

Stage = ModelVersion.Stage
CHUNK_BYTES = 1 << 20


class RegistryError(ValueError):
    """Why a version cannot be registered, promoted or rolled back, in words for an admin."""


def champion(rubric: Rubric | None = None) -> ModelVersion | None:
    """Who grades by this rubric: its own champion, or the general one where it has none."""
    return _for(rubric, ModelVersion.objects.filter(stage=Stage.CHAMPION))


def shadow(rubric: Rubric | None = None) -> ModelVersion | None:
    """The candidate that grades along, unseen, where there is one."""
    return _for(rubric, ModelVersion.objects.filter(shadow_since__isnull=False))


def _for(rubric: Rubric | None, versions: QuerySet[ModelVersion]) -> ModelVersion | None:
    rows = versions.filter(Q(rubric=rubric) | Q(rubric=None))
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


def register(
    *,
    checkpoint: Path,
    variant: str,
    report: dict[str, Any],
    card: str,
    run: TrainingRun | None = None,
    starter: bool = False,
) -> ModelVersion:
    """Take a checkpoint in under its digest, as a candidate. The same file registered twice is one version."""
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
            number=newest + 1, digest=digest, variant=variant, report=report, card=card, run=run, starter=starter
        )


@dataclass(frozen=True)
class Verdict:
    """Whether a candidate may replace the champion without a written reason, and why."""

    passes: bool
    sentence: str


def verdict(version: ModelVersion) -> Verdict:
    if version.run is None:
        return Verdict(True, _("This version was not trained here, so there is nothing to compare."))
    comparison = version.report.get("comparison")
    if not comparison:
        return Verdict(False, _("The audit part is empty, so there is no telling which version is better."))
    gap = comparison["mae"]
    if gap["low"] is None or gap["high"] is None:
        return Verdict(False, _("Too few students stand in the audit part to tell which version is better."))
    if gap["low"] > 0:
        return Verdict(False, _("It is %(levels)s levels further from the teachers than the champion.") % _levels(gap))
    if gap["high"] < 0:
        return Verdict(True, _("It is %(levels)s levels closer to the teachers than the champion.") % _levels(gap))
    return Verdict(
        False,
        _(
            "The audit part cannot tell the two apart yet: the error of the new one differs from the champion's by "
            "%(low)s to %(high)s levels."
        )
        % {"low": f"{gap['low']:+.2f}", "high": f"{gap['high']:+.2f}"},
    )


def _levels(gap: Mapping[str, float]) -> dict[str, str]:
    return {"levels": number_format(f"{abs(gap['difference']):.2f}", 2)}


@transaction.atomic
def promote(*, version: ModelVersion, by: User | None, reason: str = "") -> Promotion:
    """Make this version champion and the present one archived, in one act; ungraded work is graded anew."""
    _lock()
    version = ModelVersion.objects.select_for_update().get(pk=version.pk)
    if version.stage == Stage.CHAMPION:
        raise RegistryError(_("%(version)s is the champion already.") % {"version": version})
    if not version.path.is_file() or file_digest(version.path) != version.digest:
        missing = _("The file of %(version)s is missing or was changed, so it cannot be used.")
        raise RegistryError(missing % {"version": version})
    judged = verdict(version)
    if version.stage == Stage.CANDIDATE and not judged.passes and not reason.strip():
        needed = _("%(verdict)s Promote it all the same only with a written reason.")
        raise RegistryError(needed % {"verdict": judged.sentence})
    previous = ModelVersion.objects.filter(stage=Stage.CHAMPION, rubric=version.rubric).first()
    ModelVersion.objects.filter(stage=Stage.CHAMPION, rubric=version.rubric).update(stage=Stage.ARCHIVED)
    version.stage, version.shadow_since = Stage.CHAMPION, None
    version.save(update_fields=("stage", "shadow_since"))
    from . import performances  # performances asks us for the champion

    performances.regrade(performances=performances.waiting())
    return Promotion.objects.create(version=version, previous=previous, by=by, reason=reason.strip(), at=_moment())


@transaction.atomic
def roll_back(*, by: User | None, reason: str = "") -> Promotion:
    """Promote the version that was champion before the present one."""
    _lock()
    present = champion()
    newest = Promotion.objects.filter(version=present, previous__isnull=False).first()
    if newest is None or newest.previous is None:
        raise RegistryError(_("There is no earlier champion to go back to."))
    return promote(
        version=newest.previous, by=by, reason=reason or _("Rolled back from %(version)s") % {"version": present}
    )


def _lock() -> None:
    """One change of the registry at a time, whoever asks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('clavier.registry'))")


@dataclass(frozen=True)
class Difference:
    performance: Performance
    present: float
    proposed: float


@dataclass(frozen=True)
class Differences:
    """What would change: grades of waiting work, and released results that would have differed (none is touched)."""

    waiting: list[Difference]
    released: list[Difference]
    unknown: int


def differences(*, version: ModelVersion) -> Differences:
    """Compare what each recording's grade is now with what this version says of it, where both are known."""
    said = {
        str(key): level
        for key, level in version.autogrades.order_by("created_at").values_list("performance_id", "level")
    }
    said |= version.report.get("grades", {})
    waiting: list[Difference] = []
    released: list[Difference] = []
    unknown = 0
    for performance in Performance.objects.filter(state=Performance.State.GRADED, may_grade=True).with_grade():
        present, proposed = performance.autograde, said.get(str(performance.pk))
        if present is None or proposed is None:
            unknown += 1
        elif present.rounded != round(proposed):
            side = released if hasattr(performance, "result") else waiting
            side.append(Difference(performance, present.level, proposed))
    return Differences(waiting, released, unknown)
