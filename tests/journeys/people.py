"""What people do on the pages, in their own words."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from demo.school import PASSWORD

PATIENCE_MS = 90_000
LOOK_MS = 50


class Person:
    """Somebody at a browser of their own, signed in."""

    def __init__(self, chromium: Any, url: str, email: str, **device: Any) -> None:
        self.url = url
        self.context = chromium.new_context(base_url=url, **{"viewport": {"width": 1440, "height": 900}} | device)
        self.context.set_default_timeout(PATIENCE_MS)
        self.wrong: list[str] = []
        self.open_tab()
        self.page.goto("/sign-in/")
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(lambda address: "sign-in" not in address)

    def open_tab(self) -> None:
        """Instead of the one before, which may be closed by now."""
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("console", lambda said: self.wrong.append(said.text) if said.type == "error" else None)

    def wait(self, what: str, true: Callable[[], Any]) -> None:
        """By looking again and again, as long as somebody is patient."""
        for _ in range(PATIENCE_MS // LOOK_MS):
            if true():
                return
            self.page.wait_for_timeout(LOOK_MS)
        raise AssertionError(f"It never came true that {what}.")

    def api(self, path: str) -> Any:
        answer = self.page.request.get(path)
        assert answer.ok, (path, answer.status, answer.text())
        return answer.json()

    def post(self, path: str, data: dict[str, Any]) -> Any:
        token = next(cookie["value"] for cookie in self.page.context.cookies() if cookie["name"] == "csrftoken")
        answer = self.page.request.post(path, data=data, headers={"X-CSRFToken": token, "Referer": self.url})
        assert answer.ok, (path, answer.status, answer.text())
        return answer.json()


class Student(Person):
    def hand_in(self, piece: str, film: Path) -> str:
        """Pick the assignment, send the film, watch it arrive; the submission's address."""
        self.page.goto("/courses/")
        self.page.locator(".programme__title").first.click()
        self.page.get_by_role("link", name=piece).first.click()
        self.page.set_input_files("#recording", str(film))
        self.page.wait_for_url("**/submissions/**")
        return str(self.page.url)

    def wait_for_grade(self, submission: str) -> int:
        """Wait on the page as it is, without reloading it; the provisional level."""
        if self.page.url != submission:
            self.page.goto(submission)
        said = self.page.locator(".said")
        said.wait_for()
        found = re.search(r"Provisional level (\d+), most likely", said.inner_text())
        assert found, said.inner_text()
        return int(found[1])


class Teacher(Person):
    def override(self, submission: str, *, level: int, reason: str, remark: str) -> None:
        """Open the desk, choose another level, say why, leave a remark at a moment, release."""
        page = self.page
        page.goto(f"/review/{submission.rstrip('/').rsplit('/', 1)[-1]}/")
        page.locator(f"[data-level] label:has(input[value='{level}'])").click()
        page.locator("#reason").fill(reason)
        page.locator("#comment").fill("The second line sings.")
        page.locator("[data-remark-text]").fill(remark)
        page.locator("[data-remark-submit]").click()
        page.locator("[data-saved]", has_text="Saved").wait_for()
        page.get_by_role("button", name="Release").click()
        page.get_by_text("released", exact=False).first.wait_for()


class Admin(Person):
    def blind_share(self, course: str, percent: int) -> None:
        """How many of a hundred recordings its teachers rate before they see the model's grade."""
        self.page.goto("/courses/")
        self.page.get_by_role("link", name=course).click()
        self.page.get_by_role("link", name="Edit").first.click()
        self.page.get_by_label("Rated before the teacher sees").fill(str(percent))
        self.page.get_by_role("button", name="Save").click()
        self.page.wait_for_url(lambda address: not address.endswith("/edit/"))

    def train(self, *, times: int, seed: int, meanwhile: Callable[[], None] = lambda: None) -> str:
        """Start and watch; `meanwhile` happens once it has begun to learn. The candidate's address."""
        self.page.goto("/lab/train/")
        self.page.get_by_text("Settings").click()
        self.page.get_by_label("Times through the labels").fill(str(times))
        self.page.get_by_label("Seed").fill(str(seed))
        self.page.get_by_role("button", name="Start").click()
        self.page.wait_for_url("**/lab/runs/*/")
        self.wait("it learns", lambda: " of " in self.page.locator("[data-epoch]").inner_text())
        meanwhile()
        link = self.page.get_by_role("link", name="See the candidate beside the champion")
        link.wait_for(timeout=180_000)
        link.click()
        self.page.wait_for_url("**/lab/models/*/")
        return str(self.page.url)

    def look_at_what_would_change(self, candidate: str) -> str:
        """Before the promotion; what the page says."""
        self.page.goto(candidate)
        self.page.get_by_role("link", name="Promote").click()
        self.page.get_by_role("heading", name="Waiting work").wait_for()
        return str(self.page.locator("main").inner_text())

    def promote(self, candidate: str, reason: str) -> None:
        self.look_at_what_would_change(candidate)
        self.page.get_by_label("Reason").fill(reason)
        self.page.get_by_role("button", name="Promote Version").click()
        self.page.locator(".banner--success", has_text="champion").first.wait_for()

    def roll_back(self) -> None:
        self.page.goto("/lab/roll-back/")
        self.page.get_by_role("button", name="Go back to Version").click()
        self.page.locator(".banner--success", has_text="champion").first.wait_for()
