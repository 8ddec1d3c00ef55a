"""A request behind the sign-in, which is every one that is not marked `login_not_required`: for the types."""

from django.http import HttpRequest

from .models import User


class SignedInRequest(HttpRequest):
    user: User
