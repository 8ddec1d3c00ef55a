"""A student's way over time and two of their attempts side by side, in a real browser on a phone and on a desk."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from courses.models import Assignment
from grading.models import Study
from grading.services import alignments
from submissions.models import Practice, Submission
from tests import factories
from tests.journeys.test_compare import ANSWER, HERE, THERE, recorded, settled

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AXE = (settings.ROOT / "node_modules/axe-core/axe.min.js").read_text()
SIZES = [(width, scheme) for width in (390, 1440) for scheme in ("light", "dark")]
# What the teacher said of each attempt; None: nothing yet, the model alone.
LEVELS = (3, 4, 4, 5, None, 6, None)


@pytest.fixture
def attempts(cast, house) -> list[Submission]:
    """Seven attempts at one piece and one at another, over three months; the first and the last can be played."""
    Assignment.objects.update(counting="best")
    champion = factories.model(champion=True)
    made = []
    for number, level in enumerate(LEVELS, start=1):
        seconds = {1: THERE, len(LEVELS): HERE}.get(number)
        played = recorded(cast.student, seconds) if seconds else factories.performance(player=cast.student)
        row = factories.submission(student=cast.student, assignment=cast.assignment, performance=played, attempt=number)
        factories.autograde(
            played, model=champion, level=2.6 + number * 0.55, low=2 + number // 2, high=4 + number // 2
        )
        made.append(_days_ago(row, 77 - 11 * number + 2))
        if level is not None:
            marks = {"rhythm": min(level, 5), "touch": max(level - 2, 1), "posture": 3 + number % 2}
            factories.result(played, rater=cast.teacher, level=level, criteria=marks)
    other = factories.assignment(course=cast.course, rubric=cast.rubric)
    _days_ago(factories.submission(student=cast.student, assignment=other, attempt=1), 30)
    return made


def _days_ago(row: Submission, days: int) -> Submission:
    Submission.objects.filter(pk=row.pk).update(created_at=timezone.now() - timedelta(days=days))
    return Submission.objects.get(pk=row.pk)


def in_step(now: Submission, former: Submission) -> None:
    study = alignments.ask_align(performance=now.performance, other=former.performance)
    Study.objects.filter(pk=study.pk).update(answer=ANSWER)


def is_in_order(page, width: int, name: str) -> None:
    """Nothing is wider than the screen, and axe finds nothing."""
    if shots := os.environ.get("PICTURES"):
        page.screenshot(path=Path(shots) / f"{name}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate(AXE)
    broken = page.evaluate("axe.run().then((done) => done.violations.map((v) => [v.id, v.nodes[0].html]))")
    assert broken == [], name


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_progress_fits_its_width_and_passes_axe(browse, cast, attempts, width, scheme):
    page = browse(cast.student, width=width, color_scheme=scheme).new_page()
    page.goto("/progress/")
    for summary in page.locator("summary:visible").all()[1:]:
        summary.click()
    is_in_order(page, width, f"progress-{width}-{scheme}")


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_two_attempts_side_by_side_fit_their_width_and_pass_axe(browse, cast, attempts, width, scheme):
    now, former = attempts[-1], attempts[0]
    in_step(now, former)
    page = browse(cast.student, width=width, color_scheme=scheme).new_page()
    page.goto(f"{reverse('submissions:compare', args=[now.pk])}?with={former.pk}")
    page.wait_for_function("() => document.documentElement.dataset.duet === 'ready'")
    page.wait_for_function("() => [...document.querySelectorAll('video')].every((video) => video.readyState >= 2)")
    is_in_order(page, width, f"compare-{width}-{scheme}")


def test_from_the_page_of_progress_to_both_in_step_and_back(browse, cast, attempts):
    """With the phone: the first attempt beside the latest, put in step when a worker has answered, played together."""
    now, former = attempts[-1], attempts[0]
    page = browse(cast.student, width=390, has_touch=True).new_page()
    page.goto("/progress/")
    page.get_by_role("link", name="Both side by side").first.click()
    page.get_by_text("Both are being put in step.").wait_for()
    in_step(now, former)
    page.get_by_role("heading", name="Tempo").wait_for()
    page.wait_for_function("() => document.documentElement.dataset.duet === 'ready'")
    settled(page, 2.0)
    page.locator("[data-play]").click()
    page.wait_for_function("() => document.querySelector('video').currentTime > 0.5")
    page.wait_for_function("() => !document.querySelectorAll('video')[1].paused")
    page.locator("[data-play]").click()
    page.get_by_role("link", name="Your progress").click()
    page.get_by_text("you handed in or listened to yourself").wait_for()
    assert len(Practice.objects.get(student=cast.student).listened) == 1
