"""What the engine room and the core keep of a person: they cannot say so themselves, or stand at the bottom."""

from collections.abc import Iterator
from pathlib import Path

from django.contrib.auth.models import AbstractUser
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from grading.models import Performance, Spoken
from grading.services import bundles, performances, spoken

from .models import Event
from .personal import Fate, Folder, Table

SCHOOLS_RECORD = _("It belongs to the school's records, and names nobody any more.")

TABLES = (
    Table("grading.Performance", "player", Fate.DELETE, _("Recordings"), leave_out=("source",)),
    Table("grading.Autograde", "performance__player", Fate.GONE, ""),  # submissions tells what may be seen of it
    Table("grading.Result", "performance__player", Fate.GONE, _("Results")),
    Table(
        "grading.Rating",
        "result__performance__player",
        Fate.GONE,
        _("What your teachers said"),
        # Reasons are for teachers (docs/marking.md).
        leave_out=("reason", "autograde", "autograde_visible", "purpose", "batch"),
    ),
    Table("grading.Remark", "rating__result__performance__player", Fate.GONE, _("Your teachers' remarks")),
    Table(
        "grading.Abstention",
        "performance__player",
        Fate.GONE,
        _("Recordings that could not be judged"),
        narrow=lambda rows: rows.filter(kind="unusable"),
    ),
    Table(
        "grading.Rating",
        "rater",
        Fate.KEEP,
        _("Ratings you gave"),
        why=_("A level that was given is part of a student's record. Your words go, and your name."),
        blank=("comment", "reason"),
    ),
    Table("grading.Remark", "rating__rater", Fate.DELETE, _("Remarks you made")),
    Table("grading.Spoken", "author", Fate.DELETE, _("Remarks you spoke")),
    Table(
        "grading.Abstention",
        "rater",
        Fate.KEEP,
        _("Recordings you did not judge"),
        why=_("Its student still reads why to record it again. Your name goes."),
    ),
    Table("grading.UsualLevel", "player", Fate.DELETE, _("Your usual level")),
    Table("grading.PlayerPart", "player", Fate.DELETE, _("Which part of the school's data you belong to")),
    Table("grading.Dataset", "created_by", Fate.UNLINK, _("Snapshots you made"), leave_out=("manifest",)),
    Table(
        "grading.TrainingRun",
        "started_by",
        Fate.UNLINK,
        _("Trainings you started"),
        leave_out=("history", "log", "config"),
    ),
    Table("grading.Promotion", "by", Fate.UNLINK, _("Models you put into use"), leave_out=("gate",)),
    Table("grading.Calibration", "by", Fate.UNLINK, _("Intervals you set anew")),
    Table("grading.Round", "by", Fate.UNLINK, _("Ratings you asked for")),
    Table("grading.Asked", "performance__player", Fate.GONE, ""),
    Table("grading.Bundle", "by", Fate.UNLINK, _("Exports and imports of labels you made"), leave_out=("file",)),
    Table("grading.Alarm", "seen_by", Fate.UNLINK, _("Alarms you have seen")),
    Table("grading.Performance", "crop_moved_by", Fate.UNLINK, ""),
    Table("core.Event", "actor", Fate.UNLINK, _("What you did"), blank=("note",)),
)


def recordings(user: AbstractUser) -> None:
    """Each with its files, its grades, its results and all that was said of it."""
    Event.objects.filter(performance__player=user.pk).exclude(note="").update(note="")
    for performance in Performance.objects.filter(player=user.pk):
        performances.erase(performance=performance)
    transaction.on_commit(bundles.forget_outdated)


def spoken_remarks(user: AbstractUser) -> None:
    for each in Spoken.objects.filter(author=user.pk).select_related("performance"):
        spoken.erase(spoken=each)


def sessions(user: AbstractUser) -> None:
    """Signed out everywhere: a session holds the number of its person in a text that only it can read."""
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()


def _sources(user: AbstractUser) -> Iterator[tuple[str, Path]]:
    """As they came; those that were reduced or refused have none any more."""
    for performance in _of(user).exclude(source=""):
        yield (
            f"recordings/{performance.pk}/as-you-sent-it{Path(performance.source_name).suffix}",
            performance.source_path,
        )


def _made(user: AbstractUser) -> Iterator[tuple[str, Path]]:
    for performance in _of(user):
        for path in sorted(performance.folder.glob("*")):
            if path.is_file() and not path.name.startswith("."):
                yield f"recordings/{performance.pk}/{path.name}", path
    heard = Spoken.objects.filter(remarks__rating__result__performance__player=user.pk, state=Spoken.State.READY)
    own = Spoken.objects.filter(author=user.pk, state=Spoken.State.READY)
    for each in (heard | own).select_related("performance").distinct():
        yield f"spoken/{each.pk}.m4a", each.path


def _of(user: AbstractUser) -> QuerySet[Performance]:
    return Performance.objects.filter(player=user.pk)


FOLDERS = (
    Folder("MEDIA_ROOT", "sources", "with its recording, or with the remark that was spoken", _sources),
    Folder("MEDIA_ROOT", "performances", "with its recording, or with the remark that was spoken", _made),
    Folder("FEATURES_ROOT", "", "with the last recording that has this content"),
    Folder(
        "MODELS_ROOT", "", "stays: a model holds no recording; consent that is withdrawn keeps the next one from it"
    ),
    Folder("VAR", "bundles", "as soon as one of the people in it withdraws or is erased, and after a week"),
    Folder("VAR", "training", "at the end of the training; it holds checkpoints, no recording"),
    Folder("EMAIL_FILE_PATH", "", "by hand: mail that is written to files was asked for by whoever runs the house"),
)
