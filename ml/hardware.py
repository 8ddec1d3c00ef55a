"""What a training runs on, as torch sees it, and by which code. `python -m ml.hardware` says the first as JSON."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
import tomllib
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent
DIGEST_CHARACTERS = 12
DRIVERS = (Path("/dev/nvidiactl"), Path("/dev/dxg"))  # of NVIDIA on Linux, and on Windows through WSL


@dataclass(frozen=True)
class Hardware:
    """`device` is the GPU's name, or the processor's where there is none; `memory` is in bytes: of one GPU, or all."""

    device: str
    gpus: int
    memory: int
    cores: int
    torch: str


def present() -> Hardware:
    """Where no driver is there, torch is not imported to be asked: a worker that begins need not wait for it."""
    gpus = 0
    if any(path.exists() for path in DRIVERS):
        import torch

        gpus = torch.cuda.device_count() if torch.cuda.is_available() else 0
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if not gpus:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        return Hardware(_processor(), 0, memory, cores, version("torch"))
    about = torch.cuda.get_device_properties(0)
    return Hardware(about.name, gpus, about.total_memory, cores, version("torch"))


def _processor() -> str:
    """'AMD EPYC 9R14 96-Core Processor'; only Linux tells more than 'x86_64'."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())


@cache
def code_version() -> str:
    """'0.1.0+ml.3f2a9c1b4d5e': the version, and the digest of every source file that makes or judges a model."""
    sha = hashlib.sha256()
    for path in sorted(HERE.rglob("*.py")):
        sha.update(f"{path.relative_to(HERE)}\0".encode() + path.read_bytes() + b"\0")
    return f"{_version()}+ml.{sha.hexdigest()[:DIGEST_CHARACTERS]}"


def _version() -> str:
    try:
        return str(tomllib.loads((HERE.parent / "pyproject.toml").read_text())["project"]["version"])
    except (OSError, KeyError, tomllib.TOMLDecodeError):
        return "0"


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(present())))
