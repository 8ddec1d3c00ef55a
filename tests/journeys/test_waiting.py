"""On a phone with a bad line: a recording is sent, the network goes and comes back, and the page waits quietly."""

import os

import pytest

from grading.models import Job, Performance
from grading.services import crowd
from submissions.models import Submission, Upload
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MIB = 1024**2
HIDE = """hidden => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.fixture
def phone(browse, cast):
    return browse(cast.student, width=390, has_touch=True, is_mobile=True).new_page()


@pytest.fixture
def film(tmp_path):
    path = tmp_path / "minuet.mp4"
    path.write_bytes(os.urandom(20 * MIB))
    return path


@pytest.fixture
def waiting(cast):
    performance = factories.performance(player=cast.student, state=Performance.State.ARRIVED)
    factories.job(performance)
    factories.beat("media")
    return factories.submission(student=cast.student, assignment=cast.assignment, performance=performance)


def asked(page):
    """The addresses that the page asks from now on."""
    addresses = []
    page.on("request", lambda one: addresses.append(one.url) if "/progress/" in one.url else None)
    return addresses


def test_an_upload_goes_on_by_itself_when_the_network_is_back(phone, cast, house, film):
    phone.goto(f"/assignments/{cast.assignment.pk}/")
    # A line on which 20 MiB take some seconds.
    line = phone.context.new_cdp_session(phone)
    slow = {"offline": False, "latency": 20, "downloadThroughput": -1, "uploadThroughput": 4 * MIB}
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", slow)
    phone.set_input_files("#recording", film)
    said = phone.locator("[data-upload-said]")
    said.get_by_text("MB a second").wait_for()
    assert "left" in said.text_content() or "nearly there" in said.text_content()
    line.send("Network.emulateNetworkConditions", slow | {"offline": True})
    said.get_by_text("it goes on by itself when the connection is back").wait_for()
    assert phone.get_by_role("button", name="Go on").is_visible()
    line.send("Network.emulateNetworkConditions", slow | {"offline": False})
    phone.wait_for_url("**/submissions/**")
    assert Upload.objects.count() == 1
    assert Submission.objects.get().performance.source_path.read_bytes() == film.read_bytes()


def test_a_cancelled_upload_leaves_nothing(phone, cast, house, film):
    phone.goto(f"/assignments/{cast.assignment.pk}/")
    line = phone.context.new_cdp_session(phone)
    line.send("Network.enable")
    slow = {"offline": False, "latency": 20, "downloadThroughput": -1, "uploadThroughput": 2 * MIB}
    line.send("Network.emulateNetworkConditions", slow)
    phone.set_input_files("#recording", film)
    phone.locator("[data-upload-said]").get_by_text("MB a second").wait_for()
    phone.get_by_role("button", name="Cancel").click()
    phone.get_by_text("Choose a video").wait_for()
    for _ in range(100):
        if not Upload.objects.exists():
            break
        phone.wait_for_timeout(50)
    assert not Upload.objects.exists()


def test_the_waiting_page_follows_the_work_without_loading_anew(phone, waiting):
    phone.goto(f"/submissions/{waiting.pk}/")
    phone.get_by_text("Next in line.").wait_for()
    assert phone.locator("[aria-current=step]").text_content() == "Checked and copied"
    phone.evaluate("document.body.dataset.same = 'page'")
    Job.objects.update(state="running", stage="sound", fraction=0.4)
    phone.get_by_text("Listening through the sound").wait_for()
    assert phone.locator("#waiting progress").evaluate("bar => bar.value") == pytest.approx(0.4)
    assert phone.evaluate("document.body.dataset.same") == "page"
    Job.objects.update(state="failed")
    Performance.objects.update(state="refused", trouble="This file is not a video.")
    phone.get_by_text("This file is not a video.").wait_for()


def test_a_page_in_the_background_does_not_ask(phone, waiting):
    phone.goto(f"/submissions/{waiting.pk}/")
    phone.get_by_text("Next in line.").wait_for()
    phone.evaluate(HIDE, True)
    phone.wait_for_timeout(300)  # what was on its way
    addresses = asked(phone)
    phone.wait_for_timeout(5000)
    assert addresses == []
    crowd.forget()
    Job.objects.update(state="running", stage="crop", fraction=0.9)
    phone.evaluate(HIDE, False)
    phone.get_by_text("Finding the keyboard and the hands").wait_for()


def test_a_page_far_from_its_turn_asks_seldom(phone, cast, waiting):
    before = [factories.job(factories.performance(player=cast.student, state="arrived")) for _ in range(20)]
    Job.objects.filter(pk__in=[job.pk for job in before]).update(created_at="2020-01-01T00:00Z")
    phone.goto(f"/submissions/{waiting.pk}/")
    phone.get_by_text("20 recordings before yours.").wait_for()
    addresses = asked(phone)
    phone.wait_for_timeout(6000)
    assert addresses == []
