"""On a phone a student asks for another look, a teacher answers who knows nothing of the first, the student reads."""

import pytest
from django.conf import settings

from accounts.models import Letter
from courses.models import Enrolment
from submissions.models import Appeal
from tests import factories
from tests.journeys import desks
from tests.journeys.results import SECONDS, graded, opened

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 390, "has_touch": True, "is_mobile": True}
REASON = "At 0:06 I counted the rest. Please listen once more."
ANSWER = "The rest is there, and it is as long as it should be."


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return desks.prepared(tmp_path_factory.mktemp("recording"), seconds=SECONDS)


def test_asked_answered_and_read(cast, house, made, browse):
    submission = graded(cast, made)
    factories.result(submission.performance, rater=cast.teacher, level=6)
    anna = factories.user(name="Anna Ear")
    factories.enrol(cast.course, anna, Enrolment.Role.TEACHER)

    page = opened(browse(cast.student, **PHONE), submission)
    page.get_by_text("Do you hear it differently?").click()
    terms = page.locator("#appeal")
    assert "Anna Ear answers, who has not marked it." in terms.inner_text()
    assert "the level can go up, go down, or stay" in terms.inner_text()
    page.get_by_label("What should be looked at again?").fill(REASON)
    page.get_by_role("button", name="Ask for another look").click()
    page.get_by_role("heading", name="Another look is asked for").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    desk = browse(anna).new_page()
    desk.goto(f"/review/{submission.pk}/")
    assert REASON in desk.locator("main").inner_text()
    assert desk.locator("input[name=level]:checked").count() == 0
    desk.locator("input[name=level][value='8']").check(force=True)
    desk.get_by_label("Answer to the appeal").fill(ANSWER)
    desk.get_by_role("button", name="Answer and release").click()
    desk.get_by_text("it was level 6 and is level 8 now").wait_for()

    page.reload()
    page.evaluate((settings.ROOT / "node_modules/axe-core/axe.min.js").read_text())
    broken = "axe.run('#appeal').then((done) => done.violations.map((v) => [v.id, v.nodes[0].html]))"
    assert page.evaluate(broken) == []
    told = page.locator("#appeal").inner_text()
    for said in ("Before, by Teacher", "Now, by Anna Ear", "The level goes up, from 6 to 8.", ANSWER):
        assert said in told
    assert Appeal.objects.get().decided_by == anna
    assert list(Letter.objects.values_list("user", "kind")) == [(cast.student.pk, "appeal")]
