"""`make bench-upload`: many films at once into this site, a plain Django view and Label Studio, in one run.

Afterwards one film of two gigabytes in one part. Prints a table and writes docs/benchmarks/upload.md.
"""

import argparse
import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

from launcher.servers import temporary_folder
from tests import servers

from . import report, sites
from .memory import growth
from .report import Row
from .senders import MIB, Target, digest, send_all

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench-upload", description=__doc__)
    parser.add_argument("--clients", type=int, default=10)
    parser.add_argument("--megabytes", type=int, default=100, help="of each client's film")
    parser.add_argument("--large", type=int, default=2047, help="megabytes of the one large film; 0 leaves it out")
    parser.add_argument("--without-label-studio", action="store_true")
    parser.add_argument("--no-report", action="store_true", help="leave docs/benchmarks/upload.md as it is")
    asked = parser.parse_args()
    load = os.getloadavg()[0]
    with temporary_folder() as var:
        database, broker, stop = servers.start()
        try:
            _settle(var, database, broker)
            rows = [row for row in _measure_all(var, asked) if row is not None]
        finally:
            stop()
    text = report.text(rows, clients=asked.clients, megabytes=asked.megabytes, large=asked.large, load=load)
    tell(text)
    if not asked.no_report:
        (ROOT / "docs/benchmarks/upload.md").write_text(text)
    return 0 if all(row.right for row in rows if row.right is not None) else 1


def _settle(var: Path, database: str, broker: str) -> None:
    """This process is part of the site: it makes the students, and looks at what was handed in."""
    os.environ |= {"DATABASE_URL": database, "REDIS_URL": broker, "CLAVIER_VAR": str(var), "SECRET_KEY": "bench"}
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, check=True)
    import django

    django.setup()


def _measure_all(var: Path, asked: argparse.Namespace) -> list[Row]:
    from . import clavier

    films, site = (asked.clients, asked.megabytes), partial(clavier.site, var)
    rows = [
        _measure("Clavier: tus, parts of 8 MiB", lambda: site("tus"), *films),
        _measure("Clavier: the same, each part with a SHA-1", lambda: site("checksummed"), *films),
        _measure("A plain Django view: one form", lambda: sites.plain(_folder(var, "plain")), *films),
    ]
    if not asked.without_label_studio:
        rows.append(_measure("Label Studio 1.23.2: import", lambda: sites.label_studio(_folder(var, "label")), *films))
    if asked.large:
        rows.append(_measure("Clavier: one film in one part", lambda: site("whole"), 1, asked.large))
    return rows


def _folder(var: Path, name: str) -> Path:
    folder = var / name / "files"
    folder.mkdir(parents=True)
    return folder


def _measure(
    name: str, open_site: Callable[[], AbstractContextManager[sites.Site]], clients: int, megabytes: int
) -> Row:
    tell(f"{name} …")
    try:
        with open_site() as site:
            targets: list[Target] = site.targets(clients)
            send_all(targets, 1)  # what a process loads for its first request is not what is measured
            for path in site.arrived():
                path.unlink()
            with growth(site.pids) as grown:
                seconds = send_all(targets, megabytes)
            wanted = sorted(digest(number, megabytes) for number in range(clients))
            came = site.arrived()
            right = sorted(map(_digest, came)) == wanted
            for path in came:
                path.unlink()
    except (sites.Missing, RuntimeError) as reason:
        return Row(name, trouble=str(reason))
    return Row(name, clients * megabytes * MIB / 1e6 / seconds, seconds, grown.together, grown.fattest, right)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
