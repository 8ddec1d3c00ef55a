import re

import pytest
from django.utils import timezone

from grading.models import Performance, Technique
from tests import factories


def handed_in(cast, **fields):
    performance = factories.performance(player=cast.student, **fields)
    return factories.submission(student=cast.student, assignment=cast.assignment, performance=performance, attempt=1)


def page_of(client, submission):
    response = client.get(f"/submissions/{submission.pk}/")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


@pytest.fixture
def graded(cast):
    submission = handed_in(cast)
    factories.autograde(submission.performance, model=factories.model(champion=True, starter=True))
    return submission


@pytest.fixture
def released(cast, graded):
    remarks = ((12.4, "Count the rest."), (67.0, "A lovely echo."))
    factories.result(graded.performance, rater=cast.teacher, level=7, remarks=remarks)
    return graded


def test_a_recording_on_its_way_shows_its_place_in_the_queue(cast, client_of):
    before = handed_in(cast, state="arrived")
    factories.job(before.performance)
    submission = factories.submission(
        student=cast.student,
        assignment=cast.assignment,
        performance=factories.performance(player=cast.student, state="arrived"),
    )
    factories.job(submission.performance)
    factories.beat("media")
    page = page_of(client_of(cast.student), submission)
    assert "1 recording before yours." in page
    assert "<video" not in page
    assert "No worker is running" not in page
    assert f'data-waiting="/submissions/{submission.pk}/progress/?seen=arrived-0-1-0"' in page


def test_it_says_when_no_worker_is_running(cast, client_of):
    submission = handed_in(cast, state="arrived")
    factories.job(submission.performance)
    assert "No worker is running since" in page_of(client_of(cast.student), submission)


@pytest.mark.parametrize("state", ["refused", "failed"])
def test_what_went_wrong_is_a_sentence_and_a_way_on(cast, client_of, state):
    submission = handed_in(cast, state=state, trouble="This file has no sound.")
    page = page_of(client_of(cast.student), submission)
    assert "This file has no sound." in page
    assert f'href="/assignments/{cast.assignment.pk}/"' in page
    assert "Try again" in page
    assert "Try again" not in page_of(client_of(cast.teacher), submission)


def test_a_refused_recording_says_each_thing_that_was_found(cast, client_of):
    findings = [
        {"check": "piano", "rule": "refuse", "measured": {}, "at": None},
        {"check": "dark", "rule": "warn", "measured": {}, "at": 3.0},
    ]
    page = page_of(client_of(cast.student), handed_in(cast, state="refused", trouble="Stored.", findings=findings))
    assert "We could not hear a piano in this recording." in page
    assert "very dark" not in page
    assert "Stored." not in page


def test_a_stored_sentence_is_said_in_the_language_of_the_page(cast, client_of, monkeypatch):
    submission = handed_in(cast, state="failed", trouble="We could not process this recording.")
    monkeypatch.setattr("core.templatetags.clavier.gettext", lambda sentence: f"Translated: {sentence}")
    assert "<p>Translated: We could not process this recording.</p>" in page_of(client_of(cast.student), submission)


@pytest.mark.parametrize("released", [False, True])
def test_of_a_reduced_recording_only_what_was_said_is_left(cast, client_of, graded, released):
    if released:
        factories.result(graded.performance, rater=cast.teacher, remarks=((12.4, "Count the rest."),))
    Performance.objects.update(reduced_at=timezone.now())
    page = page_of(client_of(cast.student), graded)
    assert "The video and the sound of this recording were deleted" in page
    assert ("Count the rest." in page) == released
    assert ("Provisional level 6" in page) == (not released)
    for gone in ("<video", "data-seek", "/media/", "submission.js", "Where the model looks"):
        assert gone not in page


def test_the_page_points_at_what_stands_out_before_the_result_and_after_it_below_the_teachers(cast, client_of, graded):
    window = {"visual": 6.0, "aural": 8.0, "fused": 7.5, "low": 5, "high": 7, "start": 2.0, "end": 8.0}
    graded.performance.autograde.windows = [window]
    graded.performance.autograde.save()
    words, button = "To the ear one and a half levels above the rest.", 'data-seek="2.00" data-until="8.00"'
    before = page_of(client_of(cast.student), graded)
    assert words in before
    assert button in before
    factories.result(graded.performance, rater=cast.teacher)
    after = page_of(client_of(cast.student), graded)
    assert after.index("<h2>Level</h2>") < after.index(words)
    assert button in after


def test_a_frame_that_may_be_wrong_is_said_beside_the_grade(cast, client_of, graded):
    warning = '<a href="#frame">We are not sure that we found the keyboard; please check the frame.</a>'
    assert warning not in page_of(client_of(cast.student), graded)
    Performance.objects.update(crop=factories.CROP | {"confidence": 0.1})
    assert warning in page_of(client_of(cast.student), graded)


def test_without_consent_no_model_is_spoken_of(cast, client_of):
    page = page_of(client_of(cast.student), handed_in(cast, state="prepared", may_grade=False))
    assert "No model looks at it, as was wished. Your teacher listens." in page
    assert "Where the model looks" not in page


def test_a_student_is_led_to_the_attempt_before_this_one_that_still_plays(cast, client_of, graded):
    def attempt(number, **fields):
        performance = factories.performance(player=cast.student, **fields)
        return factories.submission(
            student=cast.student, assignment=cast.assignment, performance=performance, attempt=number
        )

    attempt(2, state="refused")
    attempt(3, reduced_at=timezone.now())
    newest = attempt(4)
    link = f'href="/submissions/{newest.pk}/compare/?with={graded.pk}"'
    assert link in page_of(client_of(cast.student), newest)
    assert link not in page_of(client_of(cast.teacher), newest)
    assert "/compare/" not in page_of(client_of(cast.student), graded)


def test_a_provisional_grade_says_where_it_lies_and_who_says_so(cast, client_of, graded):
    page = page_of(client_of(cast.student), graded)
    assert "Provisional level 6, most likely between 5 and 7." in page
    assert "This grade comes from the starter model" in page
    assert "level 6, by sight" in page
    assert "level 6, by ear" in page
    assert "6.13" not in page.partition("axis-data")[0]
    assert "Where the model looks" in page


def test_a_grown_model_is_not_called_a_starter(cast, client_of):
    submission = handed_in(cast)
    factories.autograde(submission.performance, model=factories.model(champion=True))
    assert "starter model" not in page_of(client_of(cast.student), submission)


def test_a_course_may_keep_the_provisional_grade_to_the_teacher(cast, client_of, graded):
    cast.course.shows_provisional = False
    cast.course.save()
    page = page_of(client_of(cast.student), graded)
    assert "Provisional" not in page
    assert "key--pressed" not in page
    assert '"windows": []' in page
    assert "In this course no grade is shown before your teacher has listened" in page
    assert "Provisional level 6" in page_of(client_of(cast.teacher), graded)
    assert "provisional" not in client_of(cast.student).get("/").content.decode()


def test_a_result_says_first_what_is_good_then_what_to_look_at(cast, client_of, released):
    page = page_of(client_of(cast.student), released)
    good, look, level = (page.index(f"<h2>{title}</h2>") for title in ("What is good", "What to look at", "Level"))
    assert good < page.index("A dance at last.") < page.index("Rhythm") < look
    assert look < page.index("Count the rest.") < page.index("Touch") < level
    assert re.search(r'data-seek="12.40">.*?0:12</button>', page)
    assert re.search(r'data-seek="67.00">.*?1:07</button>', page)
    assert "level 7, by the teacher" in page
    assert "decided on level 7. The model had expected 6, most likely between 5 and 7" in page
    assert "Provisional" not in page
    assert "Where the model looks" not in page


def between(page, start, end):
    """What stands under one heading, before the next."""
    return page.partition(f"<h2>{start}</h2>")[2].partition(f"<h2>{end}</h2>")[0]


def test_a_remark_stands_where_it_belongs_with_what_it_is_about(cast, client_of, graded):
    rating = factories.result(graded.performance, rater=cast.teacher).rating
    wrist = Technique.objects.create(name="Loose wrist")
    rating.remarks.create(start=3.0, end=5.5, text="It sings here.", mark="good", criterion="touch")
    rating.remarks.create(start=9.0, text="Let it fall.", mark="technique", technique=wrist, criterion="posture")
    rating.remarks.create(start=12.0, text="A wrong bass.", mark="mistake")
    page = page_of(client_of(cast.student), graded)
    good, look = between(page, "What is good", "What to look at"), between(page, "What to look at", "Level")
    assert "It sings here." in good
    assert "well done</span> <span>Touch</span>" in good
    assert 'data-seek="3.00" data-until="5.50"' in good
    assert "It sings here." not in look
    assert "technique</span> <span>Posture</span> <span>Loose wrist</span>" in look
    assert look.index("Let it fall.") < look.index("A wrong bass.")
    assert "mistake</span>" in look


def test_the_axis_has_each_remark_and_the_legend_each_kind_that_there_is(cast, client_of, graded):
    rating = factories.result(graded.performance, rater=cast.teacher).rating
    for start, mark in enumerate(("good", "mistake", "")):
        rating.remarks.create(start=start, text="Here.", mark=mark)
    response = client_of(cast.student).get(f"/submissions/{graded.pk}/")
    remarks = response.context["axis"]["remarks"]
    assert [(row["start"], row["kind"], row["word"]) for row in remarks] == [
        (0.0, "good", "well done"),
        (1.0, "mistake", "mistake"),
        (2.0, "plain", "remark"),
    ]
    legend = " ".join(response.content.decode().partition('class="legend"')[2].partition("</section>")[0].split())
    for kind, word in (("good", "well done"), ("mistake", "mistake"), ("plain", "remark")):
        assert f'<span class="mark mark--{kind}" aria-hidden="true"></span>{word}<' in legend
    assert "look here" not in legend


def test_the_words_of_the_rubric_stand_beside_marks_and_level(cast, client_of, graded):
    cast.rubric.levels = {"6": "Plays on when something slips.", "7": "Shapes whole lines."}
    cast.rubric.save()
    cast.rubric.criteria.filter(key="rhythm").update(bands={"4": "Nearly steady.", "5": "It dances."})
    factories.result(graded.performance, rater=cast.teacher, level=7, criteria={"rhythm": 5, "touch": 2})
    page = page_of(client_of(cast.student), graded)
    assert (
        '<strong>Rhythm</strong> <span class="quiet">5 of 5, fully there</span></p> <p class="small quiet">It dances.'
        in page
    )
    assert "How touch sounds." in page  # a mark without words of its own says what the criterion is about
    assert "Shapes whole lines." in page
    assert "Nearly steady." not in page
    assert "Plays on" not in page


@pytest.mark.parametrize(
    ("state", "words"),
    [("ready", "<audio"), ("arrived", "can be heard in a moment"), ("refused", "cannot be played any more")],
)
def test_a_spoken_remark_can_be_heard_in_place(cast, client_of, graded, house, state, words):
    spoken = factories.spoken(graded.performance, author=cast.teacher, state=state)
    rating = factories.result(graded.performance, rater=cast.teacher).rating
    rating.remarks.create(start=4.0, spoken=spoken)
    client = client_of(cast.student)
    page = page_of(client, graded)
    address = f"/review/spoken/{spoken.pk}/"
    assert words in page
    assert (f'src="{address}"' in page) == (state == "ready")
    assert client.get(address).status_code == (200 if state == "ready" else 404)


def test_a_result_says_when_the_teacher_agrees(cast, client_of, graded):
    factories.result(graded.performance, rater=cast.teacher, level=6)
    assert "agrees with the model: level 6" in page_of(client_of(cast.student), graded)


def test_a_result_without_the_model_says_so(cast, client_of):
    submission = handed_in(cast)
    factories.result(submission.performance, rater=cast.teacher, level=4)
    page = page_of(client_of(cast.student), submission)
    assert "The model gave none." in page
    assert "What the model had expected" not in page


def test_a_generated_recording_is_labelled_wherever_it_shows(cast, client_of):
    submission = handed_in(cast, generated=True)
    client = client_of(cast.student)
    assert "generated recording" in page_of(client, submission)
    for path in ("/", f"/assignments/{cast.assignment.pk}/"):
        assert "generated recording" in client.get(path).content.decode()


def test_words_of_a_person_are_never_markup(cast, client_of, graded):
    evil = "<script>alert(1)</script>"
    factories.result(graded.performance, rater=cast.teacher, comment=evil, remarks=((1.0, evil),))
    assert evil not in page_of(client_of(cast.student), graded)


def test_only_the_teacher_is_led_to_the_desk(cast, client_of, graded):
    link = f'href="/review/{graded.pk}/"'
    assert link in page_of(client_of(cast.teacher), graded)
    assert link not in page_of(client_of(cast.student), graded)


def test_a_regrade_under_way_keeps_the_grade_in_view(cast, client_of, graded):
    factories.job(graded.performance, kind="grade", state="running", stage="listening", fraction=0.4)
    page = page_of(client_of(cast.student), graded)
    assert "Provisional level 6" in page
    assert "The model is watching and listening" in page


def test_the_page_asks_a_bounded_number_of_queries(cast, client_of, released, django_assert_max_num_queries):
    client = client_of(cast.student)
    # session, person; submission with everything; abstention; job; teaches; the attempt before; who may answer an
    # appeal (5); criteria, remarks; what is told of the model; doors (2)
    with django_assert_max_num_queries(17):
        client.get(f"/submissions/{released.pk}/")


class TestFrame:
    FRAME = {"x": "0.1", "y": "0.2", "width": "0.8", "height": "0.5"}

    def post(self, client, submission, **fields):
        return client.post(f"/submissions/{submission.pk}/frame/", self.FRAME | fields, follow=True)

    @pytest.mark.parametrize("who", ["student", "teacher"])
    def test_student_and_teacher_move_it_and_the_model_looks_again(self, cast, client_of, graded, who):
        page = self.post(client_of(getattr(cast, who)), graded).content.decode()
        assert "The model looks again" in page
        performance = Performance.objects.get()
        assert (performance.crop["x"], performance.crop["height"]) == (0.1, 0.5)
        assert performance.crop_moved_by == getattr(cast, who)
        assert performance.jobs.get().kind == "grade"

    @pytest.mark.parametrize("wrong", [{"x": "0.9"}, {"width": "0.01"}, {"x": "-1"}, {"y": "nan"}, {"height": ""}])
    def test_a_frame_that_makes_no_sense_is_refused_with_a_sentence(self, cast, client_of, graded, wrong):
        page = self.post(client_of(cast.student), graded, **wrong).content.decode()
        assert "banner--error" in page
        assert Performance.objects.get().crop == factories.CROP

    def test_strangers_move_nothing(self, cast, client_of, graded):
        assert self.post(client_of(cast.other_teacher), graded).status_code == 404
        assert Performance.objects.get().crop == factories.CROP
