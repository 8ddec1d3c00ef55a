"""One Clavier per var folder, and the second start says where the first one is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from launcher.lock import only_one
from launcher.trouble import Trouble

ROOT = Path(__file__).resolve().parents[2]


def test_a_second_start_is_refused_with_the_address(tmp_path: Path) -> None:
    with only_one(tmp_path, "running at http://127.0.0.1:8000"), pytest.raises(Trouble) as caught:
        only_one(tmp_path, "running at http://127.0.0.1:8080").__enter__()
    assert "already running at http://127.0.0.1:8000" in str(caught.value)


def test_the_end_of_the_first_frees_the_place(tmp_path: Path) -> None:
    with only_one(tmp_path, "running"):
        pass
    with only_one(tmp_path, "running"):
        assert (tmp_path / "launcher.lock").read_text().startswith("running")


def test_the_command_says_it_in_one_sentence_and_fails(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'platform'}:{ROOT}", "CLAVIER_VAR": str(tmp_path)}
    with only_one(tmp_path, "running at http://127.0.0.1:8000"):
        second = subprocess.run(
            [sys.executable, "-m", "launcher", "demo"], env=environment, capture_output=True, text=True, check=False
        )
    assert second.returncode == 1
    assert second.stderr.count("\n") == 1
    assert "already running at http://127.0.0.1:8000" in second.stderr
