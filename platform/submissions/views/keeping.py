"""The student's word that a held recording counts."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest

from ..access import get_own_submission
from ..services import keeping


@require_POST
def keep(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    own = get_own_submission(request.user, pk)
    try:
        keeping.keep(submission=own, by=request.user)
    except keeping.KeepingRefused as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _("It counts. Your teacher listens to it next."))
    return redirect("submissions:submission", pk)
