import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from launcher.servers import temporary_folder
from tests import browser


@pytest.fixture
def var() -> Iterator[Path]:
    """The folder of a whole site; under pytest's own, which is private, root's PostgreSQL could not live."""
    with temporary_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A real headless Chromium; without one the journeys are skipped with the way out, or fail where it is required."""
    found = browser.find()
    if found is None:
        if browser.must_have():
            pytest.fail(browser.MISSING)
        pytest.skip(browser.MISSING)
    from playwright.sync_api import sync_playwright

    # Playwright's loop runs in this thread; what we ask the database meanwhile is ours to order.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        running = found.launch(playwright)
        yield running
        running.close()
