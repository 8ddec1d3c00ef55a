"""The desk by keyboard, in a real browser with a real recording."""

import subprocess

import imageio_ffmpeg
import pytest
from django.urls import reverse

from grading.models import Rating, Result
from reviews.models import Draft
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SECONDS = 6


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
def open_desk(cast, submission, chromium, live_server, client_of):
    """Opens the desk in a tab of the teacher's browser; at the end nothing may have gone wrong in the console."""
    context = chromium.new_context(base_url=live_server.url, viewport={"width": 1440, "height": 900})
    session = client_of(cast.teacher).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    wrong: list[str] = []

    def open_desk():
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(reverse("reviews:desk", args=[submission.pk]))
        page.wait_for_function("document.querySelector('video').readyState >= 2")
        return page

    yield open_desk
    context.close()
    assert wrong == []


def now(page) -> float:
    return page.evaluate("document.querySelector('video').currentTime")


def saved(page) -> None:
    page.locator("[data-saved]", has_text="Saved").wait_for()


def test_a_whole_review_without_a_mouse(open_desk, cast):
    page = open_desk()
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft"):
        page.keyboard.press(key)
    assert now(page) == pytest.approx(2.0, abs=0.05)
    page.keyboard.press("r")
    page.keyboard.type("Listen to the bass.")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.keyboard.press("c")
    page.keyboard.type("Well prepared, 1 2 3.")
    saved(page)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/review/")
    result = Result.objects.get()
    assert (result.level, result.rule, result.rating.comment) == (6, Result.Rule.ACCEPTED, "Well prepared, 1 2 3.")
    assert [(round(remark.start, 1), remark.text) for remark in result.rating.remarks.all()] == [
        (2.0, "Listen to the bass.")
    ]
    assert not Draft.objects.exists()


def test_frames_are_stepped_one_by_one(open_desk):
    page = open_desk()
    page.keyboard.press("ArrowRight")
    shown = int(now(page) * 30 + 0.001)
    for _ in range(3):
        page.keyboard.press(".")
    assert int(now(page) * 30) == shown + 3
    page.keyboard.press(",")
    assert int(now(page) * 30) == shown + 2


def test_a_draft_survives_a_reload(open_desk):
    page = open_desk()
    page.keyboard.press("9")
    page.locator("#reason").fill("The voicing.")
    page.locator("[name='criterion-touch'][value='4']").check(force=True)
    saved(page)
    page.reload()
    assert page.locator("[name='level']:checked").input_value() == "9"
    assert page.locator("[name='criterion-touch']:checked").input_value() == "4"
    assert page.locator("#reason").input_value() == "The voicing."


def test_outside_the_interval_a_reason_is_wanted(open_desk):
    page = open_desk()
    assert page.locator("#reason").is_hidden()
    page.keyboard.press("2")
    assert page.locator("#reason").get_attribute("required") is not None
    page.get_by_role("button", name="Release").click()
    assert not Rating.objects.exists()
    page.locator("#reason").fill("Half of it is missing.")
    page.get_by_role("button", name="Release").click()
    page.wait_for_url("**/review/")
    assert Result.objects.get().level == 2


def test_a_second_tab_is_noticed_and_overwrites_nothing(open_desk):
    first, second = open_desk(), open_desk()
    first.locator("#comment").fill("from the first tab")
    saved(first)
    second.locator("#comment").fill("from the second tab")
    second.get_by_text("Another tab has saved this draft").wait_for()
    assert Draft.objects.get().body["comment"] == "from the first tab"


def test_a_remark_can_be_a_stretch_changed_and_deleted(open_desk):
    page = open_desk()
    page.keyboard.press("r")
    page.keyboard.type("This phrase")
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("u")
    page.get_by_role("button", name="Add").click()
    assert page.locator(".mark--stretch").count() == 1
    page.get_by_role("button", name="Edit the remark at 0:00").click()
    page.locator("[data-remark-text]").fill("This long phrase")
    page.get_by_role("button", name="Change").click()
    saved(page)
    (remark,) = Draft.objects.get().body["remarks"]
    assert (remark["text"], remark["start"], remark["end"]) == ("This long phrase", 0.0, pytest.approx(2.0, abs=0.05))
    page.get_by_role("button", name="Delete the remark at 0:00").click()
    assert page.locator(".mark").count() == 0


def test_a_press_on_the_axis_goes_there(open_desk):
    page = open_desk()
    box = page.locator("[data-track]").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 10)
    assert now(page) == pytest.approx(SECONDS / 2, abs=0.1)
    assert page.locator("[data-track]").get_attribute("aria-valuetext").startswith("0:03")


def test_the_keys_are_shown_and_rest_while_someone_writes(open_desk):
    page = open_desk()
    page.keyboard.press("?")
    assert page.get_by_role("dialog").is_visible()
    page.keyboard.press("Escape")
    page.locator("#comment").fill("")
    page.locator("#comment").press_sequentially("a 7?")
    assert page.locator("[name='level']:checked").count() == 0
    assert page.get_by_role("dialog").count() == 0
