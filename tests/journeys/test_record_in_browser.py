"""Recording in the browser, on a phone: its camera and its microphone are fed by a real recording."""

import re

import pytest
from django.conf import settings as house_settings

from accounts.models import User
from ml.media import probe
from submissions.models import Submission
from tests import browser, factories
from tests.journeys.filmed import filmed
from tests.journeys.people import Student
from tests.journeys.site import running

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
SOUND = "document.querySelector('[data-part=live]').srcObject.getAudioTracks()[0]"
AXE = "axe.run().then((done) => done.violations.map((found) => [found.id, found.nodes[0].html]))"
SMALL_TARGETS = """
[...document.querySelectorAll("[data-record] :is(button, select, a)")]
  .filter((target) => target.offsetHeight && target.offsetHeight < 44).map((target) => target.outerHTML)
"""
FULL_AFTER_TWO = """
const { put } = IDBObjectStore.prototype;
let parts = 0;
IDBObjectStore.prototype.put = function (value, key) {
  if (value instanceof ArrayBuffer && (parts += 1) > 2) throw new DOMException("full", "QuotaExceededError");
  return put.call(this, value, key);
};
"""
MEDDLES = """
const { getSettings } = MediaStreamTrack.prototype;
MediaStreamTrack.prototype.getSettings = function () { return { ...getSettings.call(this), autoGainControl: true }; };
"""


@pytest.fixture(scope="module")
def chromium(launch, tmp_path_factory):
    running = launch(*browser.fed(*filmed(tmp_path_factory.mktemp("filmed"))))
    yield running
    running.close()


@pytest.fixture
def studio(browse, cast, house):
    """The page on a student's phone; `again` opens it in another tab of the same browser."""

    def studio(user=cast.student, script="", again=None, **options):
        context = again or browse(user, 390, is_mobile=True, has_touch=True, **options)
        page = context.new_page()
        page.set_viewport_size(PHONE["viewport"])
        page.add_init_script(script)
        page.goto(f"/assignments/{cast.assignment.pk}/record/")
        return page

    return studio


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def record(page, seconds):
    press(page, "Record")
    page.locator("[data-part=elapsed]", has_text=re.compile(rf"0:0[{seconds}-9]")).wait_for()


def wait_for(page, expression):
    """By looking again and again: Playwright's own way is forbidden by the content policy."""
    for _ in range(200):
        if page.evaluate(f"(() => {{ try {{ return {expression}; }} catch {{ return false; }} }})()"):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never came true: {expression}")


def film_length(page):
    """Of what is in the player, once it knows."""
    player = page.locator("[data-part=playback]")
    for _ in range(200):
        seconds = player.evaluate("(player) => (Number.isFinite(player.duration) ? player.duration : 0)")
        if seconds:
            return seconds
        page.wait_for_timeout(50)
    raise AssertionError("the player never knew how long the take is")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_closed_tab_loses_nothing_and_the_take_is_sent_and_graded(chromium, var):
    with running(var, takes=(17,)) as site:
        mina = Student(chromium, site.url, "student1@example.org", **PHONE)
        page = mina.page
        page.goto("/courses/")
        page.locator(".programme__title").first.click()
        page.get_by_role("link", name="Lullaby").first.click()
        page.get_by_role("link", name="Record here").click()
        press(page, "Switch on camera and microphone")
        page.get_by_role("button", name="Record", exact=True).wait_for()
        sound = page.evaluate(f"{SOUND}.getSettings()")
        assert [sound[name] for name in ("echoCancellation", "noiseSuppression", "autoGainControl")] == [False] * 3
        record(page, 8)
        address = page.url
        page.close()  # in the middle

        mina.open_tab()
        page = mina.page
        page.goto(address)
        page.get_by_text(re.compile(r"A take of 0:0\d from .+ is kept on this device")).wait_for()
        press(page, "Look at what is kept")
        assert film_length(page) > 6
        press(page, "Send this take")
        page.wait_for_url("**/submissions/**")
        assert 1 <= mina.wait_for_grade(page.url) <= 10
        page.goto(address)
        page.get_by_role("button", name="Switch on camera and microphone").wait_for()
        assert page.get_by_text("is kept on this device").is_hidden()
        assert mina.wrong == []


def test_takes_are_played_thrown_away_and_one_is_sent(studio, cast):
    page = studio(bypass_csp=True)
    page.evaluate((house_settings.ROOT / "node_modules/axe-core/axe.min.js").read_text())
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    broken = [page.evaluate(AXE)]
    press(page, "Switch on camera and microphone")
    page.get_by_text("The level is good.").wait_for()
    broken.append(page.evaluate(AXE))
    press(page, "Record")
    assert page.locator("[data-part=spoken]").inner_text() == "3"
    press(page, "Not yet")
    record(page, 2)
    press(page, "Stop")
    page.get_by_text("Take 1 is recorded.").wait_for()
    press(page, "Record another")
    record(page, 2)
    press(page, "Stop")
    broken.append(page.evaluate(AXE))
    page.get_by_role("radio", name="Take 1").check()
    assert film_length(page) > 1.5
    press(page, "Delete take 2")
    page.get_by_role("radio", name="Take 2").wait_for(state="detached")
    press(page, "Send this take")
    page.wait_for_url("**/submissions/**")
    facts = probe(Submission.objects.get(student=cast.student).performance.source_path)
    assert (facts.video_codec, facts.audio_codec, facts.width) == ("vp9", "opus", 640)
    assert facts.duration > 1.5
    assert asked == ["Delete take 2? It cannot be brought back."]
    assert broken == [[], [], []]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("NotAllowedError", "The page may not use the camera and the microphone"),
        ("NotFoundError", "There is no camera or no microphone"),
        ("NotReadableError", "The camera or the microphone is in use"),
    ],
)
def test_what_stands_in_the_way_is_told_in_words(studio, name, sentence):
    page = studio(
        script=f"navigator.mediaDevices.getUserMedia = async () => {{ throw new DOMException('', '{name}'); }};"
    )
    press(page, "Switch on camera and microphone")
    page.get_by_role("heading", name=sentence).wait_for()
    assert page.get_by_role("heading", level=2).count() == 1
    assert page.get_by_role("link", name="Choose a file instead").is_visible()
    assert page.evaluate("document.activeElement.textContent.trim()") == "Try again"


def test_a_browser_that_really_refuses_the_camera_is_told_apart(launch, live_server, client_of, cast):
    denying = launch(*browser.DENIED)
    context = denying.new_context(base_url=live_server.url, **PHONE)
    session = client_of(cast.student).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"/assignments/{cast.assignment.pk}/record/")
    press(page, "Switch on camera and microphone")
    page.get_by_role("heading", name="The page may not use the camera and the microphone").wait_for()
    denying.close()


def test_a_browser_that_changes_the_sound_all_the_same_is_named(studio):
    page = studio(script=MEDDLES)
    press(page, "Switch on camera and microphone")
    told = page.get_by_role("alert")
    told.wait_for()
    assert "changes the sound although it was asked not to: automatic volume." in told.inner_text()


def test_what_is_picked_is_remembered_and_every_target_fits_a_finger(studio):
    page = studio()
    press(page, "Switch on camera and microphone")
    choice = page.get_by_label("Microphone")
    choice.select_option(label="Fake Audio Input 2")
    wait_for(page, f"{SOUND}.label === 'Fake Audio Input 2'")
    page.get_by_label("Countdown").select_option("5")
    assert page.evaluate(SMALL_TARGETS) == []
    page.reload()  # which numbers the devices anew, in this browser as in Safari
    press(page, "Switch on camera and microphone")
    wait_for(page, f"{SOUND}.label === 'Fake Audio Input 2'")
    wait_for(page, f"{SOUND}.getSettings().deviceId === document.querySelector('#microphone').value")
    press(page, "Record")
    assert page.locator("[data-part=count]").inner_text() == "5"


def test_a_browser_that_cannot_record_says_so_and_leads_to_the_file(studio, cast):
    page = studio(script="delete window.MediaRecorder")
    page.get_by_text("This browser cannot record here.").wait_for()
    page.get_by_role("link", name="Choose a file").click()
    page.wait_for_url(f"**/assignments/{cast.assignment.pk}/")
    page.locator("label.button--primary", has_text="Choose a video").wait_for()
    assert page.get_by_role("link", name="Record here").count() == 0


def test_a_full_device_is_told_and_the_recording_goes_on(studio):
    page = studio(script=FULL_AFTER_TWO)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    press(page, "Switch on camera and microphone")
    record(page, 4)
    assert "This device has no room left. The recording goes on" in page.get_by_role("alert").inner_text()
    press(page, "Stop")
    page.get_by_text("Not wholly kept on this device").wait_for()
    assert film_length(page) > 3.5
    page.reload()
    assert asked == ["beforeunload"]
    press(page, "Look at what is kept")
    page.get_by_text("Cut off, kept to here").wait_for()
    assert 1 < film_length(page) < 3


def test_a_take_ends_by_itself_at_the_longest_and_tells_that_it_was_too_loud(studio, settings):
    settings.RECORDING_MAX_SECONDS = 2
    page = studio(script="AnalyserNode.prototype.getFloatTimeDomainData = (samples) => samples.fill(1);")
    press(page, "Switch on camera and microphone")
    page.get_by_text("Too loud: move the microphone away from the piano.").wait_for()
    press(page, "Record")
    page.get_by_text("A recording cannot be much longer.").wait_for()
    page.get_by_text("Take 1 is recorded.").wait_for()
    page.get_by_text("Too loud in places").wait_for()


def test_a_take_is_shown_to_nobody_else_and_to_one_tab_at_a_time(studio, cast, client_of, live_server):
    page = studio()
    press(page, "Switch on camera and microphone")
    record(page, 2)
    beside = studio(again=page.context)
    beside.get_by_role("button", name="Switch on camera and microphone").wait_for()
    assert beside.get_by_text("is kept on this device").is_hidden()  # it is not over yet
    page.close()
    beside.reload()
    beside.get_by_text("is kept on this device").wait_for()

    neighbour = User.objects.get(pk=factories.user(name="Neighbour").pk)
    factories.enrol(cast.course, neighbour)
    mine = sign_in(beside.context, neighbour, client_of, live_server)
    beside.reload()
    beside.get_by_role("button", name="Switch on camera and microphone").wait_for()
    assert beside.get_by_text("is kept on this device").is_hidden()

    beside.context.add_cookies(mine)
    beside.reload()
    beside.get_by_text("is kept on this device").wait_for()
    asked = []
    beside.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    beside.locator(".self summary").click()
    press(beside, "Sign out")
    beside.wait_for_url("**/sign-in/**")
    assert asked == ["1 take that you have not sent is kept on this device. Signing out deletes it."]
    sign_in(beside.context, cast.student, client_of, live_server)
    beside.goto(f"/assignments/{cast.assignment.pk}/record/")
    beside.get_by_role("button", name="Switch on camera and microphone").wait_for()
    assert beside.get_by_text("is kept on this device").is_hidden()


def sign_in(context, user, client_of, live_server):
    """In this browser; the cookies of whoever was signed in before."""
    before = [cookie for cookie in context.cookies() if cookie["name"] == "sessionid"]
    session = client_of(user).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    return before
