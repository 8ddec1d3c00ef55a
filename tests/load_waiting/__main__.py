"""`make load-waiting`: thousands of pages that wait at their own intervals; an ordinary page beside and without them.

Against the web server as a house runs it, on the same machine. Prints a table and writes docs/benchmarks/waiting.md.
"""

import argparse
import asyncio
import os
import subprocess
import sys
from pathlib import Path
from threading import Event, Thread

from launcher.servers import temporary_folder
from launcher.site import WEB_PROCESSES, WEB_THREADS
from tests import servers

ROOT = Path(__file__).resolve().parents[2]
ALLOWED_MS = 250  # for 95 of 100 ordinary pages beside all who wait


def main() -> int:
    parser = argparse.ArgumentParser(prog="load-waiting", description=__doc__)
    parser.add_argument("--pages", type=int, default=3000)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--done-every", type=float, default=1.0, help="seconds between two recordings that are done")
    parser.add_argument("--no-report", action="store_true", help="leave docs/benchmarks/waiting.md as it is")
    asked = parser.parse_args()
    load = os.getloadavg()[0]
    with temporary_folder() as var:
        database, broker, stop = servers.start()
        try:
            os.environ |= {"DATABASE_URL": database, "REDIS_URL": broker, "CLAVIER_VAR": str(var), "SECRET_KEY": "load"}
            os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
            subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, check=True)
            import django

            django.setup()
            text, right = measure(var, asked, load)
        finally:
            stop()
    sys.stdout.write(text)
    if not asked.no_report:
        (ROOT / "docs/benchmarks/waiting.md").write_text(text)
    return 0 if right else 1


def measure(var: Path, asked: argparse.Namespace, load: float) -> tuple[str, bool]:
    from tests import web

    from . import browsers, crowd, report

    pages, ended = crowd.waiting(asked.pages), Event()
    ordinary = crowd.ordinary()
    crowd.history()
    with web.running(var, workers=WEB_PROCESSES, threads=WEB_THREADS) as running:
        alone = asyncio.run(browsers.crowd(running.port, [], ordinary, opened_in=5.0, seconds=asked.seconds / 2))
        worker = Thread(target=crowd.work, args=(ended, asked.done_every))
        worker.start()
        beside = asyncio.run(browsers.crowd(running.port, pages, ordinary, opened_in=40.0, seconds=asked.seconds))
        ended.set()
        worker.join()
    rows = report.Figures(asked.pages, asked.seconds, alone, beside, load)
    return rows.text, not rows.wrong and rows.ordinary_beside <= ALLOWED_MS


if __name__ == "__main__":
    sys.exit(main())
