"""The import contracts hold, and each one notices when it is broken."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
# Each contract, and one import that breaks it: (name, file, statement).
BREAKS = {
    "one-direction": ("platform/core/breach.py", "import courses.models"),
    "pure-ml": ("ml/breach.py", "import django.conf"),
    "one-door": ("platform/lab/breach.py", "import ml"),
    "launcher-looks-at-nobody": ("platform/launcher/breach.py", "import core"),
    "nobody-looks-at-the-launcher": ("grading/breach.py", "import launcher"),
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our Python files alone, to be broken."""
    root = tmp_path_factory.mktemp("copy")
    for name in ("platform", "grading", "ml"):
        for source in (ROOT / name).rglob("*.py"):
            target = root / source.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    shutil.copyfile(ROOT / ".importlinter", root / ".importlinter")
    return root


def lint(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": f"{root / 'platform'}:{root}", "COLUMNS": "200"}
    command = [*LINT, "--no-logo", *arguments]
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)


def test_all_contracts_hold(copy: Path) -> None:
    done = lint(copy)
    assert done.returncode == 0, done.stdout
    assert f"Contracts: {len(BREAKS)} kept, 0 broken." in done.stdout


@pytest.mark.parametrize("contract", BREAKS)
def test_a_contract_notices_its_breach(copy: Path, contract: str) -> None:
    name, statement = BREAKS[contract]
    breach = copy / name
    breach.write_text(f"{statement}\n")
    try:
        done = lint(copy, "--contract", contract)
    finally:
        breach.unlink()
    assert done.returncode == 1
    assert breach.stem in done.stdout
    assert "1 broken" in done.stdout
