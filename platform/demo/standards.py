"""The demo school's anchors: what its teachers agreed on, a pack of it, and one sitting."""

from django.db import transaction

from accounts.models import User
from courses.models import Course
from grading.models import Performance
from reviews.models import Anchor, Pack
from reviews.services import anchors, standards
from reviews.standards import proposals

from . import school

FEWEST_LEVELS = 4  # at least so many different ones make a pack


@transaction.atomic
def seed_standards() -> Pack | None:
    """Anchors of what the teachers agreed on, a pack of them, and a sitting; nothing where too few were rendered."""
    if Anchor.objects.exists():
        return None
    head = User.objects.get(email=school.COURSES[0].head)
    agreed: dict[int, Performance] = {}
    for course in school.COURSES:
        for performance in proposals(User.objects.get(email=course.head)):
            agreed.setdefault(performance.result.level, performance)
    if len(agreed) < FEWEST_LEVELS:
        return None
    made = [
        anchors.make(
            performance=performance,
            level=level,
            criteria=performance.result.rating.criteria,
            note="Two teachers gave this level without seeing each other's.",
            head=head,
        )
        for level, performance in sorted(agreed.items())
    ]
    pack = anchors.save_pack(pack=None, name="First performances, level by level", anchors=made, head=head)
    _sit(pack, head)
    asking = Course.objects.get(name=school.COURSES[0].name)
    anchors.ask(course=asking, pack=pack, days=180, within=1.0, head=head)
    return pack


def _sit(pack: Pack, teacher: User) -> None:
    """So that there is something to read of; her colleague's is due."""
    sitting = standards.begin(pack=pack, teacher=teacher)
    for place, anchor in enumerate(pack.anchors.all()):
        level = min(10, max(1, anchor.level + (-1, 0, 0)[place % 3]))
        standards.grade(sitting=sitting, anchor=anchor, level=level, criteria=anchor.criteria)
