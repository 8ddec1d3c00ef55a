"""One time axis in a real browser: it zooms, scrolls, loops and jumps, by keyboard, mouse and finger."""

import json
from itertools import pairwise

import pytest
from django.conf import settings

from grading.models import Remark
from reviews.models import DeskSettings, Draft
from tests import factories
from tests.journeys import desks
from tests.journeys.glances import ALL_MEDIA, HAS_INK, IN_EVERY_LANE, IS_TAKEN, WATCH_FOR_DECODING

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SECONDS = 60
CROP = {"x": 0.1, "y": 0.05, "width": 0.8, "height": 0.5, "upside_down": True, "confidence": 0.9}
REMARKS = [
    {"start": 12.0, "end": None, "text": "Listen to the bass."},
    {"start": 30.0, "end": 34.0, "text": "This phrase sings.", "mark": Remark.Mark.GOOD},
]
AXE = (settings.ROOT / "node_modules/axe-core/axe.min.js").read_text()


@pytest.fixture(scope="module")
def a_minute(tmp_path_factory):
    return desks.prepared(tmp_path_factory.mktemp("a-minute"), seconds=SECONDS, size="320x180")


@pytest.fixture
def submission(cast, house, a_minute):
    performance = factories.performance(player=cast.student, duration=float(SECONDS), crop=CROP)
    desks.lay(performance, a_minute)
    made = factories.submission(student=cast.student, assignment=cast.assignment, performance=performance)
    windows = desks.windows(SECONDS, 28)
    windows[20] |= {"visual": 9.0, "aural": 9.5, "fused": 9.4, "low": 8, "high": 10}
    factories.autograde(performance, windows=windows)
    Draft.objects.create(submission=made, teacher=cast.teacher, body={"remarks": REMARKS})
    return made


@pytest.fixture
def opened(cast, submission, chromium, live_server, client_of):
    """Opens the desk in a browser of this kind; at the end nothing may have gone wrong in it."""
    tabs = []

    def opened(*, script: str = "", **kind) -> desks.Tab:
        context = chromium.new_context(base_url=live_server.url, **{"viewport": {"width": 1440, "height": 900}} | kind)
        desks.sign_in(context, client_of(cast.teacher), live_server.url)
        tab = desks.Tab(context, submission)
        tabs.append(tab)
        if script:
            tab.page.add_init_script(script)
        tab.open()
        tab.page.locator("[data-wave] canvas").first.wait_for(state="attached")
        return tab

    yield opened
    for tab in tabs:
        tab.page.context.close()
        assert tab.wrong == []


def view(tab) -> tuple[float, float]:
    start, _, span, _ = tab.page.locator("[data-levels] svg").get_attribute("viewBox").split()
    return float(start), float(start) + float(span)


def settle(tab) -> None:
    """Until the next frame is drawn."""
    tab.page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")


def stage(tab) -> dict[str, float]:
    return tab.page.locator("[data-track]").bounding_box()


def test_one_view_moves_every_lane(opened):
    tab = opened()
    whole = tab.page.evaluate(IN_EVERY_LANE)
    assert max(whole.values()) - min(whole.values()) < 2
    tab.page.mouse.click(stage(tab)["x"] + stage(tab)["width"] / 2, stage(tab)["y"] + 10)
    tab.press("z", "z", "z", "z")
    tab.page.mouse.move(stage(tab)["x"] + 100, stage(tab)["y"] + 10)
    tab.page.mouse.wheel(120, 0)
    settle(tab)
    start, end = view(tab)
    assert end - start == pytest.approx(SECONDS / 1.6**4, rel=0.01)
    closer = tab.page.evaluate(IN_EVERY_LANE)
    assert max(closer.values()) - min(closer.values()) < 2, closer
    assert abs(closer["levels"] - whole["levels"]) > 50
    tab.press("w")
    settle(tab)
    assert view(tab) == (0, SECONDS)


def test_a_wheel_with_control_zooms_at_the_pointer(opened):
    tab = opened()
    box = stage(tab)
    tab.page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + 20)
    tab.page.keyboard.down("Control")
    tab.page.mouse.wheel(0, -600)
    tab.page.keyboard.up("Control")
    settle(tab)
    start, end = view(tab)
    assert end - start < SECONDS / 2
    assert start + 0.75 * (end - start) == pytest.approx(0.75 * SECONDS, abs=0.2)


def test_tiles_of_the_sound_come_only_where_one_looks_closely(opened):
    tab = opened()
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.url))
    tab.page.wait_for_timeout(300)
    assert not [url for url in asked if "/mel/" in url]
    with tab.page.expect_response("**/mel/0") as tile:
        tab.press("z", "z", "z", "z", "z")
    assert tile.value.ok
    assert "2" not in {url.rsplit("/", 1)[-1] for url in asked if "/mel/" in url}
    settle(tab)
    assert tab.page.evaluate(HAS_INK)


def test_a_recording_without_tiles_is_shown_by_its_overview(opened, submission, a_minute, tmp_path):
    old = tmp_path / "old"
    old.mkdir()
    for name in ("proxy.mp4", "poster.jpg", "mel.png", "peaks.json"):
        (old / name).symlink_to(a_minute / name)
    submission.performance.folder.unlink()
    submission.performance.folder.symlink_to(old)
    tab = opened()
    tab.press("z", "z", "z", "z", "z")
    settle(tab)
    assert tab.page.evaluate(HAS_INK)


def test_nothing_is_fetched_or_decoded_by_script_and_there_is_one_clock(opened):
    tab = opened(script=WATCH_FOR_DECODING)
    tab.page.evaluate("() => { document.querySelector('video').muted = true; }")
    tab.press(" ", "z", "z")
    tab.page.wait_for_timeout(500)
    assert tab.plays
    taken = tab.page.evaluate("() => window.taken")
    assert any("/wave" in one for one in taken)
    assert [one for one in taken if not one.startswith("fetch") or "proxy" in one] == []
    assert tab.page.evaluate(ALL_MEDIA) == ["recording"]


def test_slower_and_faster_keep_the_pitch(opened):
    tab = opened()
    tab.press("-", "-", "-")
    rate = "() => [document.querySelector('video').playbackRate, document.querySelector('video').preservesPitch]"
    assert tab.page.evaluate(rate) == [0.25, True]
    assert tab.said == "Speed ¼"
    tab.press(*"++++++", "=")
    assert tab.page.evaluate(rate) == [2, True]


def test_a_loop_is_set_shown_kept_and_cleared(opened):
    tab = opened()
    tab.page.evaluate("() => { document.querySelector('video').muted = true; }")
    tab.press("o")
    assert tab.said == "A loop must end after it begins"
    tab.press("ArrowRight", "i", *[","] * 3, *["."] * 18, "o")
    assert tab.said.startswith("Repeats from 0:02 to 0:02")
    band = tab.page.locator("[data-loop]").bounding_box()
    assert band["width"] == pytest.approx(stage(tab)["width"] * 0.5 / SECONDS, abs=6)
    tab.press("ArrowLeft", "ArrowRight", " ")
    seen = []
    for _ in range(20):
        tab.page.wait_for_timeout(100)
        seen.append(tab.now)
    assert tab.plays
    assert max(seen) < 3.2
    assert sum(later < earlier for earlier, later in pairwise(seen)) >= 2, seen
    tab.press("l", " ")
    assert tab.page.locator("[data-loop]").is_hidden()
    assert tab.page.locator("[data-loop-off]").is_disabled()


def test_keys_go_from_remark_to_remark_and_say_which(opened):
    tab = opened()
    tab.press("n")
    assert (tab.now, tab.said) == (12.0, "0:12: Listen to the bass.")
    tab.press("n")
    assert (tab.now, tab.said) == (30.0, "0:30: This phrase sings.")
    tab.press("n")
    assert (tab.now, tab.said) == (30.0, "No remark after this")
    tab.press("p")
    assert tab.now == 12.0


def test_highlights_are_played_and_stop_at_their_end(opened):
    tab = opened()
    tab.page.evaluate("() => { document.querySelector('video').muted = true; }")
    marks = tab.page.locator("[data-highlights] button")
    assert marks.count() >= 1
    label = marks.last.get_attribute("aria-label")
    assert label.startswith(f"Highlight {marks.count()}, 0:")
    tab.press(*"h" * marks.count())
    assert tab.plays
    begun, ends = (
        tab.now,
        tab.page.evaluate("() => JSON.parse(document.getElementById('desk-data').textContent).highlights.at(-1).end"),
    )
    tab.page.evaluate("(end) => { document.querySelector('video').currentTime = end - 0.3; }", ends)
    tab.page.wait_for_function("() => document.querySelector('video').paused")
    assert begun < ends
    assert tab.now == pytest.approx(ends, abs=0.25)


def test_following_turns_the_page_and_can_be_left(opened, cast):
    tab = opened()
    tab.page.evaluate("() => { document.querySelector('video').muted = true; }")
    tab.press(*"z" * 8, *["."] * 30, "+", "+", "+", " ")
    start, end = view(tab)
    assert end - start < 3
    tab.page.wait_for_function("([, end]) => document.querySelector('video').currentTime > end + 0.2", arg=[start, end])
    settle(tab)
    assert view(tab)[0] <= tab.now <= view(tab)[1]
    tab.press(" ", "f")
    tab.page.wait_for_function("() => document.querySelector('[data-follow]').getAttribute('aria-pressed') === 'false'")
    left = view(tab)
    tab.press(" ")
    tab.page.wait_for_function("(end) => document.querySelector('video').currentTime > end + 0.2", arg=left[1])
    assert view(tab) == left
    tab.page.wait_for_function("() => document.querySelector('[data-said]').textContent.includes('stays')")
    assert not DeskSettings.objects.get(teacher=cast.teacher).follow


def test_the_frame_is_drawn_over_the_picture_with_the_players_side(opened):
    tab = opened()
    frame = tab.page.locator(".looks__frame")
    assert not frame.is_visible()
    tab.press("k")
    assert tab.page.locator("[data-crop-toggle]").get_attribute("aria-pressed") == "true"
    screen, drawn = tab.page.locator("[data-screen]").bounding_box(), frame.bounding_box()
    assert drawn["x"] == pytest.approx(screen["x"] + 0.1 * screen["width"], abs=5)
    assert drawn["width"] == pytest.approx(0.8 * screen["width"], abs=10)
    assert drawn["height"] == pytest.approx(0.5 * screen["height"], abs=10)
    side = tab.page.locator(".looks__side").evaluate("(side) => side.getBoundingClientRect().top")
    assert side == pytest.approx(drawn["y"], abs=8)  # seen from the far side, the player sits above
    tab.page.get_by_role("button", name="Frame", exact=True).click()
    assert not frame.is_visible()


def test_a_dragged_stretch_becomes_a_remark(opened):
    tab = opened()
    box = stage(tab)
    tab.page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 20)
    tab.page.mouse.down()
    tab.page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 20, steps=4)
    tab.page.mouse.up()
    assert tab.page.locator("[data-chosen]").is_visible()
    assert tab.page.locator("[data-remark-when]").inner_text() == "0:30–0:36"
    tab.page.keyboard.type("Breathe here.")
    tab.press("Enter")
    assert tab.page.locator("[data-remarks] .mark").count() == 3
    assert tab.page.locator("[data-chosen]").is_hidden()


def test_another_key_is_chosen_kept_and_never_for_two_acts(opened, cast):
    tab = opened()
    tab.press("?")
    dialog = tab.page.get_by_role("dialog")
    assert dialog.get_by_role("heading", name="Playing").is_visible()
    said = dialog.locator("[data-keys-said]")
    dialog.locator("[data-act='play'] button").click()
    tab.press("n")
    assert said.inner_text().startswith("N already does this: to the next remark.")
    tab.press("Control+s")
    assert "browser" in said.inner_text()
    tab.press("b")
    dialog.get_by_text("From now on B: play or pause.").wait_for()
    assert DeskSettings.objects.get(teacher=cast.teacher).keys == {"play": "b"}
    tab.press("Escape")
    tab.press("b")
    assert tab.plays
    tab.press("b")
    tab.open()
    tab.press("b")
    assert tab.plays
    tab.press("b", "?")
    dialog.get_by_role("button", name="Use the usual keys").click()
    dialog.get_by_text("All keys are the usual ones.").wait_for()
    assert DeskSettings.objects.get(teacher=cast.teacher).keys == {}


def test_a_key_that_the_house_refuses_stays_as_it_was(opened):
    tab = opened()
    refusal = {"status": 422, "content_type": "application/json", "body": json.dumps({"sentence": "Not this one."})}
    tab.page.route("**/review/settings/", lambda route: route.fulfill(**refusal))
    tab.press("?")
    dialog = tab.page.get_by_role("dialog")
    dialog.locator("[data-act='play'] button").click()
    tab.press("b")
    dialog.get_by_text("Not this one.").wait_for()
    assert dialog.locator("[data-act='play'] button").inner_text() == "Space"
    tab.wrong.clear()  # the browser itself reports the answer 422


def test_keys_of_the_browser_are_left_to_it(opened):
    tab = opened()
    assert tab.page.evaluate(IS_TAKEN, {"key": "n"})
    for key in (
        {"key": "n", "ctrlKey": True},
        {"key": "+", "ctrlKey": True},
        {"key": "ArrowLeft", "altKey": True},
        {"key": "Tab"},
    ):
        assert not tab.page.evaluate(IS_TAKEN, key), key


class Fingers:
    def __init__(self, tab) -> None:
        self._session = tab.page.context.new_cdp_session(tab.page)

    def touch(self, kind: str, *points: tuple[float, float]) -> None:
        found = [{"x": x, "y": y, "id": index} for index, (x, y) in enumerate(points)]
        self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": found})


def test_fingers_tap_scroll_and_pinch(opened):
    tab = opened(viewport={"width": 1024, "height": 768}, has_touch=True)
    tab.page.locator("[data-stage]").scroll_into_view_if_needed()
    box = stage(tab)
    middle, y = box["x"] + box["width"] / 2, box["y"] + 30
    tab.page.touchscreen.tap(middle, y)
    assert tab.now == pytest.approx(SECONDS / 2, abs=0.5)
    fingers = Fingers(tab)
    fingers.touch("touchStart", (middle - 40, y), (middle + 40, y))
    for apart in range(60, 220, 20):
        fingers.touch("touchMove", (middle - apart, y), (middle + apart, y))
    fingers.touch("touchEnd")
    settle(tab)
    start, end = view(tab)
    assert end - start == pytest.approx(SECONDS * 40 / 200, rel=0.15)
    assert (start + end) / 2 == pytest.approx(SECONDS / 2, abs=1.5)
    fingers.touch("touchStart", (middle, y))
    for x in range(0, 200, 20):
        fingers.touch("touchMove", (middle - x, y))
    fingers.touch("touchEnd")
    settle(tab)
    assert view(tab)[0] > start + 1
    assert tab.now == pytest.approx(SECONDS / 2, abs=0.5), "scrolling does not seek"


def test_everything_on_a_tablet_is_large_enough_to_press(opened):
    tab = opened(viewport={"width": 768, "height": 1024}, has_touch=True)
    small = """() => [...document.querySelectorAll(".transport button, .transport select, .time__tools button")]
      .map((one) => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
      .filter(([, box]) => box.width < 40 || box.height < 40).map(([one, box]) => [one, box.width, box.height])"""
    assert tab.page.evaluate("() => matchMedia('(pointer: coarse)').matches")
    assert tab.page.evaluate(small) == []
    assert tab.page.evaluate("() => document.documentElement.scrollWidth") == 768


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 768, 1440])
def test_the_desk_passes_axe_and_fits_its_width(opened, width, scheme):
    tab = opened(viewport={"width": width, "height": 900}, color_scheme=scheme)
    tab.press("ArrowRight", "i", "ArrowRight", "o", "z", "z", "k")
    settle(tab)
    tab.page.evaluate(AXE)
    asked = "() => axe.run().then((done) => done.violations.map((found) => [found.id, found.nodes[0].html]))"
    assert tab.page.evaluate(asked) == []
    assert tab.page.evaluate("() => document.documentElement.scrollWidth") == width
    tab.press("?")
    assert tab.page.evaluate(asked) == []
    tab.wrong[:] = [one for one in tab.wrong if "inline style" not in one]  # axe tries some of its own
