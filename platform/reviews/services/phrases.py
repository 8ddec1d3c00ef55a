"""A teacher's own bank of sentences, the often used ones first."""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User

from ..models import Phrase

MAX_PER_TEACHER = 200


class PhraseRefused(ValueError):
    """Why a phrase is not kept, in words for the teacher."""


@transaction.atomic
def keep(*, teacher: User, text: str) -> Phrase:
    """Keep a phrase, or count one more use of it where it is kept already."""
    text = " ".join(text.split())
    longest = Phrase._meta.get_field("text").max_length or 0
    if not text or "\x00" in text:
        raise PhraseRefused(_("A phrase needs some words."))
    if len(text) > longest:
        raise PhraseRefused(_("A phrase has at most %(count)s characters.") % {"count": longest})
    User.objects.select_for_update().get(pk=teacher.pk)  # counted and kept in one step
    own = Phrase.objects.filter(teacher=teacher)
    if not own.filter(text=text).exists() and own.count() >= MAX_PER_TEACHER:
        raise PhraseRefused(_("%(count)s phrases are kept already. Delete one first.") % {"count": MAX_PER_TEACHER})
    phrase, created = Phrase.objects.get_or_create(teacher=teacher, text=text)
    if not created:
        own.filter(pk=phrase.pk).update(used=F("used") + 1)
        phrase.refresh_from_db()
    return phrase


def delete(*, phrase: Phrase) -> None:
    phrase.delete()
