"""The whole site on this machine, with or without its demo school."""

import os
import shutil
import sys
from pathlib import Path

from . import servers
from .guard import guarded
from .lock import only_one
from .places import make_private, write_environment
from .postgres import home_of
from .preflight import RUN_GB, check_disk, check_port, check_python, check_shared_memory, check_writable
from .processes import unprivileged
from .site import HOST, Site, open_site, wanted_port
from .supervisor import Group, StopAsked, tell
from .trouble import Trouble

ANSWER_S = 60.0
# Everything the site and we keep under var; nothing else there is touched.
KEPT = ("postgres", "valkey", "media", "models", "features", "uploads", "static", "mail", "log")
KEPT_FILES = ("secret_key", "environment", "demo_accounts.txt")


def start(var: Path, *, school: bool) -> int:
    """Starts everything, on request with the demo school in it, and keeps it running until Ctrl-C."""
    port = wanted_port()
    check_python()
    check_writable(var)
    check_disk(var, RUN_GB)
    check_shared_memory()
    with only_one(var, f"running at http://{HOST}:{port}"):
        check_port(HOST, port)
        return guarded(lambda: _run(var, school))


def _run(var: Path, school: bool) -> int:
    try:
        with Group(make_private(var / "log")) as group:
            site = open_site(var, servers.start(group, var))
            write_environment(var, site.environment)
            _prepare(group, site)
            group.start(site.web())
            group.wait_until(site.answers, "web", ANSWER_S)
            if school:
                tell(f"The site answers at {site.url}; the demo school is moving in (minutes the first time)")
                group.run(site.manage("seed_demo"))
            # Only now: the seed takes its recordings along the road by itself, and nobody should race it.
            for program in (*site.workers(), site.scheduler()):
                group.start(program)
            _welcome(var, site)
            group.keep()
    except StopAsked:
        return 0
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
    return 1


def _prepare(group: Group, site: Site) -> None:
    tell("Bringing the database up to date")
    group.run(site.manage("migrate", "--verbosity", "0"))
    tell("Collecting the files of the pages")
    group.run(site.manage("collectstatic", "--no-input", "--verbosity", "0"))


def _welcome(var: Path, site: Site) -> None:
    accounts = var / "demo_accounts.txt"
    print(f"\nClavier is at  {site.url}\n")
    if accounts.exists():
        print(accounts.read_text().rstrip() + "\n")
    print("Ctrl-C ends it; the data stays. What each program says is in", var / "log", flush=True)


def reset(var: Path) -> int:
    """Forgets everything that was kept."""
    if os.environ.get("DATABASE_URL"):
        raise Trouble("The database that DATABASE_URL names is yours: empty it yourself, then `make demo` begins anew.")
    check_writable(var)
    with only_one(var, "being reset"):
        for folder in (home_of(var, unprivileged()), *(var / name for name in KEPT)):
            if folder.is_dir():
                shutil.rmtree(folder)
        for name in KEPT_FILES:
            (var / name).unlink(missing_ok=True)
    tell("The demo is forgotten")
    return 0
