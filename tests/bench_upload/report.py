"""The table, and what must be known to read it."""

import os
import platform
from dataclasses import dataclass
from pathlib import Path

from launcher.site import WEB_PROCESSES, WEB_THREADS


@dataclass(frozen=True)
class Row:
    name: str
    speed: float = 0.0  # MB/s of all clients together
    seconds: float = 0.0
    together: float = 0.0  # MB by which the web processes grew
    fattest: float = 0.0  # MB by which the one grew that grew most
    right: bool | None = None  # whether every byte arrived; None where nothing was measured
    trouble: str = ""

    @property
    def line(self) -> str:
        if self.trouble:
            return f"| {self.name} | not measured: {self.trouble} | | | | |"
        figures = f"{self.speed:.0f} | {self.seconds:.1f} | {self.together:.0f} | {self.fattest:.0f}"
        return f"| {self.name} | {figures} | {'all right' if self.right else 'WRONG'} |"


def text(rows: list[Row], *, clients: int, megabytes: int, large: int, load: float) -> str:
    total = clients * megabytes * 1024**2 / 1e9
    return f"""# Uploads

{clients} clients at once, each with a film of {megabytes} MiB ({total:.2f} GB together), into this site, a plain Django
view and Label Studio, in one run on one machine; then one film of {large} MiB in a single part. Made anew by

    make bench-upload

| site | MB/s | seconds | growth of all web processes, MB | of the one that grew most, MB | digests of what arrived |
|---|---|---|---|---|---|
{chr(10).join(row.line for row in rows)}

## How to read it

- The clients are the same program: a process each, one connection each, noise as content, all started at one moment.
  Seconds are from then to the last answer, at which the file lies where it stays. Clients and sites share
  {_machine()}, so that the figures compare ways, not machines. Before it began, {load:.1f} other
  programs wanted to run at once (load average).
- Clavier and the plain view run under gunicorn ({WEB_PROCESSES} processes, {WEB_THREADS} threads each); Label Studio as
  its own command starts it (Django's runserver, SQLite). The plain view is a form field saved by Django's own handlers.
- Every client has sent one MiB before, so that what a process loads for its first request counts for none.
- Memory is what the processes hold above what they held before, looked at every 50 ms: resident memory, without the
  page cache.
- What each of them promises with its answer: **Clavier** that this part is on the disk (fdatasync before the offset
  moves), that it is the part that was due, where one asks for it that it has the digest which its sender counted, that
  a broken line goes on where it stopped, and with the last part that the recording is handed in, once. The **plain
  view** that Django has written the file, without waiting for the disk; a line that breaks begins anew. **Label
  Studio** that the file is saved, without waiting for the disk, and a task made of it; a line that breaks begins anew.
- Every file that arrived was read again after the clock had stopped, and its SHA-256 compared with what was sent.
"""


def _machine() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "processor")
    return f"{os.cpu_count()} cores of one machine ({model}, Python {platform.python_version()})"
