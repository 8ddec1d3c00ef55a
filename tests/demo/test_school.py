"""The made-up school: what it says of itself must hold together."""

from collections import Counter

from demo import school
from grading.agreement import FEWEST


def test_every_take_is_another_attempt():
    attempts = Counter((take.student, take.piece, take.attempt) for take in school.TAKES)
    assert max(attempts.values()) == 1
    assert all(
        (student, piece, number) in attempts for student, piece, last in attempts for number in range(1, last + 1)
    )


def test_a_later_attempt_is_later():
    ages = {(take.student, take.piece, take.attempt): take.days_ago for take in school.TAKES}
    assert all(days < ages[student, piece, number - 1] for (student, piece, number), days in ages.items() if number > 1)


def test_somebody_has_tried_twice_and_waits_for_the_teacher():
    """So that every demo shows two attempts side by side."""
    assert any(take.attempt > 1 and take.teacher_says is None for take in school.TAKES)


def test_enough_is_marked_twice_for_the_pages_about_agreement():
    """Both teachers teach in both courses: each marks every such recording, half of them blind."""
    twice = [take for take in school.TAKES if take.colleague_says is not None]
    for course in school.COURSES:
        assert sum(take.student in course.students for take in twice) >= FEWEST
    assert sum(take.blind for take in twice) >= FEWEST
    assert sum(not take.blind for take in twice) >= FEWEST


def test_whoever_marks_twice_agrees_well_enough_to_release():
    assert all(abs(take.teacher_says - take.colleague_says) <= 1 for take in school.TAKES if take.colleague_says)
