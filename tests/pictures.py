"""`make pictures`: what docs/ shows, on a phone and on a desktop, light and dark.

The teacher's queue and desk and the admin's lab in English; a result and the progress over time, as a student sees
them, in every language.
"""

import argparse
import io
import itertools
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

from launcher.servers import temporary_folder
from tests import browser
from tests.journeys.people import Person
from tests.journeys.site import ROOT, running

FOLDER = ROOT / "docs" / "pictures"
MOST_BYTES = 220_000
EXACT = 64  # colours
PHONE, DESKTOP = 390, 1440
HEIGHTS = {PHONE: 844, DESKTOP: 900}  # of a screen of each width, in pixels
SCHEMES = ("light", "dark")
LANGUAGES = ("en", "es", "zh-hans")
TEACHER, STUDENT, ADMIN = "teacher1@example.org", "student1@example.org", "admin1@example.org"
# Of the demo school: two appeals, what waits with a grade, and the earlier attempts of the recording on the desk.
TAKES = (0, 8, *range(13, 22), 24)
LAB = {"lab": "/lab/", "rounds": "/lab/rounds/", "watch": "/lab/watch/"}
PLAYER, PIECE = "Mina Park", "Minuet in G"
SHOWN = "() => [...document.querySelectorAll('video')].every((film) => film.readyState >= 2 && !film.seeking)"
COMMENT = "The two voices talk to each other now. Next week: let the left hand answer more quietly."


def main() -> None:
    parser = argparse.ArgumentParser(prog="make pictures", description=__doc__)
    parser.add_argument("--url", help="a demo site that runs; its desk keeps the marks of the picture as a draft")
    asked = parser.parse_args()
    found = browser.find()
    if found is None:
        raise SystemExit(browser.MISSING)
    FOLDER.mkdir(exist_ok=True)
    with site(asked.url) as url, sync_playwright() as playwright:
        chromium = found.launch(playwright)
        teacher = Person(chromium, url, TEACHER)
        admin = Person(chromium, url, ADMIN)
        shown = {teacher: {"queue": "/review/", "desk": begin_marks(teacher.page)}, admin: LAB}
        for person, pages in shown.items():
            signed_in = person.page.context.storage_state()
            for width, scheme in itertools.product(HEIGHTS, SCHEMES):
                for name, address in pages.items():
                    page = open_page(chromium, url, signed_in, width, scheme)
                    take(page, address, f"{name}-{width}-{scheme}")
                    page.context.close()
        student = Person(chromium, url, STUDENT)
        own = (("result", released(student.page)), ("progress", "/progress/"))
        signed_in = student.page.context.storage_state()
        for width, scheme, language in itertools.product(HEIGHTS, SCHEMES, LANGUAGES):
            for name, address in own:
                page = open_page(chromium, url, signed_in, width, scheme)
                page.context.add_cookies([{"name": "django_language", "value": language, "url": url}])
                take(page, address, f"{name}-{language}-{width}-{scheme}")
                page.context.close()
        chromium.close()


@contextmanager
def site(url: str | None) -> Iterator[str]:
    """The one that runs, or one of our own for as long as it takes."""
    if url is not None:
        yield url
        return
    with temporary_folder() as var, running(var, takes=TAKES) as ours:
        yield ours.url


def begin_marks(page: Any) -> str:
    """A level and a comment beside the marks and remarks that the demo's draft has; the address of that desk."""
    page.goto("/review/")
    page.get_by_role("row").filter(has_text=PLAYER).get_by_role("link", name=PIECE).first.click()
    page.locator("html[data-desk='ready']").wait_for()
    page.keyboard.press("6")
    page.locator("#comment").fill(COMMENT)
    page.locator("[data-saved]", has_text="Saved").wait_for()
    return str(page.url)


def released(page: Any) -> str:
    """The address of the newest recording of this student that has a result."""
    page.goto("/")
    row = page.locator("li", has=page.get_by_text("released", exact=True)).first
    return str(row.locator(".programme__title").get_attribute("href"))


def open_page(chromium: Any, url: str, signed_in: Any, width: int, scheme: str) -> Any:
    return chromium.new_context(
        base_url=url,
        storage_state=signed_in,
        viewport={"width": width, "height": HEIGHTS[width]},
        color_scheme=scheme,
        has_touch=width == PHONE,
        reduced_motion="reduce",
    ).new_page()


def take(page: Any, address: str, name: str) -> None:
    page.goto(address)
    page.wait_for_load_state("networkidle")
    if page.locator("[data-desk]").count():
        page.locator("html[data-desk='ready']").wait_for()
        page.keyboard.press("n")  # to the first remark
        page.wait_for_function(SHOWN)
    page.evaluate("document.activeElement.blur()")
    if page.viewport_size["width"] == PHONE:
        # What sticks to the lower edge of a screen would lie across the middle of so long a picture.
        tall = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": PHONE, "height": tall})
    path = FOLDER / f"{name}.png"
    path.write_bytes(small(page.screenshot(full_page=True)))
    sys.stdout.write(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1000:.0f} kB\n")


def small(png: bytes) -> bytes:
    """In 256 colours: those of paper, ink and data as they are, and the films in dots of the rest."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    counted = sorted(picture.getcolors(picture.width * picture.height), reverse=True)
    exact = [value for _, colour in counted[:EXACT] for value in colour]
    palette = Image.new("P", (1, 1))
    palette.putpalette(exact + picture.quantize(256 - EXACT, method=Image.Quantize.MAXCOVERAGE).getpalette())
    out = io.BytesIO()
    picture.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG).save(out, "PNG", optimize=True)
    if out.tell() > MOST_BYTES:
        raise SystemExit(f"A picture of {picture.width} × {picture.height} takes {out.tell()} bytes.")
    return out.getvalue()


if __name__ == "__main__":
    main()
