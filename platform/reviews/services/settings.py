"""How one teacher likes her desk."""

from collections.abc import Mapping

from django.db import transaction

from accounts.models import User

from .. import keys as desk_keys
from ..models import DeskSettings


@transaction.atomic
def keep(
    *,
    teacher: User,
    keys: Mapping[str, object] | None = None,
    pause_while_writing: bool | None = None,
    follow: bool | None = None,
) -> DeskSettings:
    """Change what is given; None leaves it as it is. Raises keys.KeysError."""
    User.objects.select_for_update().get(pk=teacher.pk)  # two windows of one teacher, one after the other
    settings = DeskSettings.of(teacher)
    if keys is not None:
        settings.keys = desk_keys.changed(keys)
    if pause_while_writing is not None:
        settings.pause_while_writing = pause_while_writing
    if follow is not None:
        settings.follow = follow
    settings.save()
    return settings
