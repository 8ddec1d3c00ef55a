"""A file on its way in: begun, handed in once, or forgotten. Its bytes are written by `writing`."""

import os
import shutil
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Consent, User
from accounts.services import consents
from courses.models import Assignment
from grading.checks import given
from grading.services import performances

from .. import retakes
from ..models import Submission, Upload
from . import lots
from .writing import LIFE, Busy, NoRoom, Read, append, no_room, path_of, writing

OPEN_PER_PERSON = 8
RESERVE_BYTES = 1024**3  # of the disk left free for the workers and the database


class UploadRefused(ValueError):
    """Why a file is not taken, in words for the student; `status` is HTTP's word for it."""

    status = 400


class TooLarge(UploadRefused):
    status = 413


class FullDisk(UploadRefused):
    status = 507


class MayNot(UploadRefused):
    """This student does not hand in here now."""

    status = 403


def too_large(size: int) -> str:
    return _(
        "This file has %(size)s; at most %(most)s can be handed in. A lower video quality helps: 720p is enough."
    ) % {"size": filesizeformat(size), "most": filesizeformat(settings.RECORDING_MAX_BYTES)}


@transaction.atomic
def begin(*, user: User, assignment: Assignment, name: str, size: int) -> Upload:
    if size < 1:
        raise UploadRefused(_("This file is empty. Please choose the recording itself."))
    if size > settings.RECORDING_MAX_BYTES:
        raise TooLarge(too_large(size))
    if shutil.disk_usage(settings.VAR).free < size + RESERVE_BYTES:
        raise FullDisk(no_room())
    if sentence := retakes.may_hand_in(user, assignment):
        raise MayNot(sentence)
    # One person's uploads are begun one after the other, so that they can be counted.
    User.objects.select_for_update().get(pk=user.pk)
    _make_room(user)
    upload = Upload.objects.create(
        user=user, assignment=assignment, name=_plain(name), size=size, expires_at=timezone.now() + LIFE
    )
    path_of(upload).parent.mkdir(parents=True, exist_ok=True)
    path_of(upload).touch()
    return upload


def _make_room(user: User) -> None:
    """What a person began and left makes room for what is begun now, the longest at rest first."""
    resting = Upload.objects.filter(user=user, submission__isnull=True).order_by("expires_at")
    for upload in resting[: max(0, resting.count() - OPEN_PER_PERSON + 1)]:
        try:
            with writing(upload):
                cancel(upload=upload)
        except Busy:
            raise UploadRefused(_("Several uploads of yours are on their way. Please wait for one of them.")) from None


def _plain(name: str) -> str:
    """The last part of whatever path, of letters that can be shown. Files are named by the upload's id, never by it."""
    last = Path(name.replace("\\", "/")).name
    shown = "".join(letter for letter in last if letter.isprintable())[:255]
    return shown if shown.strip(" .") else "recording"


@transaction.atomic
def hand_in(*, upload: Upload) -> Submission:
    """The whole file as a Submission with its Performance: once, however often it is asked for. May raise MayNot."""
    upload = (
        Upload.objects.select_for_update(of=("self",))
        .select_related("assignment__piece", "assignment__course", "user", "submission")
        .get(pk=upload.pk)
    )
    if upload.submission is not None:
        return upload.submission
    if upload.offset != upload.size:
        raise UploadRefused(_("The file has not arrived as a whole yet."))
    # One student's hand-ins are numbered one after the other.
    student = User.objects.select_for_update().get(pk=upload.user_id)
    # Again: several uploads may have been begun while one more attempt was left.
    if sentence := retakes.may_hand_in(student, upload.assignment, at=upload.created_at):
        raise MayNot(sentence)
    before = Submission.objects.filter(student=student, assignment=upload.assignment)
    attempt = (before.aggregate(Max("attempt"))["attempt__max"] or 0) + 1
    # `receive` moves its source. It gets a second name of the file, so that the bytes survive a transaction undone.
    source = path_of(upload)
    second = second_name(source)
    second.unlink(missing_ok=True)
    os.link(source, second)
    performance = performances.receive(
        player=student,
        piece=str(upload.assignment.piece),
        source=second,
        source_name=upload.name,
        may_train=consents.holds(user=student, purpose=Consent.Purpose.TRAINING),
        may_grade=consents.holds(user=student, purpose=Consent.Purpose.GRADING),
        rubric=upload.assignment.rubric,
        abstain_over=upload.assignment.course.abstain_over,
        checks=given(upload.assignment.checks, upload.assignment.shortest, upload.assignment.longest),
    )
    upload.submission = Submission.objects.create(
        assignment=upload.assignment,
        student=student,
        performance=performance,
        attempt=attempt,
        **lots.draw(upload.assignment, student),
    )
    upload.save(update_fields=("submission",))
    transaction.on_commit(lambda: source.unlink(missing_ok=True))
    return upload.submission


def take(*, user: User, assignment: Assignment, name: str, size: int, read: Read) -> Submission:
    """A file that is here already, from its beginning to the hand-in."""
    upload = begin(user=user, assignment=assignment, name=name, size=size)
    try:
        with writing(upload):
            append(upload=upload, read=read)
        return hand_in(upload=upload)
    except UploadRefused:
        cancel(upload=upload)
        raise
    except NoRoom as full:
        cancel(upload=upload)
        raise FullDisk(str(full)) from full


def second_name(source: Path) -> Path:
    return source.with_name(f"{source.name}.received")


def cancel(*, upload: Upload) -> None:
    """Forget the upload and its bytes; a submission already made of it stays."""
    path = path_of(upload)
    upload.delete()
    path.unlink(missing_ok=True)
    second_name(path).unlink(missing_ok=True)
