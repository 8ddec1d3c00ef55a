"""What a teacher types on the desk is never lost: expired sign-ins, killed connections, second tabs, colleagues."""

import json
import re
import subprocess
from datetime import timedelta

import imageio_ffmpeg
import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from grading.models import Abstention, Criterion, Rating, Result, Spoken, Technique
from reviews.models import Draft, Marking, Phrase
from submissions.models import Submission
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
def browse(chromium, live_server, client_of):
    """A browser in which a person is signed in; at the end no script may have failed."""
    contexts, wrong = [], []

    def browse(user, width=1440, **options):
        size = {"width": width, "height": 900}
        context = chromium.new_context(base_url=live_server.url, viewport=size, **options)
        context.set_default_timeout(20_000)
        session = client_of(user).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        context.on("weberror", lambda error: wrong.append(str(error.error)))
        contexts.append(context)
        return context

    yield browse
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.fixture
def teacher(browse, cast):
    return browse(cast.teacher)


def desk(context, submission):
    page = context.new_page()
    page.goto(reverse("reviews:desk", args=[submission.pk]))
    page.locator("html[data-desk='ready']").wait_for()
    return page


def said(page, words):
    page.locator("[data-saved]", has_text=re.compile(f"^{words}")).wait_for()


def sign_in(page, user):
    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda address: "sign-in" not in address)


def until(page, true):
    for _ in range(200):
        if true():
            return
        page.wait_for_timeout(50)
    pytest.fail("It never came true.")


def body():
    return Draft.objects.get().body


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


# remarks


def test_a_remark_has_its_mark_criterion_and_technique_all_by_keyboard(teacher, submission):
    thumb = Technique.objects.create(name="Thumb under")
    page = desk(teacher, submission)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("r")
    page.keyboard.type("Let the hand follow.")
    page.keyboard.press("Tab")  # Add
    page.keyboard.press("Tab")  # the marks
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.type("Touch")
    page.keyboard.press("Tab")
    page.keyboard.type("Thumb")
    page.keyboard.press("Enter")
    until(page, lambda: Draft.objects.filter(body__remarks__0__text="Let the hand follow.").exists())
    (remark,) = body()["remarks"]
    assert (remark["mark"], remark["criterion"], remark["technique"]) == ("mistake", "touch", thumb.pk)
    line = page.locator("[data-remark-list] li")
    assert "mistake" in line.inner_text()
    assert "Touch · Thumb under" in line.inner_text()


def test_a_stretch_is_dragged_on_the_axis(teacher, submission):
    page = desk(teacher, submission)
    box = page.locator("[data-track]").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 3, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 20, steps=6)
    page.mouse.up()
    until(page, lambda: page.evaluate("document.activeElement.id") == "remark-text")
    page.keyboard.type("This phrase.")
    page.keyboard.press("Enter")
    until(page, lambda: Draft.objects.filter(body__remarks__0__text="This phrase.").exists())
    (remark,) = body()["remarks"]
    assert (remark["start"], remark["end"]) == (pytest.approx(2, abs=0.1), pytest.approx(3, abs=0.1))


def test_a_deleted_remark_can_be_brought_back(teacher, submission):
    page = desk(teacher, submission)
    page.locator("[data-remark-text]").fill("Keep me.")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Delete the remark at 0:00").click()
    assert page.locator("[data-remark-list] li").count() == 0
    page.keyboard.press("Enter")  # the focus is on 'Bring it back'
    assert page.locator("[data-remark-list] li").count() == 1
    until(page, lambda: Draft.objects.filter(body__remarks__0__text="Keep me.").exists())


def test_writing_pauses_the_player_and_adding_goes_on(teacher, submission):
    page = desk(teacher, submission)
    paused = "document.querySelector('video').paused"
    page.keyboard.press(" ")
    until(page, lambda: not page.evaluate(paused))
    page.keyboard.press("r")
    assert page.evaluate(paused)
    page.keyboard.type("Here.")
    page.keyboard.press("Enter")
    until(page, lambda: not page.evaluate(paused))


def test_a_phrase_is_found_by_a_stroke_and_a_new_one_kept(teacher, cast, submission):
    Phrase.objects.create(teacher=cast.teacher, text="Listen to the bass line.")
    Phrase.objects.create(teacher=cast.teacher, text="Sing it first.")
    Phrase.objects.create(teacher=cast.admin, text="Not hers.")
    page = desk(teacher, submission)
    text = page.locator("[data-remark-text]")
    page.keyboard.press("r")
    page.keyboard.type("/")
    options = page.get_by_role("listbox", name="Phrases").get_by_role("option")
    options.first.wait_for()
    assert sorted(options.all_inner_texts()) == ["Listen to the bass line.", "Sing it first."]
    page.keyboard.type("si")
    options.filter(has_text="Listen").wait_for(state="hidden")
    page.keyboard.press("Enter")
    assert text.input_value() == "Sing it first."
    assert text.get_attribute("aria-expanded") == "false"
    text.fill("Breathe with the phrase.")
    page.get_by_role("button", name="Keep as phrase").click()
    page.get_by_text("Kept as a phrase").wait_for()
    assert Phrase.objects.filter(teacher=cast.teacher, text="Breathe with the phrase.").exists()


def record(page):
    page.keyboard.press("s")
    page.get_by_role("button", name="Stop", exact=True).wait_for()
    level = page.locator("[data-voice-level]")
    until(page, lambda: float(level.evaluate("meter => meter.value")) > 0.02)
    page.wait_for_timeout(1200)
    page.keyboard.press("s")
    page.locator("[data-voice-audio]").wait_for()


def test_a_spoken_remark_is_recorded_heard_and_kept(teacher, submission):
    page = desk(teacher, submission)
    record(page)
    audio = page.locator("[data-voice-audio]")
    until(page, lambda: audio.evaluate("sound => (sound.load(), sound.src.startsWith('blob:'))"))
    assert not Spoken.objects.exists()  # nothing is sent before it is kept
    page.get_by_role("button", name="Add").click()
    until(page, lambda: Draft.objects.filter(body__remarks__0__spoken__isnull=False).exists())
    spoken = Spoken.objects.get()
    assert body()["remarks"][0]["spoken"] == str(spoken.pk)
    assert spoken.source_path.stat().st_size > 1000
    page.keyboard.press("6")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/review/")
    assert Result.objects.get().rating.remarks.get().spoken == spoken


def test_a_spoken_remark_outlives_a_lost_connection_and_a_closed_tab(teacher, submission):
    page = desk(teacher, submission)
    teacher.route("**/spoken/", lambda route: route.abort())
    record(page)
    page.get_by_role("button", name="Add").click()
    said(page, ".*waits in this browser")
    page.close()
    teacher.unroute("**/spoken/")
    page = desk(teacher, submission)
    until(page, lambda: Draft.objects.filter(body__remarks__0__spoken__isnull=False).exists())
    assert Spoken.objects.get().source_path.stat().st_size > 1000


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
