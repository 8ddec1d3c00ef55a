"""`make` lists itself, and says what is missing before it begins."""

import os
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MAKEFILE = (ROOT / "Makefile").read_text()


def make(*words: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(["make", *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_make_alone_lists_every_target_with_what_it_does() -> None:
    targets = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    assert targets
    listed = dict(re.findall(r"^  make (\S+) +(\S.*)$", make().stdout, re.MULTILINE))
    assert set(listed) == set(targets[1].split())


def test_the_source_root_is_on_the_path_for_everything() -> None:
    assert "export PYTHONPATH := platform:." in MAKEFILE


def test_a_python_that_is_too_old_is_one_sentence() -> None:
    done = make("packages", "PYTHON=false")
    assert done.returncode != 0
    sentence = done.stderr.splitlines()[0]
    assert "Python 3.11 or newer" in sentence
    assert "make PYTHON=" in sentence
