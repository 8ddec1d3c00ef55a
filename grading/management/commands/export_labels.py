"""manage.py export_labels: a snapshot as an archive, packed here and now."""

import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from grading.models import Bundle, Dataset
from grading.services import bundles

from ._carrying import carried


class Command(BaseCommand):
    help = "Pack a snapshot's labelled recordings into an archive that others read."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("to", type=Path, help="the archive to write")
        parser.add_argument("--snapshot", type=int, help="its number; the newest where none is given")
        parser.add_argument("--layout", choices=Bundle.Layout.values, default=Bundle.Layout.CLAVIER.value)
        parser.add_argument("--name", default="", help="what this house is called in it; its address if not given")

    def handle(self, *, to: Path, snapshot: int | None, layout: str, name: str, **options: Any) -> None:
        found = Dataset.objects.defer("manifest")
        dataset = found.first() if snapshot is None else found.filter(pk=snapshot).first()
        if dataset is None:
            raise CommandError("There is no such snapshot.")
        bundle = carried(bundles.export(by=None, dataset=dataset, layout=layout, source=name))
        shutil.copyfile(bundles.path_of(bundle), to)
        self.stdout.write(f"{to}: {bundle.numbers}")
        bundles.delete(bundle=bundle)
