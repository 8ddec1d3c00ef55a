"""A student's pages in a real browser: handing in, watching, pressing moments, framing; and axe on each page."""

import json
import subprocess

import imageio_ffmpeg
import pytest
from django.conf import settings

from grading.models import Job, Performance
from submissions.models import Submission, Upload
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SECONDS = 20
PART = 8 * 1024**2


@pytest.fixture
def graded(cast, house):
    performance = factories.performance(player=cast.student, duration=float(SECONDS))
    factories.media(performance)
    ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
    picture, sound = f"testsrc=duration={SECONDS}:size=320x180:rate=30", f"sine=frequency=440:duration={SECONDS}"
    encoding = ["-pix_fmt", "yuv420p", "-g", "30", "-movflags", "+faststart", "-shortest"]
    command = [ffmpeg, "-y", "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound, *encoding]
    for made in (
        [*command, performance.folder / "proxy.mp4"],
        [ffmpeg, "-y", "-i", performance.folder / "proxy.mp4", "-frames:v", "1", performance.folder / "poster.jpg"],
    ):
        subprocess.run(made, check=True, capture_output=True, timeout=60)
    factories.autograde(performance, model=factories.model(champion=True, starter=True))
    return factories.submission(student=cast.student, assignment=cast.assignment, performance=performance, attempt=1)


@pytest.fixture
def open_as(chromium, live_server, client_of):
    """Opens a page as a person; at the end nothing may have gone wrong in any console."""
    contexts, wrong = [], []

    def open_as(user, path, width=1440, **options):
        size = {"width": width, "height": 900}
        context = chromium.new_context(base_url=live_server.url, viewport=size, **options)
        contexts.append(context)
        session = client_of(user).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.goto(path)
        return page

    open_as.wrong = wrong
    yield open_as
    for context in contexts:
        context.close()
    assert wrong == []


def until(page, expression) -> None:
    """Playwright's own wait_for_function evaluates strings in the page, which the content policy forbids."""
    for _ in range(300):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"never came true: {expression}")


def now(page) -> float:
    return page.evaluate("document.querySelector('video').currentTime")


def ready(page):
    until(page, "document.querySelector('video').readyState >= 2")
    return page


def test_a_file_is_handed_in_in_parts_and_the_page_shows_it_on_its_way(cast, open_as, house, tmp_path):
    film = tmp_path / "minuet.mp4"
    film.write_bytes(bytes(range(256)) * 4096 * 20)  # 20 MiB: three parts
    page = open_as(cast.student, f"/assignments/{cast.assignment.pk}/")
    parts = []
    page.on("request", lambda request: parts.append(request.method) if "/uploads/" in request.url else None)
    page.set_input_files("#recording", film)
    page.wait_for_url("**/submissions/**")
    assert parts == ["POST", "PATCH", "PATCH", "PATCH"]
    performance = Submission.objects.get().performance
    assert performance.source_path.read_bytes() == film.read_bytes()
    page.get_by_text("Next in line.").wait_for()

    # the page follows the work by itself, and loads anew when there is more to show
    Job.objects.update(state="running", stage="sound", fraction=0.5)
    page.get_by_text("Listening through the sound").wait_for()
    Job.objects.update(state="failed")
    Performance.objects.update(state="refused", trouble="This file is not a video.")
    page.get_by_text("This file is not a video.").wait_for()


def test_an_upload_goes_on_where_it_stopped(cast, open_as, house, tmp_path):
    film = tmp_path / "minuet.mp4"
    film.write_bytes(bytes(range(256)) * 4096 * 20)
    page = open_as(cast.student, f"/assignments/{cast.assignment.pk}/")
    sent = []
    page.on("request", lambda one: sent.append((one.method, one.headers.get("upload-offset"))))

    def cut(route):
        route.abort() if route.request.headers.get("upload-offset") == str(PART) else route.continue_()

    page.route("**/uploads/**", cut)
    page.set_input_files("#recording", film)
    until(page, "document.querySelector('[data-upload-bar]').value > 0.3")
    upload = Upload.objects.get()
    for _ in range(100):
        upload.refresh_from_db()
        if upload.offset == PART:
            break
        page.wait_for_timeout(50)
    page.goto("about:blank")  # the lid is closed
    page.unroute("**/uploads/**")
    sent.clear()
    page.goto(f"/assignments/{cast.assignment.pk}/")
    page.set_input_files("#recording", film)
    page.wait_for_url("**/submissions/**")
    assert [one for one in sent if one[0] in {"HEAD", "PATCH", "POST"}] == [
        ("HEAD", None),
        ("PATCH", str(PART)),
        ("PATCH", str(2 * PART)),
    ]
    assert Submission.objects.get().performance.source_path.read_bytes() == film.read_bytes()
    open_as.wrong[:] = [line for line in open_as.wrong if "ERR_FAILED" not in line]  # the cut we made


def test_what_cannot_be_taken_is_refused_before_it_is_sent(cast, open_as, house, tmp_path, settings):
    settings.RECORDING_MAX_BYTES = 1000
    film = tmp_path / "long.mp4"
    film.write_bytes(b"x" * 1001)
    page = open_as(cast.student, f"/assignments/{cast.assignment.pk}/")
    page.set_input_files("#recording", film)
    page.get_by_text("at most 0.0 MB can be handed in").wait_for()
    assert not Upload.objects.exists()
    page.get_by_text("Choose a video").wait_for()


def test_the_sentence_of_the_server_reaches_the_student(cast, open_as, house, tmp_path, settings):
    film = tmp_path / "a.mp4"
    film.write_bytes(b"music")
    page = open_as(cast.student, f"/assignments/{cast.assignment.pk}/")
    settings.RECORDING_MAX_BYTES = 4  # lowered while the page is open
    page.set_input_files("#recording", film)
    page.get_by_text("at most 4 bytes can be handed in").wait_for()
    open_as.wrong[:] = [line for line in open_as.wrong if "413" not in line]


def test_a_moment_is_pressed_and_the_picture_goes_there(cast, open_as, graded):
    factories.result(graded.performance, rater=cast.teacher, remarks=((12.0, "Here."),))
    page = ready(open_as(cast.student, f"/submissions/{graded.pk}/"))
    page.get_by_role("button", name="0:12", exact=True).click()
    until(page, "document.querySelector('video').currentTime >= 12")
    assert now(page) < 15


def test_light_and_dark_are_kept(cast, open_as):
    page = open_as(cast.student, "/")
    paper = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(paper) == "rgb(250, 248, 243)"
    page.locator(".self summary").click()
    page.get_by_role("button", name="Light or dark").click()
    assert page.evaluate(paper) == "rgb(22, 21, 20)"
    page.reload()
    assert page.evaluate(paper) == "rgb(22, 21, 20)"


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1440, "dark")])
def test_every_page_passes_axe_and_fits_its_width(cast, open_as, graded, width, scheme):
    released = factories.submission(
        student=cast.student,
        assignment=cast.assignment,
        performance=factories.media(factories.performance(player=cast.student)),
    )
    factories.autograde(released.performance)
    factories.result(released.performance, rater=cast.teacher, remarks=((12.0, "Here."),))
    axe = (settings.ROOT / "node_modules/axe-core/axe.min.js").read_text()
    paths = {
        cast.student: ["/", "/courses/", f"/courses/{cast.course.pk}/", f"/assignments/{cast.assignment.pk}/",
                       f"/submissions/{graded.pk}/", f"/submissions/{released.pk}/", "/profile/", "/join/", "/status/"],
        cast.teacher: ["/", f"/courses/{cast.course.pk}/", f"/courses/{cast.course.pk}/assignments/new/", "/pieces/"],
    }  # fmt: skip
    found = {}
    for user, addresses in paths.items():
        page = open_as(user, "/", width, color_scheme=scheme, bypass_csp=True)
        for address in addresses:
            page.goto(address)
            page.wait_for_load_state("networkidle")
            page.evaluate(axe)
            broken = page.evaluate("axe.run().then((done) => done.violations.map((v) => [v.id, v.nodes[0].html]))")
            wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            if broken or wider > 0:
                found[user.name, address] = broken, wider
    assert found == {}, json.dumps([list(map(str, item)) for item in found.items()], indent=1)
