"""Programs that handle strangers' bytes stay inside their bounds and end with the worker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ml.media.bounded import Bounds, Failed, Killed, OutOfBounds, run
from ml.media.facts import MIB

ROOMY = Bounds(wall_seconds=20, cpu_seconds=10, memory_bytes=512 * MIB)


def python(code: str, bounds: Bounds = ROOMY) -> str:
    return run([sys.executable, "-I", "-c", code], bounds)


def test_it_returns_what_was_said() -> None:
    assert python("print('forty keys')") == "forty keys\n"


def test_it_tells_a_failure() -> None:
    with pytest.raises(Failed, match="a broken string"):
        python("raise SystemExit('a broken string')")


def test_it_stops_what_takes_too_much_memory() -> None:
    with pytest.raises(OutOfBounds) as stopped:
        python("keys = bytearray(1 << 30)")
    assert stopped.value.what == "memory"


def test_it_stops_what_computes_too_long() -> None:
    with pytest.raises(OutOfBounds) as stopped:
        python("while True: pass", Bounds(wall_seconds=20, cpu_seconds=1, memory_bytes=512 * MIB))
    assert stopped.value.what == "time"


@pytest.mark.parametrize("by", ["SIGKILL", "SIGTERM"])
def test_it_does_not_blame_the_file_when_somebody_else_ends_the_program(by: str) -> None:
    with pytest.raises(Killed, match=by):
        python(f"import os, signal; os.kill(os.getpid(), signal.{by})")


def test_it_stops_what_sleeps_too_long() -> None:
    begin = time.monotonic()
    with pytest.raises(OutOfBounds):
        python("import time; time.sleep(30)", Bounds(wall_seconds=0.5, cpu_seconds=5, memory_bytes=512 * MIB))
    assert time.monotonic() - begin < 5


def test_it_stops_what_talks_too_much() -> None:
    with pytest.raises(Failed):
        python("import sys\nwhile True: sys.stdout.write('x' * 65536)")


def test_it_hands_on_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://secret")
    assert "secret" not in python("import os; print(os.environ)")


def test_it_reports_while_it_runs() -> None:
    heard: list[str] = []
    code = "import time\nfor i in range(3): print(i, flush=True); time.sleep(0.2)"
    run([sys.executable, "-I", "-c", code], ROOMY, watch=heard.append)
    assert any(said.startswith("0") and "2" not in said for said in heard)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's parent-death signal is Linux's own")
def test_a_killed_worker_takes_its_programs_along(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    inner = f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    outer = (
        "import sys; from ml.media.bounded import Bounds, run;"
        f"run([sys.executable, '-I', '-c', {inner!r}], Bounds(60, 10, 1 << 29))"
    )
    worker = subprocess.Popen([sys.executable, "-c", outer], cwd=Path(__file__).parents[3])
    pid = int(_eventually(lambda: note.exists() and note.read_text()))
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    _eventually(lambda: not _alive(pid))


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _eventually(condition: object, seconds: float = 10) -> str:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():  # type: ignore[operator]
            return str(found)
        time.sleep(0.02)
    raise AssertionError(f"not within {seconds} s (process {os.getpid()})")
