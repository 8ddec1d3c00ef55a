"""Fill the house with the demo school; safe to run again."""

import os
import subprocess
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from demo import school, seed, standards


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--takes", help="only these recordings, as numbers with commas (used by itself)")

    def handle(self, *args: Any, takes: str | None = None, **options: Any) -> None:
        if takes is not None:
            for number in map(int, takes.split(",")):
                made = seed.seed_take(number, school.TAKES[number])
                self.stdout.write(f"  recording {number + 1} of {len(school.TAKES)}{'' if made else ' is there'}")
                self.stdout.flush()
            return
        seed.seed_starter()
        seed.seed_people()
        self.stdout.write(f"Demo school: {len(school.PEOPLE)} people, {len(school.COURSES)} courses.")
        self._render_all()
        standards.seed_standards()
        seed.seed_shown()
        accounts = "\n".join(f"{person.role:8} {person.email:24} {school.PASSWORD}" for person in school.PEOPLE)
        (settings.VAR / "demo_accounts.txt").write_text(accounts + "\n")

    def _render_all(self) -> None:
        """One process per core, each with its share of the recordings; DEMO_TAKES names fewer of them."""
        wanted = settings.DEMO_TAKES or [str(number) for number in range(len(school.TAKES))]
        workers = min(os.cpu_count() or 1, 8, len(wanted))
        shares = [",".join(wanted[first::workers]) for first in range(workers)]
        running = [subprocess.Popen([sys.executable, sys.argv[0], "seed_demo", "--takes", share]) for share in shares]
        ended = [process.wait() for process in running]
        if any(ended):
            raise SystemExit("The demo recordings could not all be made; what is printed above says why.")
