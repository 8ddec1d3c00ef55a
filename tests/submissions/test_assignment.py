from tests import factories


def url(assignment):
    return f"/assignments/{assignment.pk}/"


def test_a_student_finds_the_way_to_hand_in_and_their_own_attempts(cast, client_of, settings):
    mine = factories.submission(student=cast.student, assignment=cast.assignment)
    neighbour = factories.user()
    factories.enrol(cast.course, neighbour)
    theirs = factories.submission(student=neighbour, assignment=cast.assignment)
    page = client_of(cast.student).get(url(cast.assignment)).content.decode()
    assert "Choose a video" in page
    assert f'data-max-bytes="{settings.RECORDING_MAX_BYTES}"' in page
    assert str(mine.pk) in page
    assert str(theirs.pk) not in page


def test_a_teacher_sees_everybodys_and_hands_nothing_in(cast, client_of):
    theirs = factories.submission(student=cast.student, assignment=cast.assignment)
    page = client_of(cast.teacher).get(url(cast.assignment)).content.decode()
    assert str(theirs.pk) in page
    assert cast.student.name in page
    assert "Choose a video" not in page


def test_strangers_find_nothing(cast, client_of):
    for stranger in (cast.other_teacher, cast.other_student, cast.nobody):
        assert client_of(stranger).get(url(cast.assignment)).status_code == 404


def test_it_asks_as_often_for_a_whole_class(cast, client_of, django_assert_max_num_queries):
    for _ in range(8):
        student = factories.user()
        factories.enrol(cast.course, student)
        performance = factories.performance(player=student)
        factories.autograde(performance)
        factories.submission(student=student, assignment=cast.assignment, performance=performance)
    client = client_of(cast.teacher)
    # session, person, assignment, teaches (page and doors), studies, submissions, grades, jobs
    with django_assert_max_num_queries(9):
        client.get(url(cast.assignment))
