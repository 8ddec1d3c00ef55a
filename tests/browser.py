"""The headless Chromium of the tests: the system's one, else the one packed in npm's @sparticuz/chromium."""

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SYSTEM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKED = ROOT / "node_modules/@sparticuz/chromium"
UNPACKED = ROOT / "node_modules/.cache/chromium"  # goes with node_modules, so it always fits the lock
UNPACK = 'import("@sparticuz/chromium").then((chromium) => chromium.default.executablePath())'
MISSING = "No browser: install chromium, or fetch the packed one with `make node_modules` (Linux on x86-64)."
# The package's own file looks for fonts in places of Amazon's only.
FONTS = f"""<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir><dir>{UNPACKED}/fonts</dir><cachedir>{UNPACKED}/fonts-cache</cachedir>
</fontconfig>"""
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    # A camera with a clock, a microphone that beeps, and a page that may use both.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
# Said after those above, it takes the place of the last: the page may use neither.
DENIED = ["--use-fake-ui-for-media-stream=deny"]


def fed(picture: Path, sound: Path) -> list[str]:
    """What the camera sees (mjpeg or y4m) and the microphone hears (wav), again and again."""
    return [f"--use-file-for-fake-video-capture={picture}", f"--use-file-for-fake-audio-capture={sound}"]


@dataclass(frozen=True)
class Chromium:
    executable: str
    environment: dict[str, str] = field(default_factory=dict)

    def launch(self, playwright: Any, *more: str) -> Any:
        """A running browser, by Playwright's sync API."""
        # Under the C locale it calls its language "en-US@posix", which no script can make anything of.
        environment = {**os.environ, "LC_ALL": "en_US.UTF-8", **self.environment}
        return playwright.chromium.launch(executable_path=self.executable, args=[*ARGUMENTS, *more], env=environment)

    def runs(self) -> bool:
        """Whether it starts at all: a packed one may miss the system's libraries."""
        try:
            ask = [self.executable, "--no-sandbox", "--version"]
            environment = {**os.environ, **self.environment}
            return subprocess.run(ask, env=environment, capture_output=True, timeout=60, check=False).returncode == 0
        except (OSError, subprocess.TimeoutExpired):
            return False


@lru_cache(maxsize=1)
def find() -> Chromium | None:
    """The browser to test with; None where there is none (MISSING says how to get one)."""
    return next((chromium for chromium in (*_of_the_system(), *_of_the_package()) if chromium.runs()), None)


def must_have() -> bool:
    return os.environ.get("REQUIRE_BROWSER", "") not in ("", "0")


def _of_the_system() -> list[Chromium]:
    return [Chromium(path) for path in map(shutil.which, SYSTEM_NAMES) if path]


def _of_the_package() -> list[Chromium]:
    """First with the system's libraries, then with those that came along (NSS, which a bare machine lacks)."""
    if not PACKED.is_dir() or not _unpack():
        return []
    fonts = {"FONTCONFIG_FILE": str(UNPACKED / "fonts.conf")}
    own_libraries = {"LD_LIBRARY_PATH": str(UNPACKED / "al2023/lib")}
    return [Chromium(str(UNPACKED / "chromium"), {**fonts, **more}) for more in ({}, own_libraries)]


def _unpack() -> bool:
    """Unpacks it once, whole or not at all. The package only gives its libraries away where it sees Amazon's name."""
    if (UNPACKED / "chromium").exists():
        return True
    UNPACKED.parent.mkdir(exist_ok=True)
    fresh = tempfile.mkdtemp(dir=UNPACKED.parent)
    environment = {**os.environ, "TMPDIR": fresh, "AWS_EXECUTION_ENV": "AWS_Lambda_nodejs22.x"}
    node = str(ROOT / ".venv/bin/node") if (ROOT / ".venv/bin/node").exists() else "node"
    done = subprocess.run([node, "-e", UNPACK], cwd=ROOT, env=environment, capture_output=True, check=False)
    if done.returncode or not (Path(fresh) / "chromium").exists():
        shutil.rmtree(fresh, ignore_errors=True)
        return False
    (Path(fresh) / "fonts.conf").write_text(FONTS)
    Path(fresh).rename(UNPACKED)
    return True
