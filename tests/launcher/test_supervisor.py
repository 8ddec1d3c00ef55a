"""The group starts again what dies, ends together, and leaves nothing behind, whatever is killed."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from launcher.guard import descendants

ROOT = Path(__file__).resolve().parents[2]
# A site in small: a program that lives, and one with a child of its own, both deaf to nothing.
HOUSE = """
import sys
from pathlib import Path
from launcher.guard import guarded
from launcher.processes import BROKER, Program
from launcher.supervisor import Group, StopAsked

def run():
    try:
        with Group(Path(sys.argv[1])) as group:
            group.start(Program("broker", ("sleep", "600"), stage=BROKER))
            group.start(Program("worker", ("sh", "-c", "sleep 601 & wait")))
            print("all started", flush=True)
            group.keep()
    except StopAsked:
        return 0

sys.exit(guarded(run))
"""


class House:
    def __init__(self, logs: Path) -> None:
        environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'platform'}:{ROOT}"}
        command = [sys.executable, "-c", HOUSE, str(logs)]
        self.guard = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        self.lines: list[str] = []
        self.read_until("all started")

    def read_until(self, text: str) -> str:
        assert self.guard.stdout
        for line in self.guard.stdout:
            self.lines.append(line)
            if text in line:
                return line
        raise AssertionError(f"{text!r} never came; there was {self.lines}")

    @property
    def supervisor(self) -> int:
        """The guard's only child."""
        children = Path(f"/proc/{self.guard.pid}/task/{self.guard.pid}/children").read_text().split()
        return int(children[0])

    def process_of(self, name: str) -> int:
        found = [re.search(rf"{name} started.*process (\d+)", line) for line in self.lines]
        return int([match for match in found if match][-1][1])

    def everyone(self) -> set[int]:
        return descendants(self.guard.pid)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    house.guard.kill()
    house.guard.wait()


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def within(seconds: float, true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.05)
    return true()


def test_it_starts_again_what_was_killed_and_says_so(house: House) -> None:
    first = house.process_of("worker")
    os.kill(first, signal.SIGKILL)
    assert "was killed by SIGKILL" in house.read_until("worker was")
    house.read_until("worker started again")
    assert house.process_of("worker") != first
    assert alive(house.process_of("worker"))


def test_each_pause_is_twice_the_last(house: House) -> None:
    pauses = []
    for _ in range(3):
        os.kill(house.process_of("worker"), signal.SIGKILL)
        pauses.append(float(re.search(r"again in ([\d.]+) s", house.read_until("worker was"))[1]))  # type: ignore[index]
        house.read_until("worker started again")
    assert pauses == [0.5, 1.0, 2.0]


def test_what_a_killed_program_had_started_dies_with_it(house: House) -> None:
    worker = house.process_of("worker")
    assert within(5, lambda: len(descendants(worker)) == 1)
    child = descendants(worker).pop()
    os.kill(worker, signal.SIGKILL)
    assert within(5, lambda: not alive(child))


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_all_when_asked_the_broker_last(house: House, asked: signal.Signals) -> None:
    everyone = house.everyone()
    house.guard.send_signal(asked)
    rest = house.guard.communicate(timeout=20)[0]
    assert house.guard.returncode == 0
    assert [line.split("  ")[1] for line in rest.splitlines()] == ["worker ended", "broker ended"]
    assert not any(map(alive, everyone))


@pytest.mark.parametrize("who", ["supervisor", "guard", "both"])
def test_nothing_is_left_when_it_is_killed_itself(house: House, who: str) -> None:
    assert within(5, lambda: len(house.everyone()) == 4)
    everyone = house.everyone()
    killed = {"supervisor": [house.supervisor], "guard": [house.guard.pid], "both": [house.guard.pid, house.supervisor]}
    for pid in killed[who]:
        os.kill(pid, signal.SIGKILL)
    left = everyone - set(killed[who])
    grandchildren = 1 if who == "both" else 0  # with nobody left to see to it, only direct children are told
    assert within(15, lambda: sum(map(alive, left)) <= grandchildren)
    for pid in filter(alive, left):
        os.kill(pid, signal.SIGKILL)
