"""Bring the catalogues of platform/locale up to what the source says, and tell what waits for a translation."""

from typing import Any

from django.core.management.base import BaseCommand

from core import catalogue


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        for language in catalogue.translators():
            for domain in catalogue.DOMAINS:
                words = catalogue.update(language, domain)
                waiting = len(catalogue.missing(words))
                self.stdout.write(f"{language} {domain}: {len(words)} messages, {waiting} without a translation")
