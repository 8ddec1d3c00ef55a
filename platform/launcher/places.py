"""Where things are: the checkout, its var/ folder and what lies in it."""

import os
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOWHERE = "SECRET_KEY=none\nDATABASE_URL=postgres://nobody@127.0.0.1:1/none\nREDIS_URL=redis://127.0.0.1:1/0\n"


def var() -> Path:
    """The folder for everything that is kept: CLAVIER_VAR, else var/ in the checkout."""
    return Path(os.environ.get("CLAVIER_VAR") or ROOT / "var").resolve()


def make_private(folder: Path) -> Path:
    """Makes a folder that others cannot list; as root they may pass through it, because PostgreSQL has to."""
    if not folder.is_dir():
        folder.mkdir(parents=True)
        folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    return folder


def write_secret(path: Path, text: str) -> None:
    """Writes a file that only its owner can read, whole or not at all."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    fresh.replace(path)


def package(name: str) -> Path | None:
    """The folder of an installed package, found without importing it."""
    spec = find_spec(name)
    return Path(next(iter(spec.submodule_search_locations))) if spec and spec.submodule_search_locations else None


def write_environment(var: Path, environment: Mapping[str, str]) -> None:
    """Keeps the environment of the running site, so that a command in another shell can speak to it."""
    write_secret(var / "environment", "".join(f"{key}={value}\n" for key, value in environment.items()))


def read_environment(var: Path) -> dict[str, str]:
    """The environment of the site that runs or last ran; where none did, one that leads nowhere."""
    kept = var / "environment"
    text = kept.read_text() if kept.exists() else NOWHERE
    return dict(line.split("=", 1) for line in text.splitlines())
