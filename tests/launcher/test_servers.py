"""PostgreSQL and Valkey start, take only their password, keep what they were given, and end."""

import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from launcher import servers
from launcher.postgres import free_port, home_of
from launcher.processes import spawn, stop, unprivileged
from launcher.trouble import Trouble


@pytest.fixture
def var(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A var folder the database's account can enter, with no servers named by the environment."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)
    with servers.temporary_folder() as folder:
        yield folder


class Running:
    def __init__(self, var: Path) -> None:
        self.servers = servers.open_servers(var, durable=False)
        self.processes = [(server.program, spawn(server.program, var / "log")) for server in self.servers.ours]

    def __enter__(self) -> servers.Servers:
        deadline = time.monotonic() + 30
        while not all(server.ready() for server in self.servers.ours):
            assert time.monotonic() < deadline, "the servers did not answer"
            time.sleep(0.05)
        return self.servers

    def __exit__(self, *_: object) -> None:
        stop(self.processes)


def ask(url: str, statement: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def test_they_keep_data_and_addresses_over_a_restart(var: Path) -> None:
    with Running(var) as first:
        ask(first.database_url, "CREATE TABLE kept AS SELECT 'Für Elise' AS title")
        assert ask(first.database_url, "SHOW server_version")[0][0] >= "18"  # type: ignore[operator]
    with Running(var) as second:
        assert second == first
        assert ask(second.database_url, "SELECT title FROM kept") == [("Für Elise",)]


def test_they_listen_on_loopback_and_want_the_password(var: Path) -> None:
    with Running(var) as running:
        assert ask(running.database_url, "SHOW listen_addresses") == [("127.0.0.1",)]
        assert ask(running.database_url, "SHOW password_encryption") == [("scram-sha-256",)]
        secret = running.database_url.split(":")[2].split("@")[0]
        with pytest.raises(psycopg2.OperationalError, match="password"):
            psycopg2.connect(running.database_url.replace(secret, "guessed"))
        broker = redis.Redis.from_url(running.redis_url)
        assert broker.config_get("bind")["bind"] == "127.0.0.1"
        broker.close()
        with pytest.raises(redis.AuthenticationError):
            redis.Redis(port=running.ours[1].port, retry=Retry(NoBackoff(), 0)).ping()


def test_secrets_are_for_their_owner_only(var: Path) -> None:
    servers.open_servers(var)
    for secret in (var / "postgres/password", var / "valkey/password", var / "valkey/valkey.conf"):
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600


def test_nothing_is_left_running(var: Path) -> None:
    running = Running(var)
    with running:
        pids = [process.pid for _, process in running.processes]
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.killpg(pid, 0)


def test_servers_the_environment_names_are_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://me@elsewhere/clavier")
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere")
    opened = servers.open_servers(tmp_path)
    assert opened == servers.Servers("postgres://me@elsewhere/clavier", "redis://elsewhere", ())
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("variable", "url"),
    [("DATABASE_URL", "postgres://me@127.0.0.1:1/clavier"), ("REDIS_URL", "redis://127.0.0.1:1"), ("REDIS_URL", "no")],
)
def test_a_server_of_ones_own_that_does_not_answer_is_one_sentence(variable: str, url: str) -> None:
    with pytest.raises(Trouble) as caught:
        servers.check_given({variable: url})
    assert variable in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has a folder that its database's account cannot enter")
def test_a_checkout_only_root_can_enter_keeps_its_database_elsewhere(var: Path) -> None:
    closed = var / "closed"
    closed.mkdir(mode=0o700)
    assert home_of(var, unprivileged()) == var / "postgres"
    assert home_of(closed / "var", unprivileged()).parent == Path("/var/lib/clavier")


def test_a_wanted_port_is_kept_while_it_is_free() -> None:
    port = free_port()
    assert free_port(port) == port
