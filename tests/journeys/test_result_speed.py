"""What opening the result of a ten-minute recording costs on a phone with a cold cache."""

import json
from collections import Counter

import pytest

from tests import factories
from tests.journeys import desks
from tests.journeys.test_desk_speed import WATCH_THE_LAYOUT

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SECONDS, WINDOWS = 600, 330
MOST_BYTES = 1_000_000  # received before anything is played
SHIFT = 0.01  # of the layout, as browsers count it


@pytest.fixture(scope="module")
def ten_minutes(tmp_path_factory):
    return desks.prepared(tmp_path_factory.mktemp("ten-minutes"), seconds=SECONDS)


@pytest.fixture
def submission(cast, house, ten_minutes):
    performance = factories.performance(player=cast.student, duration=float(SECONDS))
    desks.lay(performance, ten_minutes)
    made = factories.submission(student=cast.student, assignment=cast.assignment, performance=performance)
    factories.autograde(performance, windows=desks.windows(SECONDS, WINDOWS))
    remarks = tuple((30.0 * number, f"Remark {number}.") for number in range(1, 19))
    factories.result(performance, rater=cast.teacher, level=6, remarks=remarks)
    return made


@pytest.fixture
def page(cast, browse):
    page = browse(cast.student, 390, has_touch=True, is_mobile=True).new_page()
    page.add_init_script(WATCH_THE_LAYOUT)
    return page


def test_little_is_sent_and_nothing_jumps_before_play(submission, page):
    received, addresses = Counter(), {}
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.on(
        "Network.requestWillBeSent", lambda event: addresses.update({event["requestId"]: event["request"]["url"]})
    )
    network.on("Network.dataReceived", lambda event: received.update({event["requestId"]: event["dataLength"]}))
    page.goto(f"/submissions/{submission.pk}/")
    page.wait_for_function("() => document.querySelector('video').readyState >= 2")
    page.locator(".along .mark").nth(17).wait_for()
    page.wait_for_timeout(3000)
    by_address = {addresses[request].split("/", 3)[-1]: count for request, count in received.most_common()}
    assert any(address.endswith("/proxy") for address in by_address)
    assert sum(received.values()) < MOST_BYTES, json.dumps(by_address, indent=1)
    shifts = page.evaluate("() => window.shifts")
    assert sum(value for value, _ in shifts) < SHIFT, shifts
