"""A recording with real media whose page a student opens: graded, with places that stand out."""

from pathlib import Path
from typing import Any

from tests import factories
from tests.journeys import desks

SECONDS = 20
APART_MS = 500  # between two touches, so that the browser does not take them for one
# At 4 s better to the ear, at 10 s worse to the eye; the rest as the whole.
WINDOWS = [
    {"start": float(start), "end": start + 2.0, "visual": visual, "aural": aural, "fused": fused, "low": 5, "high": 7}
    for start, visual, aural, fused in (
        (0.0, 6, 6, 6),
        (4.0, 6, 7, 7),
        (7.0, 6, 6, 6),
        (10.0, 4, 6, 5),
        (16.0, 6, 6, 6),
    )
]


def graded(cast: Any, made: Path, **fields: Any) -> Any:
    """Level 6, most likely 5 to 7, by a model that has seen students; `made` is what the media worker left."""
    performance = factories.performance(player=cast.student, duration=float(SECONDS), **fields)
    desks.lay(performance, made)
    submission = factories.submission(student=cast.student, assignment=cast.assignment, performance=performance)
    factories.autograde(performance, windows=WINDOWS, level=6.0)
    return submission


def opened(context: Any, submission: Any) -> Any:
    """The page of a recording, ready to play."""
    page = context.new_page()
    page.goto(f"/submissions/{submission.pk}/")
    page.wait_for_function("() => document.querySelector('video').readyState >= 2")
    page.wait_for_function("() => document.querySelector('[data-ruler] span')")
    return page


def now(page: Any) -> float:
    return float(page.evaluate("() => document.querySelector('video').currentTime"))


def stands_at(page: Any, seconds: float, *, within: float = 0.15) -> None:
    """Wait until the picture of this moment is shown."""
    page.wait_for_function(
        "([at, within]) => { const video = document.querySelector('video');"
        " return !video.seeking && Math.abs(video.currentTime - at) <= within; }",
        arg=[seconds, within],
    )


class Finger:
    """Touches of one finger, as the device gives them."""

    def __init__(self, page: Any) -> None:
        self._page = page
        self._touch = page.context.new_cdp_session(page)

    def drag(self, *places: tuple[float, float]) -> None:
        kinds = ["touchStart"] + ["touchMove"] * (len(places) - 1)
        for kind, (x, y) in zip(kinds, places, strict=True):
            self._send(kind, [{"x": x, "y": y}])
        self._send("touchEnd", [])
        self._page.wait_for_timeout(APART_MS)

    def _send(self, kind: str, points: list[dict[str, float]]) -> None:
        self._touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
