"""The commands of `python -m launcher`."""

import argparse
import os
import sys

from . import house, servers
from .guard import guarded
from .lock import only_one
from .places import read_environment, var
from .trouble import Trouble


def main() -> int:
    parser = argparse.ArgumentParser(prog="launcher")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("demo", help="the whole site with its demo school")
    commands.add_parser("site", help="the whole site, without the demo school")
    commands.add_parser("reset", help="forget the demo's database, recordings and models")
    serve = commands.add_parser("servers", help="only database and broker, in the foreground")
    serve.add_argument("--temporary", action="store_true", help="for tests: in a folder that goes at the end")
    run = commands.add_parser("run", help="run a command with the environment of the site that runs or last ran")
    run.add_argument("arguments", nargs=argparse.REMAINDER)
    asked = parser.parse_args()
    try:
        return carry_out(asked)
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1


def carry_out(asked: argparse.Namespace) -> int:
    match asked.command:
        case "demo":
            return house.start(var(), school=True)
        case "site":
            return house.start(var(), school=False)
        case "reset":
            return house.reset(var())
        case "servers" if asked.temporary:
            return serve_for_tests()
        case "servers":
            with only_one(var(), "running its servers"):
                return guarded(lambda: servers.run(var()))
        case _:
            os.environ.update(read_environment(var()))
            os.execv(sys.executable, [sys.executable, *asked.arguments])


def serve_for_tests() -> int:
    with servers.temporary_folder() as folder:
        return guarded(lambda: servers.run(folder, durable=False))


if __name__ == "__main__":
    sys.exit(main())
