"""Taking a recording back before it is marked, and erasing what was taken back."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest

from ..access import get_own_submission
from ..services import withdrawals


@require_POST
def withdraw(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    own = get_own_submission(request.user, pk)
    try:
        withdrawals.withdraw(submission=own, by=request.user)
    except withdrawals.WithdrawalRefused as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _("You took it back. Nobody else sees it any more, and it counts for nothing."))
    return redirect("submissions:submission", pk)


@require_POST
def erase(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    own = get_own_submission(request.user, pk)
    try:
        withdrawals.erase(submission=own, by=request.user)
    except withdrawals.WithdrawalRefused as reason:
        messages.error(request, str(reason))
        return redirect("submissions:submission", pk)
    messages.success(request, _("The recording is erased."))
    return redirect("submissions:assignment", own.assignment_id)
