"""A candidate beside the champion: it grades live work along, seen by nobody outside the lab."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from grading.models import Autograde, Example, Job, ModelVersion, Performance, Rating, Rubric
from grading.people import User
from grading.signals import shadow_changed

from . import calibrations, jobs, performances, registry

# Somebody waits for these; nobody for what a shadow says.
BEFORE = (Job.Kind.GRADE, Job.Kind.EXPLAIN)
MOST_WEEKS = 12  # that may be made up for when a candidate begins
MOST_RECORDINGS = 500


class ShadowError(ValueError):
    """Why a version cannot grade along, in words for an admin."""


@transaction.atomic
def begin(*, version: ModelVersion, by: User | None, weeks: int = 0) -> ModelVersion:
    """Let a candidate grade along from now on; with `weeks`, also what was handed in so many weeks before."""
    candidates = ModelVersion.objects.select_for_update().filter(stage=ModelVersion.Stage.CANDIDATE).order_by("pk")
    rows = {row.pk: row for row in candidates}
    if version.pk not in rows:
        raise ShadowError(_("Only a candidate can grade along; %(version)s is none.") % {"version": version})
    version = rows[version.pk]
    others = [row for row in rows.values() if row.shadow_since and row.rubric_id == version.rubric_id]
    if others:
        raise ShadowError(_("%(version)s grades along already. End that first.") % {"version": others[0]})
    if not version.path.is_file() or registry.file_digest(version.path) != version.digest:
        missing = _("The file of %(version)s is missing or was changed, so it cannot be used.")
        raise ShadowError(missing % {"version": version})
    version.shadow_since = timezone.now()
    version.save(update_fields=("shadow_since",))
    shadow_changed.send(sender=ModelVersion, version=version, by=by, begun=True)
    if weeks:
        _make_up(version, weeks)
    return version


def _make_up(version: ModelVersion, weeks: int) -> None:
    """Queue the newest recordings of these weeks. No doorbell is rung: the sweeper does it when the house is quiet."""
    since = timezone.now() - timedelta(weeks=min(weeks, MOST_WEEKS))
    recent = Performance.objects.filter(
        state=Performance.State.GRADED, may_grade=True, reduced_at=None, created_at__gte=since
    )
    if version.rubric_id is not None:
        recent = recent.filter(rubric=version.rubric_id)
    newest = recent.order_by("-created_at")[:MOST_RECORDINGS]
    Job.objects.bulk_create(
        [Job(kind=Job.Kind.SHADOW, performance=performance) for performance in newest], ignore_conflicts=True
    )


@transaction.atomic
def end(*, version: ModelVersion, by: User | None) -> ModelVersion:
    """Let it grade along no more. What it has said is kept, for the lab."""
    if not ModelVersion.objects.filter(pk=version.pk, shadow_since__isnull=False).update(shadow_since=None):
        raise ShadowError(_("%(version)s does not grade along.") % {"version": version})
    shadow_changed.send(sender=ModelVersion, version=version, by=by, begun=False)
    version.refresh_from_db()
    return version


def beside(rubric: Rubric | None) -> ModelVersion | None:
    """The candidate that grades such recordings along: one of this rubric, else one of their champion's kind."""
    champion = registry.champion(rubric)
    kinds = Q(rubric=rubric) | Q(rubric=champion.rubric if champion else None)
    return ModelVersion.objects.filter(kinds, shadow_since__isnull=False).order_by("rubric_id").first()


def follow(performance: Performance) -> None:
    """Queue the shadow's look at a recording that the champion has graded, where there is a shadow."""
    if beside(performance.rubric) is not None:
        jobs.queue(kind=Job.Kind.SHADOW, performance=performance)


def grade_along(job_id: int) -> None:
    """Ask the candidate that grades along now, and write its answer where nobody but the lab reads it.

    While somebody waits for the model, the job is left as it is; the sweeper rings for it again.
    """
    if Job.objects.filter(kind__in=BEFORE, state=Job.State.QUEUED).exists():
        return
    job = jobs.claim(job_id, kind=Job.Kind.SHADOW)
    if job is None:
        return
    performance = job.performance
    assert performance is not None
    with jobs.attempt(job):
        version = beside(performance.rubric)
        if version is None or not _may_be_asked(performance):
            jobs.finish(job)
            return
        calibration = calibrations.current(version)
        given = performances.ask(
            performance=performance,
            model=version.path,
            digest=version.digest,
            calibration=calibration,
            progress=lambda fraction: jobs.report(job, "listening", fraction),
        )
        with transaction.atomic():
            jobs.finish(job)
            now = Performance.objects.select_for_update().get(pk=performance.pk)
            # Promoted meanwhile, it grades as champion; ended, nobody asks any more.
            asked = ModelVersion.objects.select_for_update().filter(pk=version.pk, shadow_since__isnull=False).exists()
            if not asked or not now.may_grade:
                return
            performances.record(
                performance=performance, version=version, given=given, calibration=calibration, shadow=True
            )
            if now.crop != performance.crop:
                jobs.queue(kind=Job.Kind.SHADOW, performance=now)


def _may_be_asked(performance: Performance) -> bool:
    return performance.may_grade and performance.is_playable


@dataclass(frozen=True)
class Beside:
    """One recording that both graded: the teacher's first word about it, and what the shadow and the champion said."""

    level: int
    shadow: Autograde
    champion: Autograde
    blind: bool  # the teacher had not seen what the champion says
    at: datetime
    player: int


def compared(version: ModelVersion) -> list[Beside]:
    """The recordings that this version graded along and a teacher has rated since it was made, the oldest first.

    Only what no snapshot held when it was rated: neither of the two can have learned from it. What was accepted
    together with others is left out, since nobody listened to it for its own sake.
    """
    same = {"performance": OuterRef("performance")}
    said = version.autogrades.by_shadows().filter(**same)
    learned = Example.objects.filter(**same, dataset__created_at__lt=OuterRef("created_at"))
    ratings = (
        Rating.objects.filter(
            Exists(said),
            ~Exists(learned),
            purpose__in=calibrations.UNASKED,
            batch=False,
            source="",
            created_at__gt=version.created_at,
            autograde__shadow=False,
        )
        .select_related("autograde", "performance")
        .defer("autograde__windows")
        .order_by("-created_at", "-pk")
    )
    first = {rating.performance_id: rating for rating in ratings}
    along = _said_along(version, list(first))
    rows = [
        Beside(
            rating.level,
            along[pk],
            rating.autograde,
            not rating.autograde_visible,
            rating.created_at,
            rating.performance.player_id,
        )
        for pk, rating in first.items()
        if rating.autograde is not None
    ]
    return sorted(rows, key=lambda row: row.at)


def _said_along(version: ModelVersion, performances: Sequence[UUID]) -> dict[UUID, Autograde]:
    """Its newest word about each of these."""
    words = version.autogrades.by_shadows().filter(performance__in=performances).defer("windows").order_by("created_at")
    return {word.performance_id: word for word in words}
