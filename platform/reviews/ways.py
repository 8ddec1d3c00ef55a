"""Where a teacher goes from here, within the course that she chose in the queue."""

from django.contrib import messages
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.requests import SignedInRequest

from .services import claims


def address(name: str, course: int | None, *args: object) -> str:
    return reverse(name, args=args) + (f"?course={course}" if course else "")


def onward(request: SignedInRequest, course: int | None) -> str:
    """To the desk of the next recording, which is claimed for her; after the last one to the queue."""
    following = claims.next_for(teacher=request.user, course=course)
    if following is None:
        messages.info(request, _("That was the last one in the queue."))
        return address("reviews:queue", course)
    return address("reviews:desk", course, following.submission_id)
