import re

import pytest
from django.utils import timezone

from grading.models import Performance
from submissions.models import Appeal
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
    assert f'hx-get="/submissions/{submission.pk}/progress/?seen=arrived-0-1-0"' in page


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
    assert "With your teacher" in page
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
    # session, person, doors; submission, grades; job; teaches; criteria, remarks (axis and list); doors' flag
    with django_assert_max_num_queries(11):
        client.get(f"/submissions/{released.pk}/")


class TestProgress:
    def get(self, client, submission, seen):
        return client.get(f"/submissions/{submission.pk}/progress/", {"seen": seen})

    def test_it_is_a_fragment_that_asks_again(self, cast, client_of):
        submission = handed_in(cast, state="arrived")
        factories.job(submission.performance, state="running", stage="sound", fraction=0.4)
        response = self.get(client_of(cast.student), submission, "arrived-0-1-0")
        fragment = response.content.decode()
        assert "Listening through the sound" in fragment
        assert 'value="0.400"' in fragment
        assert "every 2s" in fragment
        assert "<html" not in fragment

    def test_the_page_loads_anew_when_there_is_more_to_show(self, cast, client_of, graded):
        response = self.get(client_of(cast.student), graded, "arrived-0-1-0")
        assert response["HX-Refresh"] == "true"

    def test_a_page_that_just_loaded_is_not_told_to_load_again(self, cast, client_of):
        """Otherwise a browser would reload for ever."""
        submission = handed_in(cast, state="prepared")
        factories.job(submission.performance, kind="grade")
        client = client_of(cast.student)
        seen = re.search(r"seen=([\w-]+)", page_of(client, submission))[1]
        assert "HX-Refresh" not in self.get(client, submission, seen)

    def test_it_is_cheap(self, cast, client_of, django_assert_max_num_queries):
        submission = handed_in(cast, state="arrived")
        factories.job(submission.performance)
        factories.beat("media")
        client = client_of(cast.student)
        # session, person, submission, grades, job open, newest job, place, heartbeat
        with django_assert_max_num_queries(8):
            self.get(client, submission, "arrived-0-1-0")


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


class TestAppeal:
    REASON = "At 1:07 I counted the rest, please listen again."

    def post(self, client, submission, reason=REASON):
        return client.post(f"/submissions/{submission.pk}/appeal/", {"reason": reason}, follow=True)

    def test_it_can_be_asked_once_with_a_reason(self, cast, client_of, released):
        client = client_of(cast.student)
        page = self.post(client, released).content.decode()
        assert "It stands first in the teacher" in page
        assert "asked for another look" in client.get("/").content.decode()
        self.post(client, released, "Another reason, just as long.")
        assert Appeal.objects.get().reason == self.REASON

    def test_not_before_there_is_a_result(self, cast, client_of, graded):
        page = self.post(client_of(cast.student), graded).content.decode()
        assert not Appeal.objects.exists()
        assert "Provisional level 6" in page

    @pytest.mark.parametrize("reason", ["", "   ", "unfair"])
    def test_not_without_a_reason(self, cast, client_of, released, reason):
        page = self.post(client_of(cast.student), released, reason).content.decode()
        assert "field__error" in page
        assert not Appeal.objects.exists()

    @pytest.mark.parametrize("who", ["teacher", "admin", "other_student", "nobody"])
    def test_by_nobody_else(self, cast, client_of, released, who):
        assert self.post(client_of(getattr(cast, who)), released).status_code == 404

    def test_the_answer_is_shown(self, cast, client_of, released):
        Appeal.objects.create(
            submission=released,
            reason="x",
            decided_at=timezone.now(),
            decided_by=cast.teacher,
            answer="I stay.",
        )
        page = page_of(client_of(cast.student), released)
        assert "It was looked at again" in page
        assert "I stay." in page
        assert "Ask for another look" not in page
