"""Three recordings graded by keyboard alone, on the whole site, while the page, the connection and the server fail."""

import json
import re

import pytest

from ml.recital import Recital, render
from tests.journeys.hands import KeyboardTeacher, id_of
from tests.journeys.people import Admin, Student
from tests.journeys.site import running

# Recordings of the demo school that wait for a teacher: the minuet, by Lucía and by Theo.
WAITING = (17, 18)

COMMENT = ("The left hand walks already. ", "Now let the right hand sing above it, ", "as it did on Tuesday.")
REASON = "In the room the phrases were freer than the microphone tells."
MISTAKE = {"start": 2.0, "end": None, "text": "F sharp here, not F.", "mark": "mistake", "criterion": "accuracy"}
STRETCH = {"start": 4.0, "end": 6.0, "text": "One breath, from here to the end of the line."}
SPOKEN = {"start": 8.0, "end": None}
# How pages and answers put what the model says.
OF_THE_MODEL = re.compile(r'"(?:level|low|high|visual|aural|fused)": ?\[?\d|keyboard__key--likely|By sight')
UNUSABLE = "The left hand is not in the picture."


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    made = tmp_path_factory.mktemp("film") / "lullaby.mp4"
    render(Recital(seed=73, level=4, piece="lullaby", player=71, size=(480, 270), seconds=7), made)
    return made


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_teacher_grades_three_recordings_by_keyboard_alone_and_no_word_is_lost(chromium, film, var):
    with running(var, takes=WAITING) as site:
        admin = Admin(chromium, site.url, "admin1@example.org")
        admin.blind_share("Piano I, Tuesday", 100)
        mina, lucia, theo = (Student(chromium, site.url, f"student{number}@example.org") for number in (1, 3, 4))
        blind = id_of(mina.hand_in("Lullaby", film))
        overridden, unusable = (student.api("/api/submissions/")["results"][0]["id"] for student in (lucia, theo))
        blind_level = apart_from(mina.wait_for_grade(mina.page.url))
        level = outside(admin.api(f"/api/submissions/{overridden}/")["autograde"])

        teacher = KeyboardTeacher(chromium, site.url, "teacher1@example.org")
        teacher.open_queue()
        assert "Shown once you have rated" in teacher.page.locator("tr", has_text="Lullaby").inner_text()
        teacher.leave("n")
        acts = {
            blind: lambda: rate_blind(teacher, blind_level, mina.api(f"/api/submissions/{blind}/")["autograde"]),
            overridden: lambda: override(teacher, site, level),
            unusable: lambda: give_no_level(teacher),
        }
        while acts:  # in the order of the queue
            acts.pop(teacher.at)()
        assert "That was the last one in the queue." in teacher.page.locator("main").inner_text()

        result = admin.api(f"/api/submissions/{blind}/")["result"]
        assert (result["level"], result["remarks"]) == (blind_level, [])
        expect_override(admin, teacher, overridden, level)
        expect_in_place(lucia, overridden)
        assert admin.api(f"/api/submissions/{unusable}/")["result"] is None
        expect_another_try(theo, unusable, film)
        assert [*mina.wrong, *lucia.wrong, *theo.wrong, *admin.wrong] == []
        # A server that was killed and a connection that was cut are told in the console as such.
        assert [said for said in teacher.wrong if not said.startswith("Failed to load resource")] == []


def rate_blind(teacher, level, grade):
    """Nothing that the browser is given before she has rated tells what the model says; afterwards everything does."""
    page, desk, api = teacher.page, teacher.page.url, f"/api/submissions/{teacher.at}/"
    assert page.get_by_text("The model's grade is shown afterwards.").is_visible()
    teacher.press("a")  # there is nothing to agree with
    assert page.locator("[name='level']:checked").count() == 0
    assert teacher.api(api)["autograde"] is None
    teacher.level(level)
    teacher.sees("Saved")
    teacher.leave("Control+Enter")
    told = [given for given in teacher.given if given.page == desk and given.kind in {"document", "fetch"}]
    assert {given.kind for given in told} == {"document", "fetch"}
    assert [OF_THE_MODEL.findall(given.text) for given in told if OF_THE_MODEL.search(given.text)] == []
    assert [number for number in numbers(grade) if any(number in given.text for given in teacher.given)] == []
    assert "/reveal/" in page.url
    assert "Your level is two" in page.locator("main").inner_text()
    # What was looked for is there to be found now.
    assert OF_THE_MODEL.search(page.request.get(desk).text())
    assert numbers(teacher.api(api)["autograde"]) == numbers(grade)
    teacher.leave("Enter")  # let it stand, on to the next


def override(teacher, site, level):
    """Another level than the model's, with a reason, marks, a comment and three remarks, through three failures."""
    page = teacher.page
    teacher.level(level)
    teacher.mark("timing", 4)
    teacher.tab_to("#reason")
    teacher.type(REASON)
    teacher.press("Escape", "c")
    teacher.type(COMMENT[0])
    teacher.reload()  # in the middle of writing

    teacher.press("c", "Control+End")
    teacher.type(COMMENT[1])
    teacher.later()
    teacher.press("r")
    teacher.type(MISTAKE["text"])
    teacher.press("Tab", "Tab", *["ArrowRight"] * 3)  # past 'Add' to the marks: well done, look here, mistake
    teacher.press("Tab")
    teacher.type("Notes")
    teacher.press("Enter")
    teacher.sees("Saved")

    teacher.later()
    teacher.press("r")
    teacher.type(STRETCH["text"][:12])
    page.context.set_offline(True)
    teacher.type(STRETCH["text"][12:])
    teacher.later()
    teacher.press("u", "r", "Enter")
    teacher.sees("Not saved")
    page.context.set_offline(False)
    teacher.sees("Saved")

    teacher.press("Escape", "c", "Control+End")
    teacher.type(COMMENT[2])
    site.kill("web")
    teacher.later()
    teacher.speak()
    teacher.press("r", "Enter")
    teacher.wait("the server was started again", lambda: site.has_said("web started again"))
    teacher.heard_back()
    teacher.sees("Saved")
    teacher.leave("Control+Enter")


def give_no_level(teacher):
    teacher.tab_to("[data-abstain-open]")
    teacher.press("Enter")
    teacher.page.get_by_role("dialog").wait_for()
    teacher.tab_to("[name='kind']")
    teacher.press("Space", "Tab")
    teacher.type(UNUSABLE)
    teacher.press("Tab")
    teacher.leave("Enter")


def expect_override(admin, teacher, submission, level):
    """The released rating is what was typed, to the letter."""
    result = admin.api(f"/api/submissions/{submission}/")["result"]
    assert (result["level"], result["rule"], result["criteria"]) == (level, "overridden", {"timing": 4})
    assert result["comment"] == "".join(COMMENT)
    plain = {"text": "", "mark": "", "criterion": "", "technique": None, "technique_name": ""}
    unspoken = plain | {"spoken": None, "sound": None}
    spoken = result["remarks"][-1]
    assert result["remarks"] == [
        unspoken | MISTAKE,
        unspoken | STRETCH,
        plain | SPOKEN | {"spoken": spoken["spoken"], "sound": f"/review/spoken/{spoken['spoken']}/"},
    ]
    assert REASON in admin.page.request.get(f"/review/{submission}/history/").text()


def expect_in_place(student, submission):
    """The student sees each remark at its moment, and hears the one that was spoken."""
    page = student.page
    page.goto(f"/submissions/{submission}/")
    page.wait_for_function("document.querySelector('video').readyState >= 2")
    page.locator("[data-remark] [data-seek]", has_text="0:04").click()
    page.wait_for_function(
        "words => document.querySelector('[data-now-said]').innerText === words", arg=STRETCH["text"]
    )
    sound = page.get_by_label("Spoken remark at 0:08")
    sound.evaluate("sound => sound.play()")
    student.wait("it sounds", lambda: sound.evaluate("sound => sound.currentTime") > 0.3)
    assert 0.5 < sound.evaluate("sound => sound.duration") < 60  # a recorder's own file knows no length


def expect_another_try(student, submission, film):
    page = student.page
    page.goto(f"/submissions/{submission}/")
    said = page.locator("main").inner_text()
    assert "Please record it once more" in said
    assert UNUSABLE in said
    page.get_by_role("link", name="Hand in a new recording").click()
    page.set_input_files("#recording", str(film))
    page.wait_for_url(re.compile("/submissions/(?!" + submission + ")"))
    assert "attempt 2" in page.locator("main").inner_text()


def apart_from(level):
    return level + 2 if level <= 8 else level - 2


def outside(grade):
    """A level where the model does not expect it."""
    return grade["high"] + 1 if grade["high"] < 10 else grade["low"] - 1


def numbers(grade):
    """What the model says, as it would stand in a page or an answer: long numbers, which stand for nothing else."""
    return {found for found in re.findall(r"\d+\.\d{3,}", json.dumps(grade)) if len(found) > 5}
