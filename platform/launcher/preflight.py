"""What must be true before we begin; each that is not is one sentence with its remedy. Standard library only."""

import os
import shutil
import socket
import sys
import tempfile
from pathlib import Path

from .trouble import Trouble

OLDEST_PYTHON = (3, 11)
INSTALL_GB = 12  # the packages (6 GB), the same again in the installer's cache, and room to work
RUN_GB = 2  # for the demo's database, recordings and models
SHARED_MEMORY = Path("/dev/shm")


def check_python(version: tuple[int, int] = sys.version_info[:2]) -> None:
    if version < OLDEST_PYTHON:
        raise Trouble(
            f"Clavier needs Python 3.11 or newer, and this is Python {version[0]}.{version[1]}; "
            "install python3.11 with python3.11-venv, or name one: make PYTHON=/path/to/python3.11."
        )


def check_disk(folder: Path, needed_gb: float) -> None:
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free_gb = shutil.disk_usage(existing).free / 1e9
    if free_gb < needed_gb:
        raise Trouble(f"The disk of {folder} has {free_gb:.1f} GB free, and {needed_gb:g} GB are needed.")


def check_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise Trouble(
                f"Port {port} on {host} is taken by another program; "
                f"end that one or choose another port: make demo CLAVIER_PORT={port + 80}."
            ) from None


def check_shared_memory(folder: Path = SHARED_MEMORY) -> None:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return
    except OSError:
        raise Trouble(f"{folder} is not writable, and the workers need it; mount a tmpfs there.") from None


def check_writable(folder: Path) -> None:
    """The folder, or the nearest one above it that exists, must let us write."""
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    if not os.access(existing, os.W_OK | os.X_OK):
        raise Trouble(
            f"{existing} is not yours to write, perhaps because another user started Clavier here first; "
            "start it as that user, or set CLAVIER_VAR to a folder of your own."
        )
