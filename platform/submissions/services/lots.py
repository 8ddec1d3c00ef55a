"""What chance decides about a recording, once, when it is handed in."""

import secrets

from accounts.models import Consent, User
from accounts.services import consents
from courses.models import Assignment


def draw(assignment: Assignment, student: User) -> dict[str, bool]:
    """The lots of a new submission, by the shares its course and assignment have now; two markers with consent only."""
    course, marking = assignment.course, assignment.SecondMarking
    shares = {marking.NONE: 0, marking.SAMPLE: assignment.second_percent, marking.ALL: 100}
    second = falls(shares[marking(assignment.second_marking)])
    return {
        "blind": falls(course.blind_percent),
        "checked": falls(course.check_percent),
        "second": second and consents.holds(user=student, purpose=Consent.Purpose.SECOND),
    }


def falls(percent: int) -> bool:
    return secrets.randbelow(100) < percent
