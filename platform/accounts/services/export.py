"""Everything about a person in one archive that people and programs can read. A worker packs it."""

import json
import logging
import shutil
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.text import capfirst

from core import personal

from ..models import Export, User
from . import doorbell

logger = logging.getLogger(__name__)

KEPT = timedelta(days=7)
ONE_IN = timedelta(hours=1)  # that asking again within this time gives the same archive
SECRETS = {"password"}
ROOM_BYTES = 1024**3  # left free on the disk when an archive is packed


def path_of(export: Export) -> Path:
    return Path(settings.MEDIA_ROOT) / "exports" / f"{export.pk}.zip"


@transaction.atomic
def ask(*, user: User) -> Export:
    """The archive that is being packed or was just packed, else a new one."""
    from .. import tasks

    User.objects.select_for_update().get(pk=user.pk)
    newest = Export.objects.filter(user=user, trouble="", asked_at__gt=timezone.now() - ONE_IN).first()
    if newest is not None:
        return newest
    export = Export.objects.create(user=user)
    transaction.on_commit(partial(doorbell.ring, tasks.pack, str(export.pk)))
    return export


def pack(pk: str) -> None:
    """Packs it once, however often it is called. The row stays locked meanwhile, so that only one worker packs.

    Whatever stops it is kept in the row and told by the doctor: the scheduler would call it again for ever.
    """
    with transaction.atomic():
        waiting = Export.objects.select_for_update(skip_locked=True).filter(pk=pk, ready_at__isnull=True, trouble="")
        export = waiting.select_related("user").first()
        if export is None:
            return
        try:
            with transaction.atomic():
                _write(export)
        except Exception as error:
            logger.exception("Could not pack %s", export)
            remove_file(export)
            export.trouble = f"{type(error).__name__}: {error}"[:500]
        else:
            export.ready_at = timezone.now()
            export.expires_at = until = export.ready_at + KEPT
            export.size = path_of(export).stat().st_size
            _tell(export, until)
        export.save(update_fields=("ready_at", "expires_at", "size", "trouble"))


def _tell(export: Export, until: datetime) -> None:
    from . import letters

    about = {"address": f"/profile/export/{export.pk}/", "until": until.isoformat()}
    letters.post(user=export.user, kind="export", about=about)


def remove(*, export: Export) -> None:
    """The row, and with the commit its file."""
    transaction.on_commit(partial(remove_file, export))
    Export.objects.filter(pk=export.pk).delete()


def remove_file(export: Export) -> None:
    for path in (path_of(export), _half_done(export)):
        path.unlink(missing_ok=True)


def forget_old() -> int:
    old = list(Export.objects.filter(expires_at__lt=timezone.now()))
    for export in old:
        remove(export=export)
    return len(old)


def waiting() -> list[str]:
    """Archives that nobody has packed: a doorbell was lost, or a worker was killed."""
    late = Export.objects.filter(ready_at__isnull=True, trouble="", asked_at__lt=timezone.now() - timedelta(minutes=1))
    return [str(pk) for pk in late.values_list("pk", flat=True)]


def _half_done(export: Export) -> Path:
    return path_of(export).with_suffix(".part")


def _write(export: Export) -> None:
    """Aside first, then moved in; recordings are stored as they are, for they do not get smaller."""
    user, half_done = export.user, _half_done(export)
    half_done.parent.mkdir(parents=True, exist_ok=True)
    files = [(name, path) for name, path in _files(user) if path.is_file()]
    _require_room(sum(path.stat().st_size for _, path in files), half_done.parent)
    with translation.override(user.language or settings.LANGUAGE_CODE):
        sections = list(_sections(user))
        page = render_to_string("accounts/export.html", {"user": user, "sections": sections, "at": timezone.now()})
    data = {section["name"]: section["rows"] for section in sections}
    with zipfile.ZipFile(half_done, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("index.html", page, zipfile.ZIP_DEFLATED)
        text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
        archive.writestr("data.json", text, zipfile.ZIP_DEFLATED)
        for name, path in files:
            archive.write(path, name)
    half_done.replace(path_of(export))


def _require_room(size: int, folder: Path) -> None:
    if shutil.disk_usage(folder).free < size + ROOM_BYTES:
        raise OSError(f"An archive of {size} bytes does not fit on the disk.")


def _files(user: User) -> Iterator[tuple[str, Path]]:
    for folder in personal.folders():
        if folder.files is not None:
            yield from folder.files(user)


def _sections(user: User) -> Iterator[dict[str, Any]]:
    """Every table with the person in it, the person's own row first."""
    yield {"name": "accounts.User", "title": translation.gettext("You"), "rows": [_row(user, ())]}
    for table in personal.tables():
        rows = [_row(row, table.leave_out) for row in table.told(user)] if table.title else []
        if rows:
            yield {"name": f"{table.model} by {table.path}", "title": str(table.title), "rows": rows}


def _row(row: models.Model, leave_out: tuple[str, ...]) -> dict[str, Any]:
    """Its fields by the names that people read; what it points at as words and as a number."""
    told = {}
    for field in row._meta.concrete_fields:
        if field.name in leave_out or field.name in SECRETS:
            continue
        value = field.value_from_object(row)
        if isinstance(field, models.ForeignKey) and value is not None:
            value = f"{getattr(row, field.name)} ({value})"
        elif field.choices and value:
            value = str(dict(field.flatchoices).get(value, value))
        told[capfirst(str(field.verbose_name))] = value
    return told
