"""What chance decides about a recording, once, when it is handed in."""

import secrets

from courses.models import Assignment


def draw(assignment: Assignment) -> dict[str, bool]:
    """The lots of a new submission, by the shares its course and assignment have now."""
    course, marking = assignment.course, assignment.SecondMarking
    shares = {marking.NONE: 0, marking.SAMPLE: assignment.second_percent, marking.ALL: 100}
    return {
        "blind": falls(course.blind_percent),
        "checked": falls(course.check_percent),
        "second": falls(shares[marking(assignment.second_marking)]),
    }


def falls(percent: int) -> bool:
    return secrets.randbelow(100) < percent
