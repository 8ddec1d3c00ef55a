"""The queue in a real browser: by keyboard alone, on every width, and a batch that wants to be heard first."""

import pytest
from django.conf import settings
from django.urls import reverse

from grading.models import Result
from reviews.models import Marking
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = (settings.ROOT / "node_modules/axe-core/axe.min.js").read_text()
QUEUE = reverse("reviews:queue")


@pytest.fixture
def others(cast, house):
    """Two more that wait, after the one that can be played: one blind, one that the model is not sure about."""
    blind = factories.submission(student=cast.student, assignment=cast.assignment, blind=True)
    wide = factories.submission(student=cast.student, assignment=cast.assignment)
    factories.autograde(factories.media(blind.performance))
    factories.autograde(factories.media(wide.performance), low=2, high=9)
    return blind, wide


def focused(page) -> str:
    return page.evaluate("document.activeElement.getAttribute('href')")


def test_it_is_gone_through_by_keyboard(teacher, submission, others):
    blind, wide = others
    page = teacher.new_page()
    page.goto(QUEUE)
    rows = [reverse("reviews:desk", args=[each.pk]) for each in (wide, blind, submission)]
    for key, row in (("j", 0), ("j", 1), ("j", 2), ("j", 2), ("k", 1), ("k", 0), ("k", 0)):
        page.keyboard.press(key)
        assert focused(page) == rows[row]
    page.keyboard.press("x")
    assert page.locator("[name=pick]:checked").count() == 0, "what the model is not sure about cannot be ticked"
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{rows[0]}")
    assert not Marking.objects.exists(), "looking takes nothing"


def test_n_claims_the_next_one(teacher, cast, submission, others):
    page = teacher.new_page()
    page.goto(QUEUE)
    page.locator("[name=student]").focus()
    page.keyboard.press("n")
    assert not Marking.objects.exists(), "a letter that is written is no command"
    page.goto(QUEUE)
    page.keyboard.press("n")
    page.wait_for_url(f"**{reverse('reviews:desk', args=[others[1].pk])}")
    assert Marking.objects.get().teacher == cast.teacher


def test_another_word_in_the_sentence_shows_the_other_list(teacher, submission, others):
    page = teacher.new_page()
    page.goto(f"{QUEUE}?sort=-due")
    page.locator("[name=why]").select_option("blind")
    page.wait_for_url("**/review/?sort=-due&why=blind")
    assert page.locator("[data-open]").count() == 1


def test_without_scripts_the_sentence_has_a_button_and_the_boxes_can_be_ticked(browse, cast, submission, others):
    page = browse(cast.teacher, java_script_enabled=False).new_page()
    page.goto(QUEUE)
    page.locator("[name=why]").select_option("uncertain")
    page.get_by_role("button", name="Show").click()
    assert page.locator("[data-open]").count() == 1
    page.goto(QUEUE)
    page.locator("[name=pick]").check()
    page.get_by_role("button", name="Accept several").click()
    page.locator("[name=accept]").check()
    page.get_by_role("button", name="Release what is ticked").click()
    page.wait_for_url(f"**{QUEUE}")
    assert Result.objects.get().rating.batch


def test_a_level_is_agreed_with_only_once_its_stretch_was_played(teacher, submission):
    page = teacher.new_page()
    page.goto(f"{reverse('reviews:batch')}?pick={submission.pk}")
    box = page.locator("[name=accept]")
    assert box.is_disabled()
    page.evaluate(
        """() => {
            const video = document.querySelector("video");
            video.muted = true;
            return new Promise((done) => {
                video.addEventListener("loadedmetadata", () => { video.currentTime = 5.5; video.play(); });
                video.addEventListener("ended", done);
                video.load();
            });
        }"""
    )
    assert box.is_disabled(), "leaping to the end is not listening"
    page.evaluate("() => { const video = document.querySelector('video'); video.currentTime = 0; video.play(); }")
    page.wait_for_function("() => !document.querySelector('[name=accept]').disabled")
    assert page.locator("[data-heard]").inner_text() == "Heard."
    box.check()
    page.get_by_role("button", name="Release what is ticked").click()
    page.wait_for_url(f"**{QUEUE}")
    assert Result.objects.get().level == 6


@pytest.mark.parametrize("width", [390, 820, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_both_pages_and_nothing_jumps(browse, cast, submission, others, width, scheme):
    page = browse(cast.teacher, width=width, color_scheme=scheme).new_page()
    for address in (QUEUE, f"{reverse('reviews:batch')}?pick={submission.pk}"):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(SHIFT) < 0.01
        page.evaluate(AXE)
        asked = "() => axe.run().then((done) => done.violations.map((found) => [found.id, found.nodes[0].html]))"
        assert page.evaluate(asked) == []


# How far things have moved since the page began to load.
SHIFT = """() => new Promise((done) => {
    let moved = 0;
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) moved += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
    setTimeout(() => done(moved), 300);
})"""
