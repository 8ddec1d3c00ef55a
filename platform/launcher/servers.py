"""The database and the broker: those the environment names, else our own under var/."""

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2  # type: ignore[import-untyped]
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from .places import make_private
from .postgres import Postgres, open_postgres
from .processes import can_reach, unprivileged
from .supervisor import Group, StopAsked
from .trouble import Trouble
from .valkey import Valkey, open_valkey

START_S = 60.0
ANSWER_S = 5


@dataclass(frozen=True)
class Servers:
    database_url: str
    redis_url: str
    ours: tuple[Postgres | Valkey, ...]  # to be started by us, in this order

    @property
    def environment(self) -> dict[str, str]:
        return {"DATABASE_URL": self.database_url, "REDIS_URL": self.redis_url}


def open_servers(var: Path, *, durable: bool = True) -> Servers:
    """Names the servers to use and prepares ours; `durable=False` trades safety for speed, for tests."""
    database_url, redis_url = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
    ours: list[Postgres | Valkey] = []
    if not database_url:
        ours.append(postgres := open_postgres(var, durable=durable))
        database_url = postgres.url
    if not redis_url:
        ours.append(valkey := open_valkey(var, durable=durable))
        redis_url = valkey.url
    return Servers(database_url, redis_url, tuple(ours))


def start(group: Group, var: Path, *, durable: bool = True) -> Servers:
    """Starts ours in the group and waits until they answer; those of the environment must answer at once."""
    servers = open_servers(var, durable=durable)
    check_given(os.environ)
    for server in servers.ours:
        group.start(server.program)
    for server in servers.ours:
        group.wait_until(server.ready, server.program.name, START_S)
    return servers


def check_given(environment: Mapping[str, str]) -> None:
    """Servers of one's own must answer; what they say instead stands in the sentence."""
    if url := environment.get("DATABASE_URL"):
        try:
            psycopg2.connect(url, connect_timeout=ANSWER_S).close()
        except psycopg2.Error as error:
            raise Trouble(f"The database that DATABASE_URL names does not let us in: {_first_line(error)}.") from None
    if url := environment.get("REDIS_URL"):
        try:
            redis.Redis.from_url(url, socket_timeout=ANSWER_S, retry=Retry(NoBackoff(), 0)).ping()
        except (redis.RedisError, ValueError) as error:
            raise Trouble(f"The broker that REDIS_URL names does not let us in: {_first_line(error)}.") from None


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")


def run(var: Path, *, durable: bool = True) -> int:
    """Runs them until asked to stop; one line says where they are, as JSON."""
    try:
        with Group(make_private(make_private(var) / "log")) as group:
            print(json.dumps(start(group, var, durable=durable).environment), flush=True)
            group.keep()
    except StopAsked:
        return 0
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
    return 1


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder that the database's account can enter, even where TMPDIR is private; it goes at the end."""
    for parent in (tempfile.gettempdir(), "/var/tmp", "/tmp"):
        if can_reach(unprivileged(), Path(parent)):
            folder = Path(tempfile.mkdtemp(prefix="clavier-", dir=parent))
            break
    else:
        raise Trouble("No temporary folder can be used by another account; set TMPDIR to one with mode 1777.")
    folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
