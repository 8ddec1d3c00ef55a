"""What the site's programs are given, and what is kept for commands in other shells."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from grading import queues, tasks
from launcher import places
from launcher.house import reset
from launcher.servers import Servers
from launcher.site import POOLS, open_site, secret_key
from launcher.trouble import Trouble

ROOT = Path(__file__).resolve().parents[2]
ELSEWHERE = Servers("postgres://me@elsewhere/clavier", "redis://elsewhere", ())


def test_the_secret_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    first = secret_key(tmp_path / "var")
    assert len(first) >= 50
    assert secret_key(tmp_path / "var") == first
    assert stat.S_IMODE((tmp_path / "var/secret_key").stat().st_mode) == 0o600


def test_there_is_one_worker_per_queue_that_tasks_are_routed_to() -> None:
    assert tasks.sweep.name in queues.QUEUES
    assert set(queues.QUEUES.values()) == set(POOLS)


def test_every_program_gets_servers_key_and_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    site = open_site(tmp_path, ELSEWHERE)
    for program in (site.web(), *site.workers(), site.scheduler()):
        assert program.environment["DATABASE_URL"] == ELSEWHERE.database_url
        assert program.environment["REDIS_URL"] == ELSEWHERE.redis_url
        assert program.environment["SECRET_KEY"] == secret_key(tmp_path)
        assert program.environment["CLAVIER_VAR"] == str(tmp_path)


def test_a_command_in_another_shell_gets_the_environment_of_the_site(tmp_path: Path) -> None:
    site = open_site(tmp_path, ELSEWHERE)
    places.write_environment(tmp_path, site.environment)
    assert stat.S_IMODE((tmp_path / "environment").stat().st_mode) == 0o600
    assert places.read_environment(tmp_path) == site.environment
    script = tmp_path / "ask.py"
    script.write_text("import os; print(os.environ['DATABASE_URL'])")
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'platform'}:{ROOT}", "CLAVIER_VAR": str(tmp_path)}
    answer = subprocess.run(
        [sys.executable, "-m", "launcher", "run", str(script)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.strip() == ELSEWHERE.database_url


def test_a_site_that_never_ran_leads_nowhere(tmp_path: Path) -> None:
    assert "127.0.0.1:1" in places.read_environment(tmp_path)["DATABASE_URL"]


def test_reset_forgets_what_was_kept_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL")
    for name in ("media", "models", "mine"):
        (tmp_path / name).mkdir()
    secret_key(tmp_path)
    assert reset(tmp_path) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["launcher.lock", "mine"]


def test_reset_leaves_a_database_of_ones_own_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://me@elsewhere/clavier")
    (tmp_path / "media").mkdir()
    with pytest.raises(Trouble, match="DATABASE_URL"):
        reset(tmp_path)
    assert (tmp_path / "media").is_dir()
