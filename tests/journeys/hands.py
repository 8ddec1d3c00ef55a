"""A teacher who never takes her hands from the keyboard."""

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Error

from tests.journeys.people import Person

FAR = 120  # fields that one goes past with Tab before giving up
NO_WORDS = {"image", "media", "font"}  # kinds of answers
READY = "html[data-desk='ready']"


@dataclass(frozen=True)
class Given:
    """What the browser got while it showed a page."""

    page: str
    kind: str  # document, script, fetch and so on
    text: str


class KeyboardTeacher(Person):
    """At the queue and at the desk, by `page.keyboard` alone; everything else here is only looking."""

    def __init__(self, chromium: Any, url: str, email: str) -> None:
        super().__init__(chromium, url, email)
        self.given: list[Given] = []  # every word that the browser got on the pages she has left, scripts and all
        self._answers: list[Any] = []
        self.page.on("response", lambda answer: self._answers.append(answer))

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, words: str) -> None:
        self.page.keyboard.type(words)

    def tab_to(self, selector: str) -> None:
        """Press Tab until this has the focus."""
        for _ in range(FAR):
            self.press("Tab")
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"Tab never comes to {selector}.")

    # from page to page

    def leave(self, *keys: str) -> None:
        """These keys lead to another page."""
        self._read()
        address = self.page.url
        self.press(*keys)
        self.page.wait_for_url(lambda now: now != address)

    def open_queue(self) -> None:
        """From the start page."""
        self.tab_to("nav a[href='/review/']")
        self.leave("Enter")

    def reload(self) -> None:
        self._read()
        self.page.reload()
        self.page.locator(READY).wait_for()

    @property
    def at(self) -> str:
        """The id of the recording on the desk, once everything of it works."""
        self.page.locator(READY).wait_for()
        return id_of(self.page.url)

    def _read(self) -> None:
        """A browser forgets what a page was given when it leaves it."""
        for answer in self._answers:
            kind = answer.request.resource_type
            if kind in NO_WORDS or 300 <= answer.status < 400:
                continue
            with suppress(Error):  # it came when the page that had asked was gone, so no page got it
                self.given.append(Given(self.page.url, kind, answer.text()))
        self._answers.clear()

    # at the desk

    def level(self, level: int) -> None:
        self.press(str(level % 10))

    def mark(self, criterion: str, mark: int) -> None:
        self.tab_to(f"[name='criterion-{criterion}']")
        self.press("Space", *["ArrowRight"] * (mark - 1))

    def later(self) -> None:
        """Two seconds on, from wherever she was writing."""
        self.press("Escape", "ArrowRight")

    def speak(self) -> None:
        """A second or more, into the browser's own microphone, which beeps."""
        self.press("s")
        loudness, time = (self.page.locator(f"[data-voice-{part}]") for part in ("level", "time"))
        self.wait("something was heard", lambda: loudness.evaluate("meter => meter.value") > 0.02)
        self.wait("a second was recorded", lambda: not time.inner_text().startswith("0 "))
        self.press("s")
        self.page.locator("[data-voice-audio]").wait_for()

    def heard_back(self) -> None:
        """The line beside a spoken remark is empty once a worker has made it playable."""
        self.page.locator("[data-remark-list] [data-spoken]:empty").wait_for(state="attached")

    def sees(self, words: str) -> None:
        """In the line that says how her marks are kept."""
        self.page.locator("[data-saved]", has_text=re.compile(f"^{words}")).wait_for()


def id_of(address: str) -> str:
    """The last id in an address."""
    return re.findall("[0-9a-f-]{36}", address)[-1]
