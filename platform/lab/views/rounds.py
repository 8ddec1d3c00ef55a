"""What teachers are asked to rate next, and what of the audit part they are asked to rate once more."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedInRequest
from grading.models import Round
from grading.services import rounds as asking
from lab.access import get_round, require_admin
from lab.forms import SizeForm
from lab.rounds import bias, newest


@require_safe
def rounds(request: SignedInRequest) -> HttpResponse:
    require_admin(request.user)
    context = {
        "current": newest(audit=False),
        "audit": newest(audit=True),
        "auditing": asking.auditing(),
        "candidates": asking.candidates().count(),
        "unheard": asking.unheard().count(),
        "bias": bias(),
        "size": asking.SIZE,
        "most": asking.MOST,
        "chance": round(asking.SIZE * asking.CONTROL_SHARE),
    }
    return render(request, "lab/rounds.html", context)


@require_POST
def ask(request: SignedInRequest) -> HttpResponse:
    return _asked(request, asking.ask, _stand_first)


@require_POST
def ask_unheard(request: SignedInRequest) -> HttpResponse:
    return _asked(request, asking.ask_unheard, _stand_first)


@require_POST
def ask_audit(request: SignedInRequest) -> HttpResponse:
    return _asked(request, asking.ask_audit, _second_asked)


def _asked(request: SignedInRequest, begin: Callable[..., Round], said: Callable[[int], str]) -> HttpResponse:
    require_admin(request.user)
    form = SizeForm(request.POST)
    if not form.is_valid():
        return _refused(request, _("Ask for 1 to %(most)s recordings.") % {"most": asking.MOST})
    try:
        made = begin(by=request.user, size=form.cleaned_data["size"])
    except asking.NothingToAsk as why:
        return _refused(request, str(why))
    messages.success(request, said(made.asked.count()))
    return redirect("lab:rounds")


def _stand_first(count: int) -> str:
    said = ngettext(
        "%(count)s recording is asked for. It stands first in the queues of those who may rate it.",
        "%(count)s recordings are asked for. They stand first in the queues of those who may rate them.",
        count,
    )
    return said % {"count": count}


def _second_asked(count: int) -> str:
    said = ngettext(
        "A second, blind rating of %(count)s recording is asked for.",
        "Second, blind ratings of %(count)s recordings are asked for.",
        count,
    )
    return said % {"count": count}


@require_POST
def close_round(request: SignedInRequest, pk: int) -> HttpResponse:
    asking.close(round=get_round(request.user, pk))
    messages.success(request, _("Nobody is asked for the rest of it any more. What was rated stays."))
    return redirect("lab:rounds")


def _refused(request: SignedInRequest, why: str) -> HttpResponse:
    messages.error(request, why)
    return redirect("lab:rounds")
