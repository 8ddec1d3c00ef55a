"""What the doctor says of the mail, and of the archives of people's data."""

from collections.abc import Iterator

from django.conf import settings

from core.doctor import Finding

from .models import Export, Letter
from .services.letters import ATTEMPTS

WAYS = {"console": "to the console", "filebased": "into files at {folder}", "smtp": "by {host}:{port}"}


def mail() -> Iterator[Finding]:
    """How it goes out, how much waits, and what was given up with the newest trouble."""
    name = settings.EMAIL_BACKEND.split(".")[-2]
    way = WAYS.get(name, "by {backend}").format(
        folder=settings.EMAIL_FILE_PATH,
        host=settings.EMAIL_HOST,
        port=settings.EMAIL_PORT,
        backend=settings.EMAIL_BACKEND,
    )
    unsent = Letter.objects.filter(sent_at__isnull=True)
    waiting, failing = unsent.filter(attempts__lt=ATTEMPTS), unsent.filter(attempts__gt=0).order_by("-next_at")
    given_up = unsent.filter(attempts__gte=ATTEMPTS).count()
    yield Finding("mail", f"{way}; {waiting.count()} to be sent")
    if newest := failing.first():
        said = f"{given_up} given up after {ATTEMPTS} attempts; " if given_up else ""
        yield Finding("mail trouble", f"{said}{failing.count()} could not be sent so far: {newest.trouble}", well=False)


def exports() -> Iterator[Finding]:
    """Archives that could not be packed, with the newest trouble; nothing where all could."""
    failed = Export.objects.exclude(trouble="")
    if newest := failed.first():
        yield Finding("archives", f"{failed.count()} could not be packed: {newest.trouble}", well=False)
