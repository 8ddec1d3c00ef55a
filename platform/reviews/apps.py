from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self) -> None:
        from core import doors

        from . import glance

        doors.add_door("Queue", "reviews:queue", order=20, opens=_reviews)
        doors.add_part("queue", "reviews/glance.html", order=10, build=glance.glance)


def _reviews(user: AbstractUser) -> bool:
    from .access import reviews

    return reviews(user)
