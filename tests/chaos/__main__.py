"""`make chaos`: twenty submissions, twenty kills. Ends with 1 if anything was lost or done twice."""

import argparse
import os
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from launcher.servers import temporary_folder

from .students import Student, hand_in
from .victims import Site

PAUSE_S = (0.5, 4.0)  # before a kill
STALL_S = 60.0  # a kill does not wait longer than this for its moment
SETTLE_S = 1200.0
AT_ONCE = 3  # students who upload at the same moment


def main() -> int:
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__)
    parser.add_argument("--submissions", type=int, default=20)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=None)
    asked = parser.parse_args()
    seed = random.randrange(10**6) if asked.seed is None else asked.seed
    tell(f"{asked.submissions} submissions, {asked.kills} kills, seed {seed}")
    with temporary_folder() as var:
        site = Site(var)
        try:
            return run(site, asked.submissions, asked.kills, random.Random(seed))
        finally:
            site.stop()


def run(site: Site, submissions: int, kills: int, chance: random.Random) -> int:
    os.environ.update(site.environment, DJANGO_SETTINGS_MODULE="config.settings")
    import django

    django.setup()
    from grading import engine

    from . import school

    school.champion(site.var)
    film = site.var / "take.mp4"
    engine.recital(film, seed=1, level=5, size=(320, 180), seconds=6.0)
    students = school.students(submissions, site.port)
    tell(f"The site is up; every film has {film.stat().st_size // 1000} kB")
    began = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as uploads:
        handed_in = [uploads.submit(_late, student, film, chance.uniform(0, 8)) for student in students]
        # Moments of the work, not of the clock: a slow machine is killed just as much in the middle of things.
        for number, moment in enumerate(sorted(chance.uniform(0, 2 * submissions - 1) for _ in range(kills)), 1):
            _wait_for(moment)
            time.sleep(chance.uniform(*PAUSE_S))
            tell(f"kill {number}: {site.kill_one(chance)}. {school.standing().sentence()}")
        addresses = {upload.result() for upload in handed_in}
    while not (now := school.standing()).settled(submissions) and time.monotonic() < began + SETTLE_S:
        time.sleep(1.0)
    tell(f"After {time.monotonic() - began:.0f} s: {now.sentence()}")
    if now.right(submissions) and len(addresses) == submissions:
        tell("Every submission was graded exactly once.")
        return 0
    tell(f"WRONG: {now}")
    for name in ("web", "media", "gpu", "house"):
        tell("\n".join([f"--- {name}.log", *_tail(site.var / "log" / f"{name}.log")]))
    return 1


def _wait_for(moment: float) -> None:
    """Until so many jobs are done."""
    from . import school

    stalled = time.monotonic() + STALL_S
    while sum(school.standing().done) < moment - 1 and time.monotonic() < stalled:
        time.sleep(0.2)


def _late(student: Student, film: Path, seconds: float) -> str:
    time.sleep(seconds)
    return hand_in(student, film)


def _tail(path: Path) -> list[str]:
    return path.read_text(errors="replace").splitlines()[-40:] if path.exists() else []


def tell(line: str) -> None:
    sys.stdout.write(f"{time.strftime('%H:%M:%S')}  {line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
