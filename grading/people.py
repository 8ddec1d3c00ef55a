"""The type of a person, for annotations: the engine room knows users only as rows that things point to."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accounts.models import User
else:
    from django.contrib.auth.base_user import AbstractBaseUser as User

__all__ = ["User"]
