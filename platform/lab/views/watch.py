"""How the model is doing: what has moved, and the weeks behind it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedInRequest
from grading.models import Alarm
from grading.services import monitoring, registry
from lab import alarms
from lab.access import get_alarm, require_admin
from lab.watch import WEEKS
from lab.watch import watch as watched

PAST = 8  # alarms that are over


@require_safe
def watch(request: SignedInRequest) -> HttpResponse:
    require_admin(request.user)
    past = Alarm.objects.filter(closed_at__isnull=False).order_by("-closed_at")[:PAST]
    context = {
        "alarms": alarms.open_alarms(),
        "past": [alarms.told(alarm) for alarm in past],
        "watch": watched(),
        "weeks": WEEKS,
        "champion": registry.champion(),
    }
    return render(request, "lab/watch.html", context)


@require_POST
def see_alarm(request: SignedInRequest, pk: int) -> HttpResponse:
    alarm = get_alarm(request.user, pk)
    monitoring.see(alarm=alarm, by=request.user)
    messages.success(request, _("Marked as seen. It stays here until it is quiet again."))
    return redirect("lab:watch")
