"""A pytest plugin: all tests run without the check that MUTANT names by its number (`-p tests.mutants.plugin`)."""

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def without_one_check() -> Iterator[None]:
    from tests.mutants.apply import applied
    from tests.mutants.find import mutants

    with applied(mutants()[int(os.environ["MUTANT"])]):
        yield
