from datetime import timedelta

from django.utils import timezone

from tests import factories


def test_a_student_sees_what_to_play_next_and_their_own_recordings(cast, client_of):
    done = factories.assignment(course=cast.course, piece=factories.piece(title="Already Played"))
    factories.submission(student=cast.student, assignment=done)
    factories.submission(student=cast.other_student, assignment=cast.other_assignment)
    page = client_of(cast.student).get("/").content.decode()
    assert "Play next" in page
    assert cast.assignment.piece.title in page
    assert page.count("Hand in") == 1
    assert "Already Played" in page
    assert cast.other_assignment.piece.title not in page


def test_a_refused_recording_leaves_its_assignment_to_be_played(cast, client_of):
    refused = factories.performance(player=cast.student, state="refused", trouble="No sound.")
    factories.submission(student=cast.student, assignment=cast.assignment, performance=refused)
    page = client_of(cast.student).get("/").content.decode()
    assert "Play next" in page
    assert "not accepted" in page


def test_the_assignment_that_is_due_first_comes_first(cast, client_of):
    late = factories.assignment(course=cast.course, due_at=timezone.now() + timedelta(days=9))
    soon = factories.assignment(course=cast.course, due_at=timezone.now() + timedelta(days=1))
    page = client_of(cast.student).get("/").content.decode()
    assert page.index(soon.piece.title) < page.index(late.piece.title) < page.index(cast.assignment.piece.title)


def test_a_teacher_sees_what_waits_in_her_courses_only(cast, client_of):
    factories.submission(student=cast.student, assignment=cast.assignment)
    factories.submission(student=cast.other_student, assignment=cast.other_assignment)
    page = client_of(cast.teacher).get("/").content.decode()
    assert "1 recording waits for you" in page
    assert cast.student.name in page
    assert cast.other_student.name not in page


def test_a_teacher_with_nothing_to_do_is_told_so(cast, client_of):
    assert "Nothing waits for you" in client_of(cast.teacher).get("/").content.decode()


def test_an_admin_sees_the_house_at_a_glance_and_which_workers_are_silent(cast, client_of):
    factories.model(champion=True, starter=True)
    factories.beat("media")
    page = client_of(cast.admin).get("/").content.decode()
    assert "The house at a glance" in page
    assert "No gpu worker is running." in page
    assert "No training worker is running." in page
    assert "the starter model" in page
    assert "The house at a glance" not in client_of(cast.teacher).get("/").content.decode()


def test_somebody_without_a_course_is_shown_the_way_in(cast, client_of):
    assert "You are not in a course yet" in client_of(cast.nobody).get("/").content.decode()


def test_the_header_opens_only_the_doors_one_may_use(cast, client_of):
    def doors(user):
        return [door.label for door in client_of(user).get("/").context["doors"]]

    assert doors(cast.student) == ["Home", "Courses", "Progress"]
    assert doors(cast.teacher) == ["Home", "Courses", "Queue"]
    assert "Lab" in doors(cast.admin)


def test_it_asks_the_database_as_often_for_many_recordings_as_for_one(cast, client_of, django_assert_max_num_queries):
    for _ in range(6):
        performance = factories.performance(player=cast.student)
        factories.autograde(performance)
        factories.submission(student=cast.student, assignment=cast.assignment, performance=performance)
    client = client_of(cast.student)
    # session, person, teaches (for the doors and for the page), learns (for a door, for what is to be decided and for
    # the page), decisions, recordings that wait for one's word, assignments, submissions, jobs, open appeals
    with django_assert_max_num_queries(14):
        client.get("/")
