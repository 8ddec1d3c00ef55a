"""Progress over time: the student's own page, and what a teacher sees of it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.models import Assignment, Enrolment
from submissions import journey as journeys
from submissions.models import Practice, Submission
from submissions.plots import Point, curve, plot
from submissions.practice import weeks
from submissions.services import practice
from tests import factories


def attempt(cast, number=1, *, level=None, model=None, days=0, assignment=None, criteria=None) -> Submission:
    """So many days ago; released with a level, or with the model's alone."""
    made = factories.submission(student=cast.student, assignment=assignment or cast.assignment, attempt=number)
    Submission.objects.filter(pk=made.pk).update(created_at=timezone.now() - timedelta(days=days))
    if model is not None:
        factories.autograde(made.performance, level=model, low=int(model) - 1, high=int(model) + 1)
    if level is not None:
        factories.result(made.performance, rater=cast.teacher, level=level, criteria=criteria or {"rhythm": 3})
    made.refresh_from_db()
    return made


def page(client) -> str:
    return client.get("/progress/").content.decode()


def of(client, student) -> str:
    return client.get(reverse("submissions:journey_of", args=[student.pk])).content.decode()


# The student's own page


def test_without_a_recording_it_says_what_will_stand_there(cast, client_of):
    assert "Your first recording begins it." in page(client_of(cast.student))


def test_it_draws_each_piece_and_all_of_them_with_their_tables(cast, client_of):
    other = factories.assignment(course=cast.course, rubric=cast.rubric)
    attempt(cast, 1, level=4, days=20)
    attempt(cast, 2, level=6, days=10)
    attempt(cast, 1, level=5, days=5, assignment=other)
    text = page(client_of(cast.student))
    assert "Level 4 at first, level 6 now: 2 attempts." in text
    assert "3 attempts at 2 pieces." in text
    assert text.count('<svg viewBox="0 0 360 190"') == 2, "one attempt alone is no way"
    assert text.count("<table") == 3 + 1, "each piece, all of them, and the weeks"


def test_the_model_s_level_comes_with_its_interval_and_only_where_the_course_shows_it(cast, client_of):
    attempt(cast, 1, level=4, days=9)
    attempt(cast, 2, model=6.0, days=2)
    client = client_of(cast.student)
    assert "the model, most likely 5 to 7" in page(client)
    cast.course.shows_provisional = False
    cast.course.save()
    text = page(client)
    assert "most likely" not in text
    assert "with your teacher" in text


def test_it_says_which_attempt_counts(cast, client_of):
    Assignment.objects.update(counting="best")
    for number, level in ((1, 4), (2, 7), (3, 5)):
        attempt(cast, number, level=level, days=30 - number)
    steps = journeys.of_student(cast.student).tracks[0].steps
    assert [step.submission.attempt for step in steps if step.counts] == [2]
    assert "counts</span>" in page(client_of(cast.student))


def test_a_criterion_is_drawn_once_it_was_marked_twice(cast, client_of):
    attempt(cast, 1, level=4, days=9, criteria={"rhythm": 2, "touch": 3})
    attempt(cast, 2, level=5, days=2, criteria={"rhythm": 4, "gone": 1})
    (track,) = journeys.of_student(cast.student).tracks
    assert [(drawn.name, drawn.marks) for drawn in track.curves] == [("Rhythm", (2, 4))]
    assert track.criteria == ["Rhythm", "Touch"]
    assert [marks for _, marks in track.rows] == [[4, None], [2, 3]]
    assert 'aria-label="Rhythm: 2, 4 of 5"' in page(client_of(cast.student))


def test_the_first_and_the_latest_can_be_heard_and_laid_side_by_side(cast, client_of):
    rows = [attempt(cast, number, days=30 - number) for number in (1, 2, 3)]
    text = page(client_of(cast.student))
    assert text.count("<audio") == 2
    assert f"/media/{rows[1].performance_id}" not in text
    assert f"{reverse('submissions:compare', args=[rows[2].pk])}?with={rows[0].pk}" in text


def test_what_was_taken_back_or_came_to_nothing_is_no_attempt(cast, client_of):
    attempt(cast, 1)
    Submission.objects.update(withdrawn_at=timezone.now())
    refused = factories.performance(player=cast.student, state="refused")
    factories.submission(student=cast.student, assignment=cast.assignment, performance=refused)
    assert journeys.of_student(cast.student).whole is None


def test_other_people_s_recordings_are_not_there(cast, client_of):
    theirs = factories.submission(student=cast.other_student, assignment=cast.assignment)
    assert str(theirs.pk) not in page(client_of(cast.student))


def test_a_hundred_attempts_ask_no_more_than_three(cast, client_of, django_assert_max_num_queries):
    for number in range(1, 101):
        attempt(cast, number, level=3 + number % 5, model=5.0, days=200 - number)
    client = client_of(cast.student)
    # session, person, doors (teaches, studies), attempts, jobs, criteria, weeks
    with django_assert_max_num_queries(8):
        text = client.get("/progress/").content.decode()
    assert text.count("<tr>") > 100


def test_students_have_a_door_to_it_and_it_stands_for_its_page_only(cast, client_of):
    home = client_of(cast.student).get("/").content.decode()
    assert '<a href="/progress/">Progress</a>' in home
    assert '<a href="/progress/" aria-current="page">Progress</a>' in page(client_of(cast.student))
    assert (
        'href="/progress/" aria-current'
        not in client_of(cast.student).get(f"/assignments/{cast.assignment.pk}/").content.decode()
    )
    assert 'href="/progress/"' not in client_of(cast.teacher).get("/").content.decode()


# The teacher's


def test_a_teacher_sees_only_the_work_of_the_own_courses_and_no_weeks(cast, client_of):
    attempt(cast, 1, level=4)
    factories.enrol(cast.other_course, cast.student)
    elsewhere = factories.submission(student=cast.student, assignment=cast.other_assignment)
    text = of(client_of(cast.teacher), cast.student)
    assert f"Progress of {cast.student}" in text
    assert cast.assignment.piece.title in text
    assert str(elsewhere.pk) not in text
    assert "weeks" not in text
    assert "heard" not in text.partition("<main")[2].partition("How the house is")[0].replace("how it was heard", "")


def test_it_is_not_found_by_who_does_not_teach_the_student(cast, client_of):
    address = reverse("submissions:journey_of", args=[cast.student.pk])
    for person in (cast.student, cast.other_student, cast.other_teacher, cast.nobody):
        assert client_of(person).get(address).status_code == 404
    assert client_of(cast.teacher).get(reverse("submissions:journey_of", args=[cast.nobody.pk])).status_code == 404
    Enrolment.objects.filter(user=cast.student).delete()
    assert client_of(cast.teacher).get(address).status_code == 404


def test_a_blind_recording_tells_its_teacher_nothing_of_the_model(cast, client_of):
    made = attempt(cast, 1, model=6.0)
    attempt(cast, 2, model=5.0)
    Submission.objects.filter(pk=made.pk).update(blind=True)
    text = of(client_of(cast.teacher), cast.student)
    assert "most likely 4 to 6" in text
    assert "most likely 5 to 7" not in text


def test_the_teacher_of_the_course_finds_it_by_the_student_s_name(cast, client_of):
    attempt(cast, 1, level=4)
    course = client_of(cast.teacher).get(reverse("courses:course", args=[cast.course.pk])).content.decode()
    assert reverse("submissions:journey_of", args=[cast.student.pk]) in course


# Weeks


def test_a_week_is_full_once_something_was_handed_in_or_heard(cast):
    attempt(cast, 1, days=0)
    old = attempt(cast, 2, days=7)
    practice.listened(student=cast.student)
    rows = weeks(cast.student, Submission.objects.all()).rows
    assert [week.kind for week in rows[-3:]] == ["free", "played", "played"]
    assert (rows[-1].handed_in, rows[-1].listened) == (True, True)
    old.delete()
    assert weeks(cast.student, []).rows[-1].kind == "heard"


def test_it_says_what_there_is_and_never_what_is_missing(cast):
    assert "are drawn here" in weeks(cast.student, []).said
    one = [attempt(cast, 1, days=0)]
    assert weeks(cast.student, one).said == "In 1 of the last 12 weeks you handed in or listened to yourself."
    three = [attempt(cast, number, days=7 * (number - 1)) for number in (2, 3, 4)]
    assert weeks(cast.student, three).said.endswith("The last 3 in a row."), "this week may still become one"
    four_weeks_ago = [attempt(cast, 9, days=28)]
    assert "row" not in weeks(cast.student, four_weeks_ago).said


def test_listening_is_noted_once_a_week_and_not_what_was_heard(cast, client_of):
    made = attempt(cast, 1)
    client = client_of(cast.student)
    for _ in range(3):
        assert client.post(reverse("submissions:heard", args=[made.pk])).status_code == 204
    assert Practice.objects.get().listened == [practice.this_week().isoformat()]
    assert client_of(cast.teacher).post(reverse("submissions:heard", args=[made.pk])).status_code == 404


def test_the_players_of_a_student_s_own_pages_tell_and_a_teacher_s_do_not(cast, client_of):
    made = attempt(cast, 1)
    tells = f'data-heard="{reverse("submissions:heard", args=[made.pk])}"'
    address = reverse("submissions:submission", args=[made.pk])
    client = client_of(cast.student)
    assert all(tells in client.get(own).content.decode() for own in ("/progress/", address))
    assert "data-heard" not in client_of(cast.teacher).get(address).content.decode()


def test_weeks_long_ago_are_forgotten(cast):
    Practice.objects.create(student=cast.student, listened=["2020-01-06"])
    practice.listened(student=cast.student)
    assert Practice.objects.get().listened == [practice.this_week().isoformat()]


def test_a_student_hides_the_weeks_and_then_nothing_is_noted(cast, client_of):
    attempt(cast, 1)
    practice.listened(student=cast.student)
    client = client_of(cast.student)
    text = client.post("/progress/weeks/", {"hidden": "yes"}, follow=True).content.decode()
    assert "of the last 12 weeks" not in text
    assert "Show my weeks again" in text
    practice.listened(student=cast.student)
    assert Practice.objects.get().listened == []
    assert "of the last 12 weeks" in client.post("/progress/weeks/", {"hidden": "no"}, follow=True).content.decode()


# The drawing


def at(day: int) -> datetime:
    return datetime(2026, 3, day, tzinfo=UTC)


def test_a_higher_level_stands_higher_and_a_later_attempt_further_right():
    drawn = plot([[Point(at(1), "1", 3.0), Point(at(2), "2"), Point(at(3), "3", 9.0, 8, 10, "fused")]])
    low, high = drawn.dots
    assert float(low.y) > float(high.y)
    assert float(low.x) < float(high.x)
    assert (low.low, low.high) == ("", "")
    assert float(high.low) > float(high.y) > float(high.high)
    assert drawn.lines == [f"M{low.x} {low.y}L{high.x} {high.y}"]
    assert [label.text for label in drawn.labels] == ["1", "2", "3"]


@pytest.mark.parametrize("number", [1, 2, 9, 100])
def test_however_many_there_are_they_stay_inside_and_few_are_labelled(number):
    moment = at(1)
    drawn = plot([[Point(moment + timedelta(days=day), str(day), 5.0) for day in range(number)]])
    assert all(24 <= float(dot.x) <= 350 for dot in drawn.dots)
    assert 1 <= len(drawn.labels) <= 8


def test_by_date_they_stand_as_far_apart_as_the_days():
    drawn = plot([[Point(at(1), "a", 3.0), Point(at(11), "c", 5.0)], [Point(at(6), "b", 4.0)]], by_date=True)
    xs = sorted(float(dot.x) for dot in drawn.dots)
    assert xs[1] - xs[0] == pytest.approx(xs[2] - xs[1], abs=0.2)
    assert [label.text for label in drawn.labels] == ["a", "c"]
    assert len(drawn.lines) == 1, "a piece with one attempt has no line"


def test_all_on_one_moment_is_drawn_too():
    drawn = plot([[Point(at(1), "a", 3.0), Point(at(1), "a", 5.0)]], by_date=True)
    assert len(drawn.dots) == 2
    assert [label.text for label in drawn.labels] == ["a"]


def test_a_curve_goes_up_with_the_marks():
    drawn = curve("Touch", [1, 5, 3])
    heights = [float(y) for _, y in drawn.dots]
    assert heights[1] < heights[2] < heights[0]
    assert (drawn.word, drawn.said) == ("on the way", "1, 5, 3 of 5")
