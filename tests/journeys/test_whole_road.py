"""The whole road, walked in a real browser with real workers, from a student's upload to a grade by the new model."""

import pytest

from ml.recital import Recital, render
from tests.journeys.people import Admin, Student, Teacher
from tests.journeys.site import running

# Recordings of the demo school that are graded and wait for a teacher: of six students in two courses.
WAITING = (15, 16, 17, 18, 19, 20, 21)
HIGHER = 3  # levels by which these teachers hear more than the model
# Times through the labels: long enough for a worker to be killed on the way, and as short as it learns at all.
LONG, SHORT = 90, 60


@pytest.fixture(scope="module")
def films(tmp_path_factory):
    folder = tmp_path_factory.mktemp("films")
    made = []
    for seed in (71, 72):
        film = folder / f"take-{seed}.mp4"
        render(Recital(seed=seed, level=4, piece="lullaby", player=71, size=(640, 360), seconds=8), film)
        made.append(film)
    return made


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_from_a_recording_to_a_retrained_model(chromium, films, var):
    with running(var, takes=WAITING, JOB_LEASE_SECONDS="8") as site:
        admin = Admin(chromium, site.url, "admin1@example.org")
        admin.blind_share("Piano I, Tuesday", 0)
        student = Student(chromium, site.url, "student1@example.org")
        first = student.hand_in("Lullaby", films[0])
        provisional = student.wait_for_grade(first)
        assert "starter" in student.page.locator("main").inner_text()

        wanted = min(provisional + HIGHER, 10)
        teacher = Teacher(chromium, site.url, "teacher1@example.org")
        teacher.override(first, level=wanted, reason="The phrasing is far ahead of the notes.", remark="Lovely swell.")
        for waiting in teacher.api("/api/submissions/?limit=100")["results"]:
            if waiting["result"] is None:
                grade = waiting["autograde"]
                teacher.post(
                    f"/api/submissions/{waiting['id']}/rating/",
                    {
                        "level": min(round(grade["level"]) + HIGHER, 10),
                        "reason": "Heard in the room.",
                        "autograde": grade["id"],
                    },
                )

        student.page.reload()
        shown = student.page.locator("main").inner_text()
        assert f"decided on level {wanted}" in shown
        assert "Lovely swell." in shown

        admin.page.goto("/lab/")
        assert "labels are new" in admin.page.locator(".lab-step").inner_text()
        candidate = admin.train(times=LONG, seed=1, meanwhile=lambda: site.kill("training"))
        assert "champion" in admin.page.locator("main").inner_text()
        admin.page.goto("/lab/runs/1/")
        assert "Attempt 2: going on from the last checkpoint." in admin.page.locator("[data-log]").inner_text()
        admin.train(times=SHORT, seed=2)
        admin.page.goto("/lab/runs/2/")
        admin.page.get_by_role("link", name="Compare with the one before").click()
        differing = admin.page.get_by_role("region", name="What was different").inner_text()
        assert "Seed" in differing
        assert str(LONG) in differing
        models = admin.api("/api/models/")["results"]
        assert [model["stage"] for model in models] == ["candidate", "candidate", "champion"]
        assert "Another level than now" in admin.look_at_what_would_change(candidate)
        admin.promote(candidate, "It hears what our teachers hear.")

        second = student.hand_in("Lullaby", films[1])
        student.wait_for_grade(second)
        page = student.page.locator("main").inner_text()
        assert "version 2" in page
        assert "starter" not in page

        moved = {grade["id"]: grade["autograde"] for grade in admin.api("/api/submissions/?limit=100")["results"]}
        assert moved[second.rstrip("/").rsplit("/", 1)[-1]]["model"] == 2
        assert provisional + 1 <= moved[second.rstrip("/").rsplit("/", 1)[-1]]["level"], "it learned from the teachers"

        admin.roll_back()
        assert [model["stage"] for model in admin.api("/api/models/")["results"]] == [
            "candidate",
            "archived",
            "champion",
        ]
        assert [*student.wrong, *teacher.wrong, *admin.wrong] == []
