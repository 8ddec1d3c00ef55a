"""A student reads a result in a real browser: along the axis, place by place, and through the model's own eyes."""

import json
import subprocess

import imageio_ffmpeg
import numpy as np
import pytest
from django.conf import settings
from django.utils import timezone

from grading.models import Abstention, Performance
from ml.media import Crop
from ml.media.decode import read_frames
from ml.preparation import Preparation
from tests import factories
from tests.journeys import desks
from tests.journeys.results import SECONDS, Finger, graded, now, opened, stands_at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SAME = 10  # grey levels of 255 between the browser's way of making a picture smaller and ml's
PHONE = {"width": 390, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return desks.prepared(tmp_path_factory.mktemp("recording"), seconds=SECONDS)


@pytest.fixture
def submission(cast, house, made):
    return graded(cast, made)


@pytest.fixture
def released(cast, submission):
    remarks = ((6.0, "Count the rest."), (14.0, "A lovely echo."))
    factories.result(submission.performance, rater=cast.teacher, level=6, remarks=remarks)
    return submission


def stage(page):
    """Where the axis lies, in pixels of the window."""
    part = page.locator(".along [data-stage]")
    part.scroll_into_view_if_needed()
    return part.bounding_box()


class TestAxis:
    def test_a_finger_taps_and_scrubs_it_and_scrolls_over_it(self, cast, submission, browse):
        page = opened(browse(cast.student, **PHONE), submission)
        box = stage(page)
        x, y, wide = box["x"], box["y"] + 60, box["width"]
        page.touchscreen.tap(x + wide / 2, y)
        stands_at(page, SECONDS / 2)
        finger = Finger(page)
        finger.drag((x + wide / 2, y), (x + wide * 0.6, y), (x + wide * 0.8, y))
        stands_at(page, SECONDS * 0.8)
        finger.drag((x + wide * 0.1, y), (x + wide * 0.1, y - 20), (x + wide * 0.1, y - 60))
        page.wait_for_timeout(300)
        assert now(page) == pytest.approx(SECONDS * 0.8, abs=0.15)

    def test_keys_walk_along_it_and_say_what_the_model_says_there(self, cast, submission, browse):
        page = opened(browse(cast.student), submission)
        axis = page.get_by_role("slider", name="Moment in the recording")
        axis.focus()
        page.keyboard.press("ArrowRight")
        stands_at(page, 2)
        page.keyboard.press("PageUp")
        stands_at(page, 12)
        assert axis.get_attribute("aria-valuetext") == "0:12, level 5: by sight 4, by ear 6"
        assert page.locator("[data-readout]").inner_text() == "0:12, level 5: by sight 4, by ear 6"
        page.keyboard.press("Home")
        stands_at(page, 0)

    def test_arrows_step_through_the_moments_and_enter_plays_one_to_its_end(self, cast, released, browse):
        page = opened(browse(cast.student), released)
        page.locator(".along .mark[tabindex='0']").focus()
        stands_at(page, 4)
        for moment in (6, 10, 14):
            page.keyboard.press("ArrowRight")
            stands_at(page, moment)
        page.keyboard.press("ArrowLeft")
        stands_at(page, 10)
        assert page.evaluate("() => document.activeElement.ariaLabel").startswith("0:10, To the eye")
        page.keyboard.press("Enter")
        page.wait_for_function("() => !document.querySelector('video').paused")
        page.wait_for_function("() => document.querySelector('video').paused")
        assert now(page) == pytest.approx(12, abs=0.3)

    def test_a_mouse_that_rests_shows_the_moment_and_gives_the_place_back(self, cast, submission, browse):
        page = opened(browse(cast.student), submission)
        box = stage(page)
        y = box["y"] + 60
        page.mouse.click(box["x"] + box["width"] * 0.25, y)
        stands_at(page, 5)
        page.mouse.move(box["x"] + box["width"] * 0.75, y)
        stands_at(page, 15)
        assert page.locator("[data-now]").evaluate("line => line.style.left") == "25%"
        page.mouse.move(box["x"], box["y"] + box["height"] + 80)
        stands_at(page, 5)

    def test_it_is_a_table_for_those_who_do_not_see_it(self, cast, submission, browse):
        page = opened(browse(cast.student), submission)
        page.get_by_text("The same as a table").click()
        rows = page.locator("[data-table] tbody tr")
        rows.nth(4).wait_for()
        assert rows.count() == 5
        assert rows.nth(3).locator("td").all_inner_texts()[:2] == ["0:10", "0:12"]


def test_a_place_that_the_model_points_at_is_played_and_its_words_stand_under_the_picture(cast, submission, browse):
    page = opened(browse(cast.student, **PHONE), submission)
    page.get_by_role("button", name="0:10–0:12", exact=True).tap()
    page.wait_for_function("() => document.querySelector('[data-now-said]').innerText.startsWith('To the eye')")
    picture = page.locator("video").bounding_box()
    assert picture["y"] >= -1  # it stays in sight, however far down the press was
    page.wait_for_function("() => document.querySelector('video').paused")
    assert now(page) == pytest.approx(12, abs=0.3)


def test_a_spoken_remark_plays_and_the_recording_waits(cast, released, browse):
    spoken = factories.spoken(released.performance, author=cast.teacher, data=b"")
    sound = ["-f", "lavfi", "-i", "sine=frequency=330:duration=2", spoken.path]
    subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-v", "error", *sound], check=True, timeout=60)
    released.performance.result.rating.remarks.create(start=9.0, spoken=spoken)
    page = opened(browse(cast.student, **PHONE), released)
    page.get_by_role("button", name="0:06", exact=True).tap()
    page.wait_for_function("() => document.querySelector('video').currentTime > 6.2")
    page.evaluate("() => document.querySelector('audio').play()")
    page.wait_for_function("() => document.querySelector('audio').currentTime > 0.2")
    assert page.evaluate("() => document.querySelector('video').paused")


def seen(page) -> np.ndarray:
    """`[112, 112, 3]`: what the page says reaches the model."""
    dots = page.evaluate(
        "() => [...document.querySelector('[data-sees] canvas').getContext('2d').getImageData(0, 0, 112, 112).data]"
    )
    return np.array(dots, dtype=np.uint8).reshape(112, 112, 4)[..., :3]


def given(performance, moment: float) -> np.ndarray:
    """The same as ml prepares it."""
    how = Preparation()
    (rows, columns), side = how.resize, how.side
    crop = Crop(**performance.crop)
    (frame,) = read_frames(performance.folder / "proxy.mp4", [moment], crop=crop, size=how.resize, kernel=how.kernel)
    row, column = (rows - side) // 2, (columns - side) // 2
    return frame[row : row + side, column : column + side]


def away(one: np.ndarray, other: np.ndarray) -> float:
    """Mean difference of two pictures in grey levels of 255."""
    return float(np.abs(one.astype(float) - other.astype(float)).mean())


class TestFrame:
    @pytest.mark.parametrize("upside_down", [False, True])
    def test_the_page_shows_what_the_model_gets(self, cast, house, made, browse, upside_down):
        crop = {"x": 0.21, "y": 0.13, "width": 0.5, "height": 0.7, "upside_down": upside_down, "confidence": 0.9}
        submission = graded(cast, made, crop=crop)
        page = opened(browse(cast.student), submission)
        page.locator("#frame").scroll_into_view_if_needed()
        page.evaluate("() => { document.querySelector('video').currentTime = 7.5; }")
        stands_at(page, 7.5)
        page.wait_for_timeout(200)
        expected = given(submission.performance, 7.5)
        assert away(seen(page), expected) < SAME
        assert away(seen(page), expected[::-1, ::-1]) > 25  # the measure tells the ways up apart

    def test_a_finger_moves_a_corner_and_the_view_follows_until_it_is_sent(self, cast, submission, browse):
        page = opened(browse(cast.student, **PHONE), submission)
        corner = page.locator(".crop__corner--bottom.crop__corner--right")
        corner.scroll_into_view_if_needed()
        box = corner.bounding_box()
        assert (box["width"], box["height"]) == (44, 44)
        page.wait_for_timeout(300)
        before, x, y = seen(page), box["x"] + 22, box["y"] + 22
        Finger(page).drag((x, y), (x - 40, y - 20), (x - 100, y - 50))
        during = seen(page)
        assert away(before, during) > 10
        # By a press, not by a second touch: made right after the first, Chromium may take the two for one.
        page.get_by_role("button", name="Look here").click()
        page.get_by_text("The frame is moved. The model looks again.").wait_for()
        crop = Performance.objects.get(pk=submission.performance_id).crop
        wide = page.locator("[data-frame-picture]").bounding_box()["width"]
        assert crop["width"] == pytest.approx(1 - 100 / wide, abs=0.01)
        assert (crop["x"], crop["y"]) == (0.0, 0.1)

    def test_it_is_moved_and_sized_by_keys(self, cast, submission, browse):
        page = opened(browse(cast.student), submission)
        frame = page.locator(".crop__frame")
        frame.focus()
        for keys in ("Shift+ArrowLeft", "Shift+ArrowLeft", "ArrowRight"):
            page.keyboard.press(keys)
        assert "1 % from the left, 10 % from the top, 98 % wide, 80 % high" in frame.get_attribute("aria-label")

    def test_the_view_goes_on_while_it_plays(self, cast, submission, browse):
        page = opened(browse(cast.student), submission)
        page.get_by_role("button", name="Play or pause").click()
        page.wait_for_function("() => document.querySelector('video').currentTime > 0.5")
        before = seen(page)
        page.wait_for_function("() => document.querySelector('video').currentTime > 2")
        assert away(before, seen(page)) > 2

    def test_a_teacher_sees_the_same_at_the_desk(self, cast, submission, browse):
        tab = desks.Tab(browse(cast.teacher), submission).open()
        tab.page.evaluate("() => { document.querySelector('video').currentTime = 7.5; }")
        stands_at(tab.page, 7.5)
        tab.page.get_by_role("button", name="Move it").click()
        tab.page.get_by_role("img", name="The picture as it reaches the model").wait_for()
        tab.page.wait_for_timeout(200)
        assert away(seen(tab.page), given(submission.performance, 7.5)) < SAME
        assert tab.wrong == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_state_of_the_page_passes_axe_and_fits_a_phone(cast, house, made, browse, scheme):
    pages = {"provisional": graded(cast, made)}
    for name in ("released", "reduced", "again", "unsure"):
        pages[name] = graded(cast, made)
    for name in ("released", "reduced"):
        remarks = ((6.0, "Count the rest."), (14.0, "A lovely echo."))
        factories.result(pages[name].performance, rater=cast.teacher, level=4, remarks=remarks)
    Performance.objects.filter(pk=pages["reduced"].performance_id).update(reduced_at=timezone.now())
    crop = factories.CROP | {"confidence": 0.1}
    Performance.objects.filter(pk=pages["unsure"].performance_id).update(crop=crop)
    Abstention.objects.create(
        performance=pages["again"].performance, rater=cast.teacher, kind="unusable", reason="The picture freezes."
    )
    refused = factories.performance(player=cast.student, state="refused", trouble="This file has no sound.")
    pages["refused"] = factories.submission(student=cast.student, assignment=cast.assignment, performance=refused)
    axe = (settings.ROOT / "node_modules/axe-core/axe.min.js").read_text()
    page = browse(cast.student, 390, color_scheme=scheme, bypass_csp=True).new_page()
    found = {}
    for name, submission in pages.items():
        page.goto(f"/submissions/{submission.pk}/")
        page.wait_for_load_state("networkidle")
        page.evaluate(axe)
        broken = page.evaluate("() => axe.run().then((done) => done.violations.map((v) => [v.id, v.nodes[0].html]))")
        wider = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
        if broken or wider > 0:
            found[name] = broken, wider
    assert found == {}, json.dumps([list(map(str, item)) for item in found.items()], indent=1)
