"""What a teacher types on the desk is never lost: expired sign-ins, killed connections, second tabs, colleagues."""

import json
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from grading.models import Abstention, Criterion, Rating, Result, Technique
from reviews.models import Draft, Marking
from submissions.models import Submission
from tests import factories
from tests.journeys.drafts import body, desk, said

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sign_in(page, user):
    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda address: "sign-in" not in address)


# an expired sign-in


def test_what_is_typed_after_the_sign_in_expired_goes_through_once_signed_in_again(teacher, cast, submission):
    page = desk(teacher, submission)
    page.locator("#comment").fill("Before.")
    said(page, "Saved")
    Session.objects.all().delete()
    page.locator("#comment").fill("Before. And after.")
    page.keyboard.press("Escape")
    page.keyboard.press("7")
    said(page, "Not saved: you are signed out")
    assert body()["comment"] == "Before."
    with teacher.expect_page() as opened:
        page.get_by_role("link", name="Sign in as Teacher").click()
    sign_in(opened.value, cast.teacher)
    page.bring_to_front()
    said(page, "Saved")
    assert (body()["comment"], body()["level"]) == ("Before. And after.", 7)
    page.get_by_text("You are signed out.").wait_for(state="hidden")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/review/")
    result = Result.objects.get()
    assert (result.level, result.rating.comment) == (7, "Before. And after.")


def test_a_release_waits_for_the_sign_in_too(teacher, cast, submission):
    page = desk(teacher, submission)
    page.keyboard.press("6")
    said(page, "Saved")
    Session.objects.all().delete()
    page.keyboard.press("Control+Enter")
    said(page, "Not released yet: you are signed out")
    assert not Rating.objects.exists()
    other = teacher.new_page()
    other.goto(reverse("accounts:sign_in"))
    sign_in(other, cast.teacher)
    page.wait_for_url("**/review/")
    assert Result.objects.get().level == 6


def test_nothing_goes_through_under_somebody_elses_name(teacher, cast, submission):
    page = desk(teacher, submission)
    Session.objects.all().delete()
    other = teacher.new_page()
    other.goto(reverse("accounts:sign_in"))
    sign_in(other, cast.admin)
    page.locator("#comment").fill("Mine alone.")
    said(page, "Not saved: somebody else has signed in")
    assert not Draft.objects.exists()
    page.get_by_role("link", name="Sign in as Teacher").wait_for()


# a lost connection


def test_a_house_that_fell_over_and_a_closed_tab_lose_nothing(teacher, submission, monkeypatch):
    page = desk(teacher, submission)
    page.keyboard.press("5")
    said(page, "Saved")
    with monkeypatch.context() as broken:
        broken.setattr("reviews.services.drafts.save", None)
        page.locator("#comment").fill("Typed into the void.")
        page.locator("[data-remark-text]").fill("Half a rem")
        said(page, "Not saved: the house does not answer")
        page.close()
        teacher.new_page().wait_for_timeout(500)  # its last breath is in vain too
    assert body()["comment"] == ""
    page = desk(teacher, submission)
    said(page, "Saved")
    assert body()["comment"] == "Typed into the void."
    assert page.locator("[data-remark-text]").input_value() == "Half a rem"


def test_offline_says_so_and_goes_on_by_itself(teacher, submission):
    page = desk(teacher, submission)
    page.wait_for_load_state("networkidle")
    teacher.set_offline(True)
    said(page, "Offline")
    page.locator("#comment").fill("On the train.")
    said(page, "Not saved")
    teacher.set_offline(False)
    said(page, "Saved")
    assert body()["comment"] == "On the train."


def test_a_release_whose_answer_was_lost_releases_once(teacher, submission):
    page = desk(teacher, submission)
    page.keyboard.press("6")
    said(page, "Saved")
    lost = []

    def lose(route):
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch())
            route.abort()

    teacher.route("**/release/", lose)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/review/")
    assert lost[0].ok
    assert Rating.objects.count() == 1


def test_a_save_whose_answer_was_lost_is_no_second_version(teacher, submission):
    page = desk(teacher, submission)
    lost = []

    def lose(route):
        if lost or route.request.method != "PUT":
            route.continue_()
        else:
            lost.append(route.fetch())
            route.abort()

    teacher.route("**/draft/", lose)
    page.locator("#comment").fill("Once.")
    said(page, "Not saved")
    page.locator("#comment").fill("Once. And on.")
    said(page, "Saved")
    assert lost[0].ok
    assert body()["comment"] == "Once. And on."
    assert page.locator("[data-versions]").is_hidden()


def test_an_answer_that_was_cut_off_is_no_answer(teacher, submission):
    page = desk(teacher, submission)
    half = {"status": 200, "content_type": "application/json", "body": '{"version": 1, "sente'}
    teacher.route("**/draft/", lambda route: route.fulfill(**half))
    page.locator("#comment").fill("Half an answer.")
    said(page, "Not saved: the house does not answer")
    teacher.unroute("**/draft/")
    said(page, "Saved")
    assert body()["comment"] == "Half an answer."


def test_changing_something_holds_a_waiting_release_back(teacher, submission):
    page = desk(teacher, submission)
    page.keyboard.press("6")
    said(page, "Saved")
    teacher.route("**/release/", lambda route: route.abort())
    page.keyboard.press("Control+Enter")
    said(page, "Not released yet")
    page.keyboard.press("7")
    teacher.unroute("**/release/")
    said(page, "Saved")
    page.wait_for_timeout(3500)
    assert not Rating.objects.exists()
    assert body()["level"] == 7


# two versions


def test_of_two_tabs_both_versions_are_shown_and_mine_can_be_kept(teacher, submission):
    first, second = desk(teacher, submission), desk(teacher, submission)
    first.locator("#comment").fill("from the first")
    said(first, "Saved")
    second.locator("#comment").fill("from the second")
    row = second.get_by_role("row", name="Comment from the second from the first")
    row.wait_for()
    assert body()["comment"] == "from the first"
    second.get_by_role("button", name="Keep mine here").click()
    said(second, "Saved")
    assert body()["comment"] == "from the second"


def test_the_newer_version_can_be_taken(teacher, submission):
    first, second = desk(teacher, submission), desk(teacher, submission)
    first.keyboard.press("8")
    first.locator("[name='criterion-touch'][value='4']").check(force=True)
    said(first, "Saved")
    second.locator("#comment").fill("from the second")
    second.get_by_role("button", name="Take the newer one").click()
    assert second.locator("[name='level']:checked").input_value() == "8"
    assert second.locator("[name='criterion-touch']:checked").input_value() == "4"
    assert second.locator("#comment").input_value() == ""
    second.locator("#comment").fill("and on")
    said(second, "Saved")
    assert (body()["level"], body()["comment"]) == (8, "and on")


def test_a_tab_that_was_left_open_notices_the_other_when_it_is_looked_at(teacher, submission):
    first, second = desk(teacher, submission), desk(teacher, submission)
    second.locator("#comment").fill("elsewhere")
    said(second, "Saved")
    first.bring_to_front()
    first.evaluate("window.dispatchEvent(new Event('focus'))")
    first.get_by_text("Another tab has changed this draft.").wait_for()
    first.get_by_role("button", name="Take the newer one").click()
    assert first.locator("#comment").input_value() == "elsewhere"


def test_a_colleagues_release_is_noticed_and_nothing_overwritten(teacher, cast, submission):
    page = desk(teacher, submission)
    page.keyboard.press("6")
    said(page, "Saved")
    factories.result(submission.performance, rater=cast.admin, level=4)
    page.locator("#comment").fill("Still at it.")
    page.get_by_text("Admin released this recording at level 4.").wait_for()
    said(page, "Saved")
    page.keyboard.press("Control+Enter")
    page.get_by_text("Nothing of yours was released; please look again.").wait_for()
    assert Result.objects.get().level == 4
    page.get_by_role("button", name="Go on here").click()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/review/")
    assert (Result.objects.get().level, Rating.objects.count()) == (6, 2)


# rating first


def test_a_blind_recording_is_revealed_once_it_is_rated(teacher, submission):
    Submission.objects.update(blind=True)
    page = desk(teacher, submission)
    assert page.get_by_text("The model's grade is shown afterwards.").is_visible()
    page.keyboard.press("a")  # there is nothing to agree with
    assert page.locator("[name='level']:checked").count() == 0
    page.keyboard.press("3")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/reveal/")
    assert page.get_by_text("Your level is three below the model's 6.").is_visible()
    assert not Rating.objects.get().autograde_visible
    page.get_by_role("link", name="Look again").click()
    page.locator("html[data-desk='ready']").wait_for()
    assert page.get_by_role("button", name="Agree").is_visible()
    assert page.locator("[name='level']:checked").input_value() == "3"
    page.go_back()
    page.get_by_role("button", name="Let it stand").click()
    page.wait_for_url("**/review/")


# no level


def test_no_level_is_given_by_keyboard(teacher, submission):
    page = desk(teacher, submission)
    page.get_by_role("link", name="Give no level").focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog").wait_for()
    page.get_by_label("The recording cannot be judged.").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("The left hand is not in the picture.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/review/")
    abstention = Abstention.objects.get()
    assert (abstention.kind, abstention.reason) == ("unusable", "The left hand is not in the picture.")


# the rubric


def test_words_follow_the_key_and_marks_suggest_but_never_choose(teacher, cast, submission):
    cast.rubric.levels = {"4": "Slips, but goes on.", "8": "Sings throughout."}
    cast.rubric.save()
    Criterion.objects.filter(key="touch").update(bands={"5": "A line breathes."}, weight=2)
    page = desk(teacher, submission)
    page.keyboard.press("8")
    assert page.get_by_text("Sings throughout.").is_visible()
    assert page.get_by_text("Two above the model's 6: please say why.").is_visible()
    assert page.get_by_text("A line breathes.").is_hidden()
    page.locator("[name='criterion-touch'][value='5']").check(force=True)
    assert page.get_by_text("A line breathes.").is_visible()
    assert page.get_by_text("Your marks together suggest level 10: on average 5.0 of 5.").is_visible()
    assert page.locator("[name='level']:checked").input_value() == "8"


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (768, "light"), (1440, "light"), (1440, "dark")])
def test_the_desk_passes_axe_and_fits_its_width(browse, cast, submission, width, scheme):
    cast.rubric.levels = {"4": "Slips, but goes on."}
    cast.rubric.save()
    Technique.objects.create(name="Thumb under")
    axe = (settings.ROOT / "node_modules/axe-core/axe.min.js").read_text()
    context = browse(cast.teacher, width, color_scheme=scheme, bypass_csp=True)
    remarks = [{"start": 1.0, "end": 2.0, "text": "Here.", "mark": "good", "criterion": "touch"}]
    Draft.objects.create(submission=submission, teacher=cast.teacher, body={"level": 9, "remarks": remarks})
    page = desk(context, submission)
    found = {}

    def look(name):
        page.evaluate(axe)
        broken = page.evaluate("axe.run().then((done) => done.violations.map((v) => [v.id, v.nodes[0].html]))")
        wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if broken or wider > 0:
            found[name] = broken, wider

    look("open")
    Draft.objects.update(version=5, body={"comment": "Elsewhere."})
    page.locator("#comment").fill("Here.")
    page.get_by_role("button", name="Keep mine here").wait_for()
    look("two versions")
    Submission.objects.update(blind=True)
    page.goto(reverse("reviews:desk", args=[submission.pk]))
    page.locator("html[data-desk='ready']").wait_for()
    look("blind")
    until_then = timezone.now() + timedelta(hours=1)
    claim = Marking.objects.create(
        submission=submission, teacher=cast.admin, role=Marking.Role.FIRST, leased_until=until_then
    )
    page.reload()
    page.get_by_text("Admin has this recording on the desk").wait_for()
    page.locator("html[data-desk='ready']").wait_for()
    look("held")
    claim.delete()
    factories.rating(submission.performance, rater=cast.teacher, autograde=submission.performance.autograde)
    page.goto(reverse("reviews:reveal", args=[submission.pk]))
    look("reveal")
    assert found == {}, json.dumps(found, indent=1)
