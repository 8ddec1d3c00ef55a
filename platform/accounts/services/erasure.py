"""A person is forgotten: all that is theirs goes, and what the school must keep names nobody."""

import uuid

from django.db import transaction
from django.utils import timezone

from core import history, personal

from ..models import User


@transaction.atomic
def forget(*, user: User) -> User:
    """Files go with the commit. Raises personal.CannotForget, and then nothing is changed."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.erased_at:
        return user
    personal.forget(user)
    nobody = User(
        pk=user.pk,
        email=f"{uuid.uuid4()}@erased.invalid",
        is_active=False,
        date_joined=timezone.now(),
        erased_at=timezone.now(),
    )
    nobody.set_unusable_password()
    nobody.save(force_update=True)
    history.record(kind="erased", actor=None)
    return nobody
