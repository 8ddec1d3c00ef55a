"""The commands of `python -m launcher`."""

import argparse
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from .guard import guarded
from .lock import only_one
from .places import make_private, var
from .processes import can_reach, unprivileged
from .servers import Servers, open_servers
from .supervisor import Group, StopAsked
from .trouble import Trouble

SERVER_START_S = 60.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="launcher", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    servers = commands.add_parser("servers", help="database and broker only, in the foreground")
    servers.add_argument("--temporary", action="store_true", help="for tests: in a folder that goes at the end")
    arguments = parser.parse_args()
    try:
        if arguments.temporary:
            return temporary_servers()
        with only_one(var(), "running its servers"):
            return guarded(lambda: run_servers(var(), durable=True))
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1


def run_servers(folder: Path, *, durable: bool) -> int:
    """Runs database and broker until asked to stop; the first line says where they are, as JSON."""
    try:
        with Group(make_private(folder / "log")) as group:
            print(json.dumps(start_servers(group, folder, durable=durable).environment), flush=True)
            group.keep()
    except StopAsked:
        return 0
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
    return 1


def start_servers(group: Group, folder: Path, *, durable: bool = True) -> Servers:
    servers = open_servers(folder, durable=durable)
    for server in servers.ours:
        group.start(server.program)
    for server in servers.ours:
        group.wait_until(server.ready, server.program.name, SERVER_START_S)
    return servers


def temporary_servers() -> int:
    folder = temporary_folder()
    try:
        return guarded(lambda: run_servers(folder, durable=False))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def temporary_folder() -> Path:
    """A folder that the database's account can enter, even where TMPDIR is private."""
    for parent in (tempfile.gettempdir(), "/var/tmp", "/tmp"):
        if can_reach(unprivileged(), Path(parent)):
            folder = Path(tempfile.mkdtemp(prefix="clavier-", dir=parent))
            folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
            return folder
    raise Trouble("No temporary folder can be used by another account; set TMPDIR to one with mode 1777.")


if __name__ == "__main__":
    sys.exit(main())
