from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self) -> None:
        from accounts.models import Consent
        from accounts.services import consents
        from core import doors, history, personal
        from grading.services import reduction, rounds, spoken
        from submissions.services import withdrawals

        from . import parts, raters, standards, standards_told, whose
        from .sentences import SENTENCES
        from .services import claims, drafts, wishes

        doors.add_door(_("Queue"), "reviews:queue", order=20, opens=_teaches)
        doors.add_part("home", "reviews/home_teacher.html", order=20, build=parts.teacher_home)
        doors.add_part("course", "reviews/moderation_door.html", order=30, build=parts.course_head)
        doors.add_guard(standards.may_see_anchor)
        for kind, sentence in {**SENTENCES, **standards_told.SENTENCES}.items():
            history.add_sentence(kind, sentence)
        spoken.add_keeper(drafts.spoken_in_drafts)
        withdrawals.add_desk(withdrawals.Desk(holds=claims.is_held, forget=claims.forget))
        personal.add(tables=whose.TABLES, acts=(whose.open_turns,))
        reduction.add_keeper(whose.needed_whole)
        rounds.add_teachers(rounds.Teachers(may_rate=raters.may_rate, waiting=raters.waiting))
        consents.on_change(Consent.Purpose.SECOND, wishes.on_second)
        consents.on_change(Consent.Purpose.SHOWING, wishes.on_showing)


def _teaches(user: Any) -> bool:
    from courses.access import roles  # models cannot be imported before the apps are ready
    from courses.models import Enrolment

    return user.is_admin or not roles(user).isdisjoint(Enrolment.TEACHING)
