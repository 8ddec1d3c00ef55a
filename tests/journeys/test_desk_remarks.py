"""Remarks on the desk in a real browser: written, dragged, spoken, refused; none of them is lost."""

import pytest

from grading.models import Job, Rating, Result, Spoken, Technique
from grading.services import spoken as voices
from reviews.models import Draft, Phrase
from tests.journeys.drafts import body, desk, said, until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


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


def begin_to_speak(page):
    page.keyboard.press("s")
    page.get_by_role("button", name="Stop", exact=True).wait_for()
    level = page.locator("[data-voice-level]")
    until(page, lambda: float(level.evaluate("meter => meter.value")) > 0.02)
    page.wait_for_timeout(1200)


def record(page):
    begin_to_speak(page)
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


def test_what_is_begun_keeps_its_moment(teacher, submission):
    page = desk(teacher, submission)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("r")
    page.keyboard.type("This phrase.")
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("u")
    page.keyboard.press("r")  # back to the words
    page.keyboard.press("Enter")
    until(page, lambda: Draft.objects.filter(body__remarks__0__text="This phrase.").exists())
    (remark,) = body()["remarks"]
    assert (remark["start"], remark["end"]) == (2, 4)


def test_speaking_pauses_the_player_and_marks_the_moment(teacher, submission):
    page = desk(teacher, submission)
    page.keyboard.press("ArrowRight")
    page.keyboard.press(" ")
    until(page, lambda: page.evaluate("document.querySelector('video').currentTime > 2.2"))
    record(page)
    assert page.evaluate("document.querySelector('video').paused")
    spoken_at = page.evaluate("document.querySelector('video').currentTime")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("r")
    page.keyboard.press("Enter")
    until(page, lambda: Draft.objects.filter(body__remarks__0__spoken__isnull=False).exists())
    assert body()["remarks"][0]["start"] == pytest.approx(spoken_at, abs=0.1)


def test_what_was_spoken_is_still_in_the_form_after_a_reload(teacher, submission):
    page = desk(teacher, submission)
    record(page)
    page.reload()
    page.locator("html[data-desk='ready']").wait_for()
    page.locator("[data-voice-audio]").wait_for()
    page.keyboard.press("r")
    page.keyboard.press("Enter")
    until(page, lambda: Draft.objects.filter(body__remarks__0__spoken__isnull=False).exists())
    assert Spoken.objects.get().source_path.stat().st_size > 1000


def test_a_release_takes_what_is_still_being_spoken(teacher, submission):
    page = desk(teacher, submission)
    page.keyboard.press("6")
    begin_to_speak(page)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/review/")
    assert Result.objects.get().rating.remarks.get().spoken.source_path.stat().st_size > 1000


@pytest.fixture
def spoken_about(teacher, submission):
    """The desk with a spoken remark that has arrived, and the job that makes it playable."""
    page = desk(teacher, submission)
    record(page)
    page.get_by_role("button", name="Add", exact=True).click()
    page.locator("[data-remark-list]").get_by_text("being made playable").wait_for()
    return page, Job.objects.get(kind=Job.Kind.SPOKEN)


def test_the_teacher_sees_when_a_spoken_remark_can_be_played(spoken_about):
    page, job = spoken_about
    voices.make_playable(job.pk)
    page.get_by_text("being made playable").wait_for(state="hidden")
    assert job.spoken.path.stat().st_size > 1000
    page.reload()
    page.locator("html[data-desk='ready']").wait_for()
    audio = page.locator("[data-remark-list] audio")
    audio.evaluate("sound => { sound.muted = true; return sound.play(); }")
    until(page, lambda: audio.evaluate("sound => sound.currentTime > 0"))


def test_a_spoken_remark_that_cannot_be_played_is_told_at_once(spoken_about):
    page, job = spoken_about
    job.spoken.source_path.write_bytes(b"This is no sound.")
    voices.make_playable(job.pk)
    page.locator("[data-remark-said]", has_text="What you spoke at 0:00 cannot be played.").wait_for()
    assert page.get_by_text("This remark could not be read.").count() == 2  # and beside the remark, where it stays
    page.keyboard.press("6")
    page.keyboard.press("Control+Enter")
    page.get_by_text("One of the spoken remarks cannot be played.").wait_for()
    assert not Rating.objects.exists()
