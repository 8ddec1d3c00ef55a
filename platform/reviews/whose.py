"""What this app keeps of a person."""

from django.contrib.auth.models import AbstractUser
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from core.personal import Fate, Table
from core.whose import SCHOOLS_RECORD
from grading.models import Performance

from .models import Anchor, Marking, Moderation

TABLES = (
    Table("reviews.Draft", "teacher", Fate.DELETE, _("Drafts")),
    Table("reviews.Marking", "teacher", Fate.KEEP, _("Recordings you marked"), why=SCHOOLS_RECORD),
    Table("reviews.Moderation", "head", Fate.KEEP, _("Results you sent back"), why=SCHOOLS_RECORD, blank=("reason",)),
    Table("reviews.Phrase", "teacher", Fate.DELETE, _("Phrases you keep")),
    Table("reviews.DeskSettings", "teacher", Fate.DELETE, _("How your desk is set")),
    Table("reviews.Anchor", "made_by", Fate.UNLINK, _("Anchors you made")),
    Table("reviews.Standardisation", "teacher", Fate.DELETE, _("Standardisations you sat")),
)


def open_turns(user: AbstractUser) -> None:
    """What was claimed and not rated goes back to the colleagues."""
    Marking.objects.filter(teacher=user.pk, rating__isnull=True).delete()


def needed_whole(old: QuerySet[Performance]) -> QuerySet[Performance]:
    """What teachers measure themselves by, and what was sent back to one."""
    anchor = Anchor.objects.filter(performance=OuterRef("pk"), retired=False)
    sent_back = Moderation.objects.filter(submission__performance=OuterRef("pk"), settled_at__isnull=True)
    return old.filter(Exists(anchor) | Exists(sent_back))
