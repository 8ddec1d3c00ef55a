"""The database and the broker: those the environment names, else our own under var/."""

import os
from dataclasses import dataclass
from pathlib import Path

from .postgres import Postgres, open_postgres
from .valkey import Valkey, open_valkey


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
