"""What this app keeps of a person."""

from django.contrib.auth.models import AbstractUser
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.models import Event
from core.personal import CannotForget, Fate, Folder, Table

from .models import Export, SignInFailure, User

TABLES = (
    Table("accounts.User_groups", "user", Fate.DELETE, ""),
    Table("accounts.User_user_permissions", "user", Fate.DELETE, ""),
    Table(
        "accounts.Consent",
        "user",
        Fate.KEEP,
        _("What you have agreed to"),
        why=_("It proves what the school was allowed to do, and when. It names nobody any more."),
    ),
    Table("accounts.Guardian", "child", Fate.DELETE, _("Who decides for you")),
    Table("accounts.Letter", "user", Fate.DELETE, _("Mail to you"), leave_out=("about", "trouble")),
    Table("accounts.Export", "user", Fate.DELETE, _("Archives you asked for"), leave_out=("trouble",)),
)


def last_admin(user: AbstractUser) -> None:
    if user.is_staff and not User.objects.filter(is_staff=True, is_active=True).exclude(pk=user.pk).exists():
        raise CannotForget(gettext("You are the only admin of the school. Make somebody else an admin first."))


def archives(user: AbstractUser) -> None:
    from .services import export

    for each in Export.objects.filter(user=user.pk):
        export.remove(export=each)


def wrong_passwords(user: AbstractUser) -> None:
    SignInFailure.objects.filter(email__iexact=user.email).delete()


FOLDERS = (Folder("MEDIA_ROOT", "exports", "with its row: seven days after it was packed, or with its person"),)


def erased(event: Event, who: str) -> str:
    return gettext("A member of the school was erased")
