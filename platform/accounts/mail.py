"""A letter as it is sent: text and HTML in its reader's language, whole addresses, and a way to hear no more of it.

Nothing is fetched when it is read, and no link leads anywhere but to the site: nobody learns from a letter whether it
was opened. No subject tells a grade, and neither does a letter: a mail is read over many shoulders.
"""

from typing import Any

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .models import Letter, User

# What one can switch off, in the words of the profile.
WORDS: dict[str, str | Promise] = {
    Letter.Kind.PROBLEM: _("A recording of mine could not be taken, or my teacher asks for another one"),
    Letter.Kind.RELEASED: _("A result is here"),
    Letter.Kind.APPEAL: _("I asked for another look, and it is answered"),
    Letter.Kind.ALARM: _("Something about the model has moved and needs a look"),
    Letter.Kind.WEEKLY: _("How the model did, every Monday"),
}
# What only admins get.
ADMINS = (Letter.Kind.ALARM, Letter.Kind.WEEKLY)

_signer = signing.Signer(salt="accounts.mail")


def message(letter: Letter) -> EmailMultiAlternatives:
    with translation.override(language_of(letter)):
        page = _page(letter)
        name = f"letters/{letter.kind}"
        subject = " ".join(render_to_string(f"{name}.subject.txt", page).split())
        made = EmailMultiAlternatives(subject, render_to_string(f"{name}.txt", page), to=[_address(letter)])
        made.attach_alternative(render_to_string(f"{name}.html", page), "text/html")
    made.extra_headers = {"Auto-Submitted": "auto-generated"}
    if page["stop"]:
        # RFC 8058: one press in the reader's mail program, without a sign-in.
        made.extra_headers["List-Unsubscribe"] = f"<{page['stop']}>"
        made.extra_headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return made


def language_of(letter: Letter) -> str:
    reader = letter.guardian or letter.user
    return reader.language or settings.LANGUAGE_CODE


def _address(letter: Letter) -> str:
    return letter.guardian.email if letter.guardian else letter.user.email


def _page(letter: Letter) -> dict[str, Any]:
    optional = letter.kind in Letter.OPTIONAL
    return {
        "about": letter.about,
        "user": letter.user,
        "guardian": letter.guardian,
        "site": settings.SITE_URL,
        "link": settings.SITE_URL + letter.about.get("address", "/"),
        "until": parse_datetime(letter.about.get("until", "")),
        "language": language_of(letter),
        "stop": settings.SITE_URL + stop_path(letter.user, letter.kind) if optional else "",
    }


def stop_path(user: User, kind: str) -> str:
    return reverse("accounts:stop_mail", args=(_signer.sign_object([user.pk, kind]),))


def of_token(token: str) -> tuple[User, str] | None:
    """Whose mail of which kind a link is about; None for anything that is none of ours."""
    try:
        pk, kind = _signer.unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user = User.objects.filter(pk=pk, is_active=True).first()
    return (user, kind) if user is not None and kind in Letter.OPTIONAL else None


def switches(user: User) -> list[tuple[str, str | Promise, bool]]:
    """Each kind that this person gets and can switch off, its words, and whether it is wanted."""
    own = [kind for kind in WORDS if user.is_admin or kind not in ADMINS]
    return [(kind, WORDS[kind], kind not in user.silenced) for kind in own]
