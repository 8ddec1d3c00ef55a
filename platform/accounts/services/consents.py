"""What a person agrees to, as acts that are kept. The newest act holds; where there is none, nothing is agreed.

A child's consents are given by a guardian. Withdrawing is always possible to both. What follows of a decision is done
by effects, which the apps above add in `AppConfig.ready`.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from grading.services import consent
from grading.services.datasets import Act

from ..models import Consent, Guardian, User

Purpose = Consent.Purpose
# Called with the person and whether it is granted now, inside the transaction of the act; twice does no harm.
Effect = Callable[[User, bool], object]
_effects: dict[Purpose, list[Effect]] = {
    Purpose.GRADING: [lambda user, granted: consent.allow_grading(player=user, allowed=granted)],
    Purpose.TRAINING: [lambda user, granted: consent.allow_training(player=user, allowed=granted)],
}


class NotTheirs(ValueError):
    """Why somebody else decides, in words for whoever tried."""


def on_change(purpose: Purpose, effect: Effect) -> None:
    _effects.setdefault(purpose, []).append(effect)


def grant(*, user: User, purpose: Purpose, guardian: Guardian | None = None) -> Consent:
    if user.is_minor and guardian is None:
        raise NotTheirs(_("Your guardian decides on this until you come of age."))
    return _decide(user, purpose, granted=True, guardian=guardian)


def withdraw(*, user: User, purpose: Purpose, guardian: Guardian | None = None) -> Consent:
    """Holds from now on, whoever withdraws. Also how one says no before anything was agreed."""
    return _decide(user, purpose, granted=False, guardian=guardian)


@transaction.atomic
def _decide(user: User, purpose: Purpose, *, granted: bool, guardian: Guardian | None) -> Consent:
    if guardian is not None and (guardian.child_id != user.pk or not user.is_minor):
        raise NotTheirs(_("%(child)s decides alone.") % {"child": user})
    User.objects.select_for_update().get(pk=user.pk)
    newest = Consent.objects.filter(user=user, purpose=purpose).first()
    said = newest is not None and newest.granted == granted and newest.guardian_id == (guardian and guardian.pk)
    if newest is not None and said and _still_counts(newest, user):
        return newest
    act = Consent.objects.create(user=user, purpose=purpose, granted=granted, guardian=guardian)
    for effect in _effects.get(purpose, []):
        effect(user, granted)
    return act


def holds(*, user: User, purpose: Purpose) -> bool:
    newest = Consent.objects.filter(user=user, purpose=purpose).first()
    return newest is not None and newest.granted


def of_many(*, users: Any, purpose: Purpose) -> set[int]:
    """Those of many, given as a list or a query, who agree; in one query."""
    acts = Consent.objects.filter(user__in=users, purpose=purpose).order_by("user", "-at", "-pk").distinct("user")
    return {user for user, granted in acts.values_list("user", "granted") if granted}


def newest(user: User) -> dict[str, Consent]:
    """The act that holds for each purpose on which somebody has decided."""
    acts: dict[str, Consent] = {}
    for act in Consent.objects.filter(user=user).select_related("guardian"):
        acts.setdefault(act.purpose, act)
    return acts


def undecided(user: User) -> list[Purpose]:
    """What a person who decides alone is to be asked: never decided, or decided by a guardian, or as a child.

    Until they have answered, a guardian's decision goes on to hold.
    """
    acts = newest(user)
    return [purpose for purpose in Purpose if purpose not in acts or not _still_counts(acts[purpose], user)]


def _still_counts(act: Consent, user: User) -> bool:
    """A decision from before the day of coming of age is asked for anew from that day on."""
    return user.is_minor or user.of_age_on is None or timezone.localdate(act.at) >= user.of_age_on


def training_acts(players: Collection[int]) -> Mapping[int, Act]:
    """The newest decision of each of these people on training, for the manifests of snapshots."""
    acts = Consent.objects.filter(user__in=players, purpose=Purpose.TRAINING).order_by("user", "-at", "-id")
    return {act.user_id: Act(act.pk, act.at) for act in acts.distinct("user")}


def held_by(person: str, purpose: Purpose) -> Exists:
    """For queries: whether the person that this field leads to has agreed, and it holds."""
    acts = Consent.objects.filter(user=OuterRef(OuterRef(person)), purpose=purpose).order_by("-at", "-id")
    return Exists(Consent.objects.filter(pk=Subquery(acts.values("pk")[:1]), granted=True))
