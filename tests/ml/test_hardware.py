import json
import shutil
import subprocess
import sys

from ml import hardware

NO_DRIVER = "import sys, ml.hardware as h; h.DRIVERS = (); h.present(); print('torch' in sys.modules)"


def test_a_machine_without_a_driver_is_described_without_torch():
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, ml.hardware as h; h.DRIVERS = (); h.present(); print('torch' in sys.modules)",
        ],
        capture_output=True,
        text=True,
        check=True,
        cwd=hardware.HERE.parent,
    )
    assert told.stdout == "False\n"


def test_the_command_says_what_the_worker_writes_down():
    told = subprocess.run(
        [sys.executable, "-m", "ml.hardware"], capture_output=True, text=True, check=True, cwd=hardware.HERE.parent
    )
    found = json.loads(told.stdout)
    assert set(found) == {"device", "gpus", "memory", "cores", "torch"}
    assert found["device"]
    assert found["memory"] > 2**30
    assert found["cores"] >= 1


def test_the_code_is_known_by_its_files(tmp_path, monkeypatch):
    copy = tmp_path / "ml"
    shutil.copytree(hardware.HERE, copy, ignore=shutil.ignore_patterns("__pycache__", "*.safetensors"))
    monkeypatch.setattr(hardware, "HERE", copy)
    hardware.code_version.cache_clear()
    before = hardware.code_version().rpartition(".")[2]
    (copy / "losses.py").write_text("# other losses\n")
    hardware.code_version.cache_clear()
    assert hardware.code_version().rpartition(".")[2] != before
    monkeypatch.undo()
    hardware.code_version.cache_clear()
    assert hardware.code_version().endswith(before)
