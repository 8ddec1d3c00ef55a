"""Where, when and from what a run was made."""

from __future__ import annotations

import datetime
import os
import platform
import subprocess
from dataclasses import dataclass
from pathlib import Path

import torch


@dataclass(frozen=True)
class Circumstances:
    """`trained` backbones were trained in this sitting; the others were found from an earlier one."""

    date: str
    hardware: str
    torch: str
    commit: str
    command: str
    minutes: float
    trained: int

    @classmethod
    def here(cls, command: str, minutes: float, trained: int) -> Circumstances:
        today = datetime.datetime.now(datetime.UTC).date().isoformat()
        return cls(today, hardware(), torch.__version__, commit(), command, round(minutes, 1), trained)


def hardware() -> str:
    """Processor, cores and graphics card, as far as the system tells."""
    name = platform.machine()
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        name = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), name)
    card = f", {torch.cuda.get_device_name(0)}" if torch.cuda.is_available() else ""
    return f"{name}, {os.cpu_count()} cores{card}"


def commit() -> str:
    """The commit of this checkout, and whether files differ from it; 'unknown' outside of one."""

    def git(*words: str) -> str:
        here = Path(__file__).parent
        return subprocess.run(["git", *words], cwd=here, capture_output=True, text=True, check=True).stdout.strip()

    try:
        name = git("rev-parse", "--short=12", "HEAD")
        return f"{name} with changes" if git("status", "--porcelain", "--untracked-files=no", "--", ":/ml") else name
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
