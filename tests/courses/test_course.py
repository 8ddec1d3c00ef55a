import pytest

from core.history import sentence
from core.models import Event
from courses.models import Course, Enrolment, Invitation
from tests import factories

FORM = {
    **{"name": "Piano, first year", "description": "", "blind_percent": 10, "check_percent": 5},
    **{"appeal_days": 14, "answer_days": 14},
}


def url(course, rest=""):
    return f"/courses/{course.pk}/{rest}"


def test_the_list_shows_ones_own_courses_only(cast, client_of):
    page = client_of(cast.student).get("/courses/").content.decode()
    assert cast.course.name in page
    assert cast.other_course.name not in page
    everything = client_of(cast.admin).get("/courses/").content.decode()
    assert cast.course.name in everything
    assert cast.other_course.name in everything


def test_the_list_asks_as_often_for_many_courses(cast, client_of, django_assert_max_num_queries):
    for _ in range(5):
        factories.enrol(factories.course(), cast.student)
    client = client_of(cast.student)
    with django_assert_max_num_queries(6):  # session, person, doors, courses with counts, roles
        client.get("/courses/")


def test_a_student_sees_the_assignments_and_where_they_stand(cast, client_of):
    performance = factories.performance(player=cast.student)
    factories.autograde(performance)
    factories.submission(student=cast.student, assignment=cast.assignment, performance=performance, attempt=1)
    untouched = factories.assignment(course=cast.course)
    page = client_of(cast.student).get(url(cast.course)).content.decode()
    assert "1 attempt, with your teacher" in page
    assert untouched.piece.title in page
    assert "not handed in" in page
    assert "Invitations" not in page
    assert "Students" not in page


def test_a_teacher_sees_students_with_their_latest_level_and_the_codes(cast, client_of):
    invitation = Invitation.objects.create(course=cast.course)
    performance = factories.performance(player=cast.student)
    factories.result(performance, rater=cast.teacher, level=7)
    factories.submission(student=cast.student, assignment=cast.assignment, performance=performance)
    page = client_of(cast.teacher).get(url(cast.course)).content.decode()
    assert "level 7, by the teacher" in page
    assert cast.student.name in page
    assert invitation.code in page
    assert "1 student handed in" in page
    assert "Put somebody into this course" not in page


def test_an_old_result_does_not_hide_a_newer_attempt(cast, client_of):
    for level in (3, 8):
        performance = factories.performance(player=cast.student)
        factories.result(performance, rater=cast.teacher, level=level)
        factories.submission(student=cast.student, assignment=cast.assignment, performance=performance)
    page = client_of(cast.teacher).get(url(cast.course)).content.decode()
    assert "level 8" in page
    assert "level 3" not in page


def test_strangers_find_nothing(cast, client_of):
    assert client_of(cast.other_teacher).get(url(cast.course)).status_code == 404
    assert client_of(cast.nobody).get(url(cast.course)).status_code == 404


def test_it_asks_as_often_for_a_full_class(cast, client_of, django_assert_max_num_queries):
    for _ in range(8):
        student = factories.user()
        factories.enrol(cast.course, student)
        performance = factories.performance(player=student)
        factories.autograde(performance)
        factories.submission(student=student, assignment=cast.assignment, performance=performance)
    client = client_of(cast.teacher)
    # session, person, doors (2), course, teaches, teachers, assignments, own (1), newest of each with grades and
    # jobs (3), students, invitations
    with django_assert_max_num_queries(15):
        client.get(url(cast.course))


def test_a_teacher_changes_what_students_see(cast, client_of):
    client_of(cast.teacher).post(url(cast.course, "edit/"), FORM | {"name": "Piano, evening"})
    cast.course.refresh_from_db()
    assert cast.course.name == "Piano, evening"
    assert not cast.course.shows_provisional


def test_a_student_changes_nothing(cast, client_of):
    client = client_of(cast.student)
    assert client.post(url(cast.course, "edit/"), {"name": "Mine"}).status_code == 404
    assert client.post(url(cast.course, "invitations/"), {"role": "teacher", "uses": 1}).status_code == 404
    assert not Invitation.objects.exists()


def test_a_teacher_makes_codes_for_students_only(cast, client_of):
    client = client_of(cast.teacher)
    client.post(url(cast.course, "invitations/"), {"role": "student", "uses": 3})
    assert Invitation.objects.get().uses_left == 3
    assert client.post(url(cast.course, "invitations/"), {"role": "teacher", "uses": 1}).status_code == 200
    assert not Invitation.objects.filter(role="teacher").exists()


def test_an_admin_makes_a_course_and_enrols_people(cast, client_of):
    client = client_of(cast.admin)
    client.post("/courses/new/", FORM | {"name": "Organ"})
    organ = Course.objects.get(name="Organ")
    client.post(url(organ, "people/"), {"email": cast.teacher.email, "role": "teacher"})
    assert Enrolment.objects.get(course=organ).user == cast.teacher


def test_enrolling_again_changes_the_role(cast, client_of):
    client_of(cast.admin).post(url(cast.course, "people/"), {"email": cast.student.email, "role": "teacher"})
    assert Enrolment.objects.get(course=cast.course, user=cast.student).role == "teacher"


def test_nobody_is_enrolled_who_has_no_account(cast, client_of):
    response = client_of(cast.admin).post(url(cast.course, "people/"), {"email": "x@example.org", "role": "student"})
    assert "Nobody with this address" in response.content.decode()


def test_a_code_of_another_course_cannot_be_closed(cast, client_of):
    foreign = Invitation.objects.create(course=cast.other_course)
    assert client_of(cast.teacher).post(url(cast.course, f"invitations/{foreign.pk}/close/")).status_code == 404
    foreign.refresh_from_db()
    assert foreign.uses_left > 0


def test_a_teacher_sets_how_much_is_left_to_chance(cast, client_of):
    form = FORM | {"shows_provisional": "on", "blind_percent": 25, "check_percent": 0}
    client_of(cast.teacher).post(url(cast.course, "edit/"), form)
    cast.course.refresh_from_db()
    assert (cast.course.blind_percent, cast.course.check_percent) == (25, 0)
    event = Event.objects.get()
    assert (event.course, event.before) == (cast.course.pk, {"blind_percent": 10, "check_percent": 5})
    assert sentence(event) == (
        f"{cast.teacher} changed the course: the share that is rated blind from 10 to 25; "
        "the share put forward by chance from 5 to 0"
    )


@pytest.mark.parametrize("percent", ["101", "-1", "many", ""])
def test_a_share_is_of_a_hundred(cast, client_of, percent):
    response = client_of(cast.teacher).post(url(cast.course, "edit/"), FORM | {"blind_percent": percent})
    assert "field__error" in response.content.decode()
    cast.course.refresh_from_db()
    assert cast.course.blind_percent == 10


def test_saving_a_course_as_it_is_is_no_act(cast, client_of):
    client_of(cast.teacher).post(url(cast.course, "edit/"), FORM | {"shows_provisional": "on"})
    assert not Event.objects.exists()


def test_only_an_admin_makes_heads_of_course(cast, client_of):
    client_of(cast.admin).post(url(cast.course, "people/"), {"email": cast.teacher.email, "role": "head"})
    assert Enrolment.objects.get(course=cast.course, user=cast.teacher).role == "head"
    assert sentence(Event.objects.get()) == f"{cast.admin} made somebody head of course, until then teacher"
    client_of(cast.admin).post(url(cast.course, "invitations/"), {"role": "head", "uses": 1})
    assert Invitation.objects.get().role == "head"
    for path, form in (("people/", {"email": cast.nobody.email}), ("invitations/", {"uses": 1})):
        client_of(cast.teacher).post(url(cast.course, path), form | {"role": "head"})
    assert Enrolment.objects.filter(role="head").count() == Invitation.objects.filter(role="head").count() == 1
