from datetime import timedelta

from django.utils import timezone

from grading.models import Performance
from submissions.models import Appeal
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


def test_a_teacher_reads_a_line_for_each_student_with_the_attempt_that_counts(cast, client_of):
    cast.assignment.counting = "best"
    cast.assignment.save()
    for number, level in ((1, 5), (2, 8), (3, 6)):
        made = factories.submission(student=cast.student, assignment=cast.assignment, attempt=number)
        factories.result(made.performance, rater=cast.teacher, level=level)
    client = client_of(cast.teacher)
    (line,) = client.get(url(cast.assignment)).context["lines"]
    assert line.shown.submission.attempt == 2
    assert [other.submission.attempt for other in line.others] == [3, 1]
    page = client.get(url(cast.assignment)).content.decode()
    assert "2 other attempts" in page
    assert page.count(">counts<") == 1
    course = client.get(f"/courses/{cast.course.pk}/").content.decode()
    assert "attempt 2 counts" in course
    assert "level 8" in course


def test_while_an_appeal_is_sealed_its_result_does_not_count_for_who_may_answer(cast, client_of):
    colleague = factories.user()
    factories.enrol(cast.course, colleague, "teacher")
    first, second = (
        factories.submission(student=cast.student, assignment=cast.assignment, attempt=number) for number in (1, 2)
    )
    factories.result(first.performance, rater=cast.teacher, level=5)
    factories.result(second.performance, rater=cast.teacher, level=8)
    Appeal.objects.create(submission=second, reason="The bridge was slow on purpose.")
    (known,) = client_of(cast.teacher).get(url(cast.assignment)).context["lines"]
    (sealed,) = client_of(colleague).get(url(cast.assignment)).context["lines"]
    assert known.counting.submission == second
    assert sealed.counting.submission == first


def test_a_recording_that_waits_for_the_student_s_word_is_not_handed_in_yet(cast, client_of):
    made = factories.submission(student=cast.student, assignment=cast.assignment)
    Performance.objects.update(held_until=timezone.now() + timedelta(hours=1))
    teacher = client_of(cast.teacher)
    for address in (url(cast.assignment), f"/courses/{cast.course.pk}/"):
        assert str(made.pk) not in teacher.get(address).content.decode()
    assert "waits for your word" in client_of(cast.student).get(url(cast.assignment)).content.decode()
