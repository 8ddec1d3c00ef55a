"""Two recordings in step, in a real browser: the second video is where the map says, whatever the first one does."""

import subprocess
from itertools import pairwise

import imageio_ffmpeg
import pytest
from django.conf import settings
from django.urls import reverse

from grading.models import Study
from grading.services import alignments
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HERE, THERE = 12.0, 16.0  # seconds
# The other one begins two seconds later, goes half as fast for a while, then waits while this one goes on alone.
PAIRS = [[0.0, 2.0], [2.0, 4.0], [6.0, 6.0], [9.0, 6.0], [12.0, 9.0]]
ANSWER = {
    "pairs": PAIRS,
    "tempo": {
        "unit": "percent",
        "one": [[second, 100 + second] for second in range(1, 6)],
        "other": [[second, 110 - second] for second in range(3, 9)],
    },
    "waits": [{"goes_on": "one", "start": 6.0, "end": 9.0, "at": 6.0}],
    "alike": 0.8,
    "covered": 1.0,
    "poor": False,
}
IN_STEP = 0.15  # seconds: what a teacher does not see while it plays


def recorded(player, seconds: float):
    performance = factories.performance(player=player, duration=seconds)
    factories.media(performance)
    (performance.folder / "peaks.json").write_text(str([0.2, 0.6] * int(seconds * 25)))
    picture, sound = f"testsrc=duration={seconds}:size=320x180:rate=30", f"sine=frequency=440:duration={seconds}"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound]
    encoding = ["-pix_fmt", "yuv420p", "-g", "30", "-movflags", "+faststart", "-shortest"]
    subprocess.run([*command, *encoding, performance.folder / "proxy.mp4"], check=True, capture_output=True, timeout=60)
    return performance


@pytest.fixture
def pair(cast, house):
    former, now = (
        factories.submission(
            student=cast.student, assignment=cast.assignment, performance=recorded(cast.student, seconds)
        )
        for seconds in (THERE, HERE)
    )
    return now, former


@pytest.fixture
def open_pair(cast, pair, chromium, live_server, client_of):
    """Opens both in a tab of the teacher's browser; at the end nothing may have gone wrong in the console."""
    context = chromium.new_context(base_url=live_server.url, viewport={"width": 1440, "height": 900})
    session = client_of(cast.teacher).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    wrong: list[str] = []

    def open_pair():
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(reverse("reviews:compared", args=[pair[0].pk, pair[1].performance_id]))
        page.wait_for_function("() => [...document.querySelectorAll('video')].every((video) => video.readyState >= 2)")
        page.wait_for_function("() => document.documentElement.dataset.duet === 'ready'")
        return page

    yield open_pair
    context.close()
    assert wrong == []


@pytest.fixture
def in_step(pair, open_pair):
    answer(pair, ANSWER)
    return open_pair()


def answer(pair, given) -> None:
    study = alignments.ask_align(performance=pair[0].performance, other=pair[1].performance)
    Study.objects.filter(pk=study.pk).update(answer=given)


def clocks(page) -> tuple[float, float]:
    here, there = page.evaluate("[...document.querySelectorAll('video')].map((video) => video.currentTime)")
    return here, there


def there(here: float) -> float:
    """Where the map says that the other one is."""
    (before, one), (after, other) = next(pair for pair in pairwise(PAIRS) if here <= pair[1][0])
    return one + (here - before) / (after - before) * (other - one)


def settled(page, moment: float) -> None:
    page.wait_for_function(
        "(at) => Math.abs(document.querySelectorAll('video')[1].currentTime - at) < 0.05", arg=moment, timeout=5000
    )


def go_to(page, second: float) -> None:
    """A press on the axis."""
    box = page.locator("[data-track]").bounding_box()
    page.mouse.click(box["x"] + box["width"] * second / HERE, box["y"] + 10)


def test_the_second_picture_goes_where_the_map_says(in_step):
    settled(in_step, 2.0)
    for second in (1.0, 4.0, 8.0, 11.0):
        go_to(in_step, second)
        settled(in_step, there(clocks(in_step)[0]))


def test_it_stays_in_step_while_both_play(in_step):
    in_step.keyboard.press("Space")
    off = []
    for _ in range(12):
        in_step.wait_for_timeout(300)
        here, other = clocks(in_step)
        if here > 1:
            off.append(abs(other - there(here)))
    in_step.keyboard.press("Space")
    assert len(off) >= 5
    assert sorted(off)[len(off) // 2] < IN_STEP
    assert clocks(in_step)[0] > 2


def test_where_this_one_goes_on_alone_the_other_waits(in_step):
    go_to(in_step, 6.5)
    in_step.keyboard.press("Space")
    in_step.wait_for_timeout(1000)
    assert in_step.evaluate("document.querySelectorAll('video')[1].paused") is True
    assert clocks(in_step)[1] == pytest.approx(6.0, abs=0.05)
    in_step.wait_for_function("() => document.querySelector('video').currentTime > 9.6")
    assert in_step.evaluate("document.querySelectorAll('video')[1].paused") is False


def test_one_is_heard_at_a_time_and_a_key_changes_which(in_step):
    def muted():
        return in_step.evaluate("[...document.querySelectorAll('video')].map((video) => video.muted)")

    assert muted() == [False, True]
    in_step.keyboard.press("m")
    assert muted() == [True, False]
    in_step.locator("[data-listen='here']").click()
    assert muted() == [False, True]
    assert in_step.locator("[data-listen='here']").get_attribute("aria-pressed") == "true"


def test_out_of_step_each_plays_from_its_own_beginning(in_step):
    go_to(in_step, 4.0)
    settled(in_step, there(clocks(in_step)[0]))
    in_step.keyboard.press("j")
    settled(in_step, clocks(in_step)[0])
    in_step.keyboard.press("j")
    settled(in_step, there(clocks(in_step)[0]))


def test_a_dragged_stretch_is_repeated(in_step):
    box = in_step.locator("[data-track]").bounding_box()
    for act, second in (("move", 1), ("down", 1), ("move", 2), ("move", 2.2), ("up", 2.2)):
        if act == "move":
            in_step.mouse.move(box["x"] + box["width"] * second / HERE, box["y"] + 10)
        else:
            getattr(in_step.mouse, act)()
    assert in_step.locator("[data-loop-close]").get_attribute("aria-pressed") == "true"
    in_step.keyboard.press("Space")
    in_step.wait_for_timeout(2600)
    assert 0.9 < clocks(in_step)[0] < 2.4
    in_step.keyboard.press("l")
    assert in_step.locator("[data-loop-off]").is_disabled()


def test_the_buttons_do_what_the_keys_do(in_step):
    in_step.get_by_role("button", name="2 s on").click()
    assert clocks(in_step)[0] == pytest.approx(2.0, abs=0.05)
    in_step.get_by_label("Speed").select_option("0.5")
    in_step.get_by_role("button", name="Play").click()
    in_step.get_by_role("button", name="Pause").click()
    assert in_step.evaluate("document.querySelector('video').playbackRate") == 0.5
    in_step.get_by_role("button", name="In step").click()
    settled(in_step, clocks(in_step)[0])


def test_the_keys_are_shown(in_step):
    in_step.keyboard.press("?")
    dialog = in_step.get_by_role("dialog")
    assert dialog.get_by_text("in step, or each by itself").is_visible()
    assert dialog.get_by_text("play or pause").is_visible()


def test_both_waves_and_tempi_lie_on_the_axis(in_step):
    in_step.wait_for_function("() => document.querySelectorAll('.axis__wave[d]').length === 2")
    assert in_step.locator("[data-tempo] .duet__tempo").count() == 2
    assert in_step.locator(".duet__alone").count() == 1
    go_to(in_step, 3.0)
    assert in_step.locator("[data-at-there]").inner_text() == "0:04"
    assert in_step.locator("[data-tempo-here]").inner_text() == "103"


def test_the_page_asks_by_itself_and_is_in_step_once_the_worker_has_answered(pair, open_pair):
    page = open_pair()
    page.get_by_text("Both are being put in step.").wait_for()
    assert page.locator("[data-step]").is_disabled()
    Study.objects.update(answer=ANSWER)
    page.get_by_role("heading", name="Tempo").wait_for(timeout=10_000)
    page.wait_for_function("() => document.documentElement.dataset.duet === 'ready'")
    settled(page, 2.0)
    assert page.locator("[data-step]").get_attribute("aria-pressed") == "true"


def test_a_poor_match_plays_side_by_side(pair, open_pair):
    answer(pair, ANSWER | {"poor": True})
    page = open_pair()
    assert page.get_by_text("could not be put in step").is_visible()
    go_to(page, 4.0)
    settled(page, clocks(page)[0])


@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_hides_from_a_reader_and_nothing_is_too_wide(in_step, width):
    in_step.set_viewport_size({"width": width, "height": 900})
    assert in_step.evaluate("document.documentElement.scrollWidth") <= width
    in_step.evaluate((settings.ROOT / "node_modules/axe-core/axe.min.js").read_text())
    found = in_step.evaluate("axe.run().then((done) => done.violations.map((v) => [v.id, v.nodes[0].html]))")
    assert found == []
