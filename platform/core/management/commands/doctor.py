import sys
from typing import Any

from django.core.management.base import BaseCommand

from core import doctor


class Command(BaseCommand):
    help = "Say how the house is; ends with 1 where something is wrong."
    # The checks of models want a database; the doctor must speak without one.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        findings = doctor.examine()
        width = max(len(finding.name) for finding in findings)
        for finding in findings:
            mark = "  " if finding.well else self.style.ERROR("! ")
            self.stdout.write(f"{mark}{finding.name:<{width}}  {finding.sentence}")
        wrong = [finding.name for finding in findings if not finding.well]
        if wrong:
            self.stdout.write(f"\nSomething is wrong with: {', '.join(dict.fromkeys(wrong))}.")
            sys.exit(1)
        self.stdout.write("\nEverything is as it should be.")
