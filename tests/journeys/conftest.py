import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import pytest
from django.core.signals import request_finished, request_started

from launcher.servers import temporary_folder
from tests import browser, factories

SECONDS = 6  # of the recording on the desk
PATIENCE_S = 30


@pytest.fixture
def var() -> Iterator[Path]:
    """The folder of a whole site; under pytest's own, which is private, root's PostgreSQL could not live."""
    with temporary_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def launch() -> Iterator[Callable[..., Any]]:
    """Starts a real headless Chromium; without one journeys are skipped with the way out, or fail if they must run."""
    found = browser.find()
    if found is None:
        if browser.must_have():
            pytest.fail(browser.MISSING)
        pytest.skip(browser.MISSING)
    from playwright.sync_api import sync_playwright

    # Playwright's loop runs in this thread; what we ask the database meanwhile is ours to order.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        yield lambda *more: found.launch(playwright, *more)


@pytest.fixture(scope="session")
def chromium(launch) -> Iterator[Any]:
    running = launch()
    yield running
    running.close()


@pytest.fixture(autouse=True)
def answered(request: pytest.FixtureRequest) -> Iterator[None]:
    """Lets what a closed page asked last be answered before the tables are emptied: beside it, PostgreSQL deadlocks."""
    open_requests, changed = 0, threading.Condition()

    def count(by: int) -> Callable[..., None]:
        def of_a_server(**_: Any) -> None:
            nonlocal open_requests
            if threading.current_thread() is not threading.main_thread():
                with changed:
                    open_requests += by
                    changed.notify_all()

        return of_a_server

    started, finished = count(1), count(-1)
    request_started.connect(started)
    request_finished.connect(finished)
    yield
    with changed:
        done = changed.wait_for(lambda: open_requests == 0, PATIENCE_S)
    request_started.disconnect(started)
    request_finished.disconnect(finished)
    assert done or "live_server" not in request.fixturenames, f"{open_requests} requests are never answered"


@pytest.fixture
def submission(cast, house):
    performance = factories.performance(player=cast.student, duration=float(SECONDS))
    factories.media(performance)
    picture, sound = f"testsrc=duration={SECONDS}:size=320x180:rate=30", f"sine=frequency=440:duration={SECONDS}"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound]
    encoding = ["-pix_fmt", "yuv420p", "-g", "30", "-movflags", "+faststart", "-shortest"]
    subprocess.run([*command, *encoding, performance.folder / "proxy.mp4"], check=True, capture_output=True, timeout=60)
    made = factories.submission(student=cast.student, assignment=cast.assignment, performance=performance)
    factories.autograde(performance)
    return made


@pytest.fixture
def browse(chromium, live_server, client_of):
    """A browser in which a person is signed in; at the end no script may have failed."""
    contexts, wrong = [], []

    def browse(user, width=1440, **options):
        size = {"width": width, "height": 900}
        context = chromium.new_context(base_url=live_server.url, viewport=size, **options)
        context.set_default_timeout(20_000)
        session = client_of(user).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        context.on("weberror", lambda error: wrong.append(str(error.error)))
        contexts.append(context)
        return context

    yield browse
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.fixture
def teacher(browse, cast):
    return browse(cast.teacher)
