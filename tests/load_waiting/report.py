"""The table of the load test."""

import os
from dataclasses import dataclass

from launcher.site import WEB_PROCESSES, WEB_THREADS

from .browsers import Told


def share_ms(seconds: list[float], share: float) -> float:
    return 1000 * sorted(seconds)[min(len(seconds) - 1, int(share * len(seconds)))] if seconds else 0.0


@dataclass(frozen=True)
class Figures:
    pages: int
    seconds: float
    alone: Told
    beside: Told
    load: float  # of the machine before it began

    @property
    def wrong(self) -> list[str]:
        return self.alone.wrong + self.beside.wrong

    @property
    def ordinary_beside(self) -> float:
        return share_ms(self.beside.ordinary, 0.95)

    @property
    def text(self) -> str:
        asked = len(self.beside.waiting) / self.seconds
        rows = [
            ("an ordinary page, nobody waits", self.alone.ordinary),
            (f"the same page beside {self.pages:,} waiting pages", self.beside.ordinary),
            ("what a waiting page asks", self.beside.waiting),
        ]
        shares = (0.5, 0.95, 0.99)
        lines = [
            f"| {name} | {len(took)} | " + " | ".join(f"{share_ms(took, share):.0f}" for share in shares) + " |"
            for name, took in rows
        ]
        return f"""# Waiting pages

{self.pages:,} pages that wait, each asking when the server told it to, against the web server as a house runs it
(gunicorn, {WEB_PROCESSES} processes, {WEB_THREADS} threads each), with database, pages and clients on {os.cpu_count()}
cores. The queue moves on by one recording a second. Before it began, {self.load:.1f} other programs wanted to run at
once (load average). Made anew by

    make load-waiting

| what | answers | median, ms | 95 of 100, ms | 99 of 100, ms |
|---|---|---|---|---|
{chr(10).join(lines)}

In {self.seconds:.0f} s the waiting pages asked {asked:.0f} times a second in all, each of them every
{self.pages / asked if asked else 0:.0f} s; {self.beside.reloads} were loaded anew because there was more to show, and
{len(self.wrong)} answers were wrong or did not come. The ordinary page is a student's assignment with five attempts.
"""
