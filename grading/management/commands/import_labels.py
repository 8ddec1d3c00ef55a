"""manage.py import_labels: an archive of labelled recordings, however large, read here and now."""

import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from grading.models import Bundle
from grading.services import bundles

from ._carrying import carried


class Command(BaseCommand):
    help = (
        "Read labelled recordings from elsewhere. By running it you say that the people in them have agreed that a "
        "model learns from their recordings, or that their licence allows it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the archive, or a table alone; it stays where it is")
        parser.add_argument("--layout", choices=Bundle.Layout.values, default=Bundle.Layout.CLAVIER.value)
        parser.add_argument("--source", required=True, help="the collection's name, as each rating will say it")

    def handle(self, *, file: Path, layout: str, source: str, **options: Any) -> None:
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        if len(source) > 120:
            raise CommandError("The name of the collection has at most 120 characters.")
        copy = bundles.folder() / f"sent-{file.name}"
        shutil.copyfile(file, copy)
        bundle = carried(bundles.receive(by=None, layout=layout, source=source, file=copy, name=file.name))
        self.stdout.write(f"{file}: {bundle.numbers}")
