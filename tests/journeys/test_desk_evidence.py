"""What moved the grade, by keyboard, with a real film and a real, if small, model."""

import dataclasses
import shutil

import pytest
from django.conf import settings
from django.urls import reverse

import ml
from grading import engine
from grading.models import Job, Study
from grading.services import house, studies
from ml import checkpoint
from ml.media import picture_length
from ml.recital import Recital, render
from tests import factories
from tests.ml.synthetic import PREPARATION, SHAPE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SECONDS = 6.0


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    out = tmp_path_factory.mktemp("film") / "film.mp4"
    render(Recital(seed=5, level=6, size=(256, 144), fps=30, seconds=SECONDS), out)
    return out


@pytest.fixture
def submission(cast, house, film, tmp_path):
    engine._grader.cache_clear()
    weights = tmp_path / "weights.safetensors"
    version = factories.model(digest=checkpoint.save(*checkpoint.new(SHAPE, PREPARATION, seed=4), weights))
    version.path.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(weights, version.path)
    performance = factories.media(factories.performance(player=cast.student, duration=picture_length(film)))
    shutil.copy(film, performance.folder / "proxy.mp4")
    windows = [
        {"start": 1.0, "end": 3.0, "visual": 6.0, "aural": 7.4, "fused": 7.2, "low": 5, "high": 8},
        {"start": 3.0, "end": 5.0, "visual": 6.0, "aural": 6.0, "fused": 6.1, "low": 5, "high": 7},
    ]
    crop = dataclasses.asdict(ml.Crop(0.1, 0.1, 0.8, 0.8))
    factories.autograde(performance, model=version, crop=crop, windows=windows)
    return factories.submission(student=cast.student, assignment=cast.assignment, performance=performance)


@pytest.fixture
def desk(cast, submission, chromium, live_server, client_of):
    """The desk in the teacher's browser; at the end nothing may have gone wrong in it."""
    context = chromium.new_context(base_url=live_server.url, viewport={"width": 1440, "height": 900})
    session = client_of(cast.teacher).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(reverse("reviews:desk", args=[submission.pk]))
    page.wait_for_function("() => document.querySelector('video').readyState >= 2")
    yield page
    context.close()
    assert wrong == []


def now(page) -> float:
    return page.evaluate("document.querySelector('video').currentTime")


def answer_everything():
    for job in Job.objects.filter(kind=Job.Kind.EXPLAIN, state=Job.State.QUEUED):
        studies.explain(job.pk)


def test_a_stretch_plays_from_its_beginning_to_its_end(desk):
    desk.get_by_role("button", name="0:01–0:03").press("Enter")
    desk.wait_for_function("() => !document.querySelector('video').paused")
    assert 1.0 <= now(desk) < 3.0
    desk.wait_for_function("() => document.querySelector('video').paused", timeout=10_000)
    assert now(desk) == pytest.approx(3.0, abs=0.3)


def test_it_stands_on_the_axis_too(desk):
    desk.get_by_role("button", name="Highlight 1").press("Enter")
    desk.wait_for_function("() => !document.querySelector('video').paused")
    assert now(desk) >= 1.0


def test_asking_waits_and_then_shows_both_pictures(desk):
    house.beat(name="gpu@here", queue="gpu")
    ask = desk.get_by_role("button", name="Where did it look and listen?")
    ask.press("Enter")
    desk.locator("[data-study]").get_by_text("Next in line.").wait_for()
    assert "Next in line." in desk.locator("[data-said]").text_content()
    answer_everything()
    for alt in ("The picture at", "The sound from"):
        picture = desk.locator(f"[data-study] img[alt^='{alt}']")
        picture.wait_for()
        desk.wait_for_function("picture => picture.complete && picture.naturalWidth > 0", arg=picture.element_handle())
    assert "The model puts this stretch at" in desk.locator("[data-said]").text_content()
    assert ask.get_attribute("aria-expanded") == "true"
    ask.press("Enter")
    assert desk.locator("[data-study] img").first.is_hidden()
    assert ask.get_attribute("aria-expanded") == "false"


def test_an_answer_that_is_kept_is_there_at_once(desk):
    ask = desk.get_by_role("button", name="Where did it look and listen?")
    ask.press("Enter")
    desk.locator("[data-study]").get_by_text("No worker for the model since").wait_for()
    answer_everything()
    desk.reload()
    ask.press("Enter")
    desk.locator("[data-study] img").first.wait_for(timeout=3000)
    assert Study.objects.count() == 1


def test_the_present_moment_can_be_asked_about(desk):
    desk.evaluate("document.querySelector('video').currentTime = 4")
    desk.get_by_role("button", name="Where does it look and listen at 0:04?").press("Enter")
    desk.locator("[data-study]").get_by_text("The model").or_(desk.locator("[data-waiting]")).first.wait_for()
    asked = Study.objects.get().asked
    assert (asked["start"], asked["end"]) == (2.9, 5.1)


def test_an_expired_sign_in_is_told_where_one_asked(desk):
    desk.context.clear_cookies()
    desk.get_by_role("button", name="Where did it look and listen?").press("Enter")
    desk.locator("[data-study]").get_by_text("Your sign-in has expired.").wait_for()
    assert not Study.objects.exists()


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_passes_axe_and_fits_its_width(desk, width, scheme):
    desk.set_viewport_size({"width": width, "height": 900})
    desk.emulate_media(color_scheme=scheme)
    desk.get_by_role("button", name="Where did it look and listen?").press("Enter")
    desk.locator("[data-waiting]").wait_for()
    answer_everything()
    desk.locator("[data-study] img").first.wait_for()
    desk.get_by_text("Second by second").press("Enter")
    desk.evaluate((settings.ROOT / "node_modules/axe-core/axe.min.js").read_text())
    found = "axe.run('[data-evidence]').then((done) => done.violations.map((v) => [v.id, v.nodes[0].html]))"
    assert desk.evaluate(found) == []
    assert desk.evaluate("document.documentElement.scrollWidth") <= width
