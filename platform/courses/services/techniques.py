"""The school's vocabulary of techniques: added to, renamed, put in order, retired, never deleted."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import history
from grading.models import Technique


class TechniqueRefused(ValueError):
    """Why the vocabulary stays as it is, in words for whoever changes it."""


@transaction.atomic
def add(*, name: str, by: User) -> Technique:
    name = _tidy(name, None)
    last = Technique.objects.order_by("-order").values_list("order", flat=True).first()
    made = Technique.objects.create(name=name, order=0 if last is None else last + 1)
    _tell(by, after={"name": name})
    return made


@transaction.atomic
def rename(*, technique: Technique, name: str, was: str, by: User) -> Technique:
    """`was` is the name that stood on the page: a colleague's change in between is noticed."""
    row = Technique.objects.select_for_update().get(pk=technique.pk)
    if row.name != was:
        raise TechniqueRefused(
            _("'%(was)s' was renamed to '%(name)s' meanwhile. Nothing is changed.") % {"was": was, "name": row.name}
        )
    row.name = _tidy(name, row)
    if row.name != was:
        row.save(update_fields=("name",))
        _tell(by, before={"name": was}, after={"name": row.name})
    return row


@transaction.atomic
def move(*, technique: Technique, steps: int) -> Technique:
    """Up (-1) or down (1) among those in use. The order is written anew, so that it has no ties."""
    rows = list(Technique.objects.select_for_update().order_by("retired", "order", "name"))
    place = rows.index(technique)
    other = place + steps
    if 0 <= other < len(rows) and rows[other].retired == rows[place].retired:
        rows.insert(other, rows.pop(place))
    for order, row in enumerate(rows):
        row.order = order
    Technique.objects.bulk_update(rows, ("order",))
    return technique


@transaction.atomic
def retire(*, technique: Technique, retired: bool, by: User) -> Technique:
    """Offered no more, or again; the remarks that name it keep it."""
    changed = Technique.objects.filter(pk=technique.pk).exclude(retired=retired).update(retired=retired)
    if changed:
        told = {"name": technique.name, "retired": retired}
        _tell(by, before=told | {"retired": not retired}, after=told)
    technique.refresh_from_db()
    return technique


def _tidy(name: str, renamed: Technique | None) -> str:
    name = " ".join(name.split())
    longest = Technique._meta.get_field("name").max_length or 0
    if not name or len(name) > longest:
        raise TechniqueRefused(_("A technique needs a name of at most %(count)s characters.") % {"count": longest})
    if any(row != renamed for row in Technique.objects.filter(name__iexact=name)):
        raise TechniqueRefused(_("'%(name)s' is in the vocabulary already.") % {"name": name})
    return name


def _tell(by: User, *, after: dict[str, object], before: dict[str, object] | None = None) -> None:
    history.record(kind="technique_changed", actor=by, before=before, after=after)
