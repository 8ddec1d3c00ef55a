import os
from pathlib import Path

import pytest

from tests.ml.pisa import released


@pytest.fixture(scope="session")
def played(tmp_path_factory) -> Path:
    """The released layout, to be read only."""
    return released.build(tmp_path_factory.mktemp("pisa"))


@pytest.fixture
def own(played, tmp_path) -> Path:
    """The same in a folder of one's own, in which files may be taken away or replaced."""
    root = tmp_path / "own"
    for path in played.rglob("*"):
        if path.is_file():
            copy = root / path.relative_to(played)
            copy.parent.mkdir(parents=True, exist_ok=True)
            os.link(path, copy)
    return root
