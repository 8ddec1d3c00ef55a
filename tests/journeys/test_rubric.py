"""A rubric edited in a real browser, and the remarks of a result while the recording plays."""

import subprocess

import imageio_ffmpeg
import pytest
from django.conf import settings

from courses.models import Enrolment
from grading.models import Technique
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SECONDS = 6


@pytest.fixture
def browse(chromium, live_server, client_of):
    """Opens a page as this person; at the end nothing may have gone wrong in the console."""
    contexts, wrong = [], []

    def browse(user, path):
        context = chromium.new_context(base_url=live_server.url, viewport={"width": 1440, "height": 900})
        session = client_of(user).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(path)
        return page

    yield browse
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.fixture
def head(cast):
    Enrolment.objects.filter(user=cast.teacher).update(role=Enrolment.Role.HEAD)
    return cast.teacher


def names(page):
    return [field.input_value() for field in page.locator("[data-criteria] input[name$='-name']").all()]


def violations(page):
    page.evaluate((settings.ROOT / "node_modules/axe-core/axe.min.js").read_text())
    return page.evaluate("axe.run().then((done) => done.violations.map((v) => [v.id, v.nodes[0].html]))")


def test_criteria_are_put_in_order_by_keyboard_and_by_dragging_and_added(cast, head, browse):
    page = browse(head, f"/rubrics/{cast.rubric.pk}/edit/")
    assert names(page) == ["Rhythm", "Touch", "Posture"]
    up = page.get_by_role("button", name="Move Touch up")
    up.focus()
    page.keyboard.press("Enter")
    assert names(page) == ["Touch", "Rhythm", "Posture"]
    assert page.locator("[data-said]").inner_text() == "Touch is now 1 of 3."
    focused = "document.activeElement.closest('[data-criterion]').querySelector('[name$=-name]').value"
    assert page.evaluate(focused) == "Touch"
    grip = page.locator("[data-grip]").nth(2).bounding_box()
    first = page.locator("[data-criterion]").first.bounding_box()
    page.mouse.move(grip["x"] + 5, grip["y"] + 5)
    page.mouse.down()
    page.mouse.move(grip["x"] + 5, first["y"] + 5, steps=8)
    page.mouse.up()
    assert names(page) == ["Posture", "Touch", "Rhythm"]
    page.get_by_role("button", name="Add a criterion").click()
    page.keyboard.type("Memory")
    page.get_by_label("Mark 5").last.fill("Plays it by heart.")
    page.get_by_label("Level 10").fill("On a stage.")
    page.get_by_role("button", name="Save").last.click()
    page.wait_for_url(f"**/rubrics/{cast.rubric.pk}/")
    rows = list(cast.rubric.criteria.order_by("order"))
    assert [row.name for row in rows] == ["Posture", "Touch", "Rhythm", "Memory"]
    assert rows[-1].bands == {"5": "Plays it by heart."}
    assert [row.key for row in rows[:3]] == ["posture", "touch", "rhythm"]


def test_the_preview_reads_as_the_desk_does(cast, head, browse):
    cast.rubric.levels = {"7": "Shapes whole lines."}
    cast.rubric.save()
    page = browse(head, f"/rubrics/{cast.rubric.pk}/")
    words = page.locator("#preview-level [data-word='7']")
    assert not words.is_visible()
    page.locator("[name='preview-level'][value='7']").check(force=True)
    assert words.is_visible()


@pytest.mark.parametrize(
    "path", ["/rubrics/", "/rubrics/{rubric}/", "/rubrics/{rubric}/edit/", "/techniques/", "/review/settings/"]
)
def test_every_page_can_be_read_by_everybody(cast, head, browse, path):
    Technique.objects.create(name="Thumb under")
    cast.rubric.levels = {"7": "Shapes whole lines."}
    cast.rubric.save()
    assert violations(browse(head, path.format(rubric=cast.rubric.pk))) == []


@pytest.fixture
def released(cast, house):
    performance = factories.media(factories.performance(player=cast.student, duration=float(SECONDS)))
    picture, sound = f"testsrc=duration={SECONDS}:size=320x180:rate=30", f"sine=frequency=440:duration={SECONDS}"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound]
    encoding = ["-pix_fmt", "yuv420p", "-g", "30", "-movflags", "+faststart", "-shortest"]
    subprocess.run([*command, *encoding, performance.folder / "proxy.mp4"], check=True, capture_output=True, timeout=60)
    submission = factories.submission(student=cast.student, assignment=cast.assignment, performance=performance)
    rating = factories.result(performance, rater=cast.teacher).rating
    rating.remarks.create(start=1.0, end=2.0, text="It sings here.", mark="good", criterion="touch")
    rating.remarks.create(start=4.5, text="Let it fall.", mark="technique")
    return submission


def test_a_remark_stands_under_the_picture_at_its_moment(cast, released, browse):
    page = browse(cast.student, f"/submissions/{released.pk}/")
    page.wait_for_function("document.querySelector('video').readyState >= 2")
    said = page.locator("[data-now-said]")
    hint = said.inner_text()
    for moment, words in ((1.5, "It sings here."), (3.0, hint), (5.0, "Let it fall."), (0.2, hint)):
        page.evaluate("moment => { document.querySelector('video').currentTime = moment; }", moment)
        page.wait_for_function("words => document.querySelector('[data-now-said]').innerText === words", arg=words)
    page.get_by_role("button", name="0:04", exact=True).click()
    page.wait_for_function("document.querySelector('video').currentTime >= 4.5")
    assert page.locator(".remark [aria-current='true']").inner_text() == "0:04"
    assert page.locator(".along [data-remarks] .mark").count() == 2
    assert violations(page) == []
