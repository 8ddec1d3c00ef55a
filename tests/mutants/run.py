"""`make mutate-permissions`: every permission check of the site taken away, one at a time; each must be noticed.

First by the policy of tests/policy.py, asked only for the addresses whose answer runs through the check; what that does
not notice, by the other tests of its app. Not collected by a plain pytest: it is minutes of work.
"""

import os
import subprocess
import sys
from collections import defaultdict
from types import CodeType, FrameType
from typing import Any

import pytest

from tests.mutants.apply import applied, live
from tests.mutants.find import ROOT, Mutant, mutants
from tests.policy import ACTORS, POLICY
from tests.test_permissions import answer, world

__all__ = ["world"]  # a fixture

ROWS = [(name, method) for name, row in POLICY.items() for method in row.answers]
SECONDS = 600  # for the tests of one app

_asked_by: dict[CodeType, set[tuple[str, str]]] = defaultdict(set)


def rows_through(house: Any, code: CodeType) -> set[tuple[str, str]]:
    """The addresses and methods whose answers run through this code; found once, by watching."""
    if not _asked_by:
        for row in ROWS:

            def watch(frame: FrameType, event: str, _: object, row: tuple[str, str] = row) -> None:
                if event == "call":
                    _asked_by[frame.f_code].add(row)

            sys.setprofile(watch)
            try:
                for actor in ACTORS:
                    answer(house, *row, actor)
            finally:
                sys.setprofile(None)
    return _asked_by[code]


def noticed_by_the_policy(house: Any, mutant: Mutant) -> bool:
    rows = rows_through(house, live(mutant).__code__)
    with applied(mutant):
        return any(
            answer(house, name, method, actor) != expected
            for name, method in sorted(rows)
            for actor, expected in POLICY[name].expected(method).items()
        )


def noticed_by_its_tests(mutant: Mutant) -> bool:
    """Whether the tests of the app, or those about who sees what, turn red without the check."""
    app = mutant.module.partition(".")[0]
    tests = [f"tests/{name}" for name in (app, "reviews", "core") if (ROOT / "tests" / name).is_dir()]
    pytest_with_it = [sys.executable, "-m", "pytest", "-p", "tests.mutants.plugin", "-x", "-q", "-m", "not slow"]
    done = subprocess.run(
        [*pytest_with_it, *dict.fromkeys([*tests, "tests/test_permissions.py"])],
        cwd=ROOT,
        env={**os.environ, "MUTANT": str(mutants().index(mutant))},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    return done.returncode == 1


@pytest.mark.parametrize("mutant", mutants(), ids=str)
def test_it_is_noticed_that_a_check_is_missing(world: Any, mutant: Mutant) -> None:
    assert noticed_by_the_policy(world, mutant) or noticed_by_its_tests(mutant), f"Nothing turns red: {mutant}"
