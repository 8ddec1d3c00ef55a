"""On a phone: a child joins and is limited, the guardian opens the mail's link and decides, the child hands in."""

import pytest

from accounts.models import Letter, User
from courses.services import invitations
from submissions.models import Submission

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def phone(chromium, live_server):
    """A phone of somebody's own; no page may be wider than it, and no script may fail."""
    contexts, wrong = [], []

    def phone():
        context = chromium.new_context(base_url=live_server.url, **PHONE)
        context.set_default_timeout(20_000)
        context.on("weberror", lambda error: wrong.append(str(error.error)))
        contexts.append(context)
        return context.new_page()

    yield phone
    for context in contexts:
        context.close()
    assert wrong == []


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def join(page, code, born):
    page.goto(f"/join/?code={code}")
    page.get_by_label("Your name").fill("Clara Wieck")
    page.get_by_label("E-mail address", exact=True).fill("clara@example.org")
    page.get_by_label("Password").fill("legato 88 keys")
    page.get_by_label("Date of birth").fill(born)


def test_a_child_joins_waits_for_its_guardian_and_hands_in(cast, house, phone, tmp_path):
    invitation = invitations.invite(course=cast.course)
    child = phone()
    join(child, invitation.code, "2015-09-13")
    assert child.get_by_text("What do you agree to?").is_hidden()
    assert fits(child)
    child.get_by_label("E-mail address of a parent or guardian").fill("friedrich@example.org")
    child.get_by_role("button", name="Join").click()
    child.wait_for_url("**/courses/**")

    child.goto("/")
    assert child.get_by_role("heading", name="Somebody has to say yes first").is_visible()
    assert fits(child)
    child.goto(f"/assignments/{cast.assignment.pk}/")
    assert child.get_by_text("Your guardian has not confirmed your account yet").is_visible()
    assert child.locator("#recording").count() == 0

    clara = User.objects.get(email="clara@example.org")
    guardian = phone()
    guardian.goto(Letter.objects.get(user=clara).about["address"])
    assert fits(guardian)
    guardian.get_by_label("Your name").fill("Friedrich Wieck")
    for number, answer in enumerate(("Yes", "Yes", "No", "No")):
        guardian.get_by_role("group").nth(number).get_by_label(answer).check()
    guardian.get_by_role("button", name="Send my answers").click()
    guardian.get_by_role("heading", name="Thank you").wait_for()
    assert fits(guardian)

    film = tmp_path / "minuet.mp4"
    film.write_bytes(b"a film of a minuet")
    child.goto(f"/assignments/{cast.assignment.pk}/")
    child.set_input_files("#recording", str(film))
    child.wait_for_url("**/submissions/**")
    performance = Submission.objects.get(student=clara).performance
    assert (performance.may_grade, performance.may_train) == (True, False)


def test_who_is_of_age_decides_on_the_way_in(cast, phone):
    invitation = invitations.invite(course=cast.course)
    page = phone()
    join(page, invitation.code, "1990-09-13")
    assert page.get_by_label("E-mail address of a parent or guardian").is_hidden()
    page.get_by_label("May a model grade my recordings").check()
    assert fits(page)
    page.get_by_role("button", name="Join").click()
    page.wait_for_url("**/courses/**")
    acts = dict(User.objects.get(email="clara@example.org").consents.values_list("purpose", "granted"))
    assert acts == {"grading": True, "second": False, "training": False, "showing": False}
