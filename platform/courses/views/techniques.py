"""The school's vocabulary of techniques, which a remark may name. Every teacher reads it; heads and admins edit it."""

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import SignedInRequest
from grading.models import Technique

from ..access import get_technique_to_edit, heads, require_head, require_teacher
from ..services import techniques as services


@require_http_methods(["GET", "HEAD", "POST"])
def techniques(request: SignedInRequest) -> HttpResponse:
    require_teacher(request.user)
    if request.method == "POST":
        require_head(request.user)
        try:
            added = services.add(name=request.POST.get("name", ""), by=request.user)
        except services.TechniqueRefused as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, _("%(name)s is in the vocabulary.") % {"name": added})
        return redirect("courses:techniques")
    rows = Technique.objects.annotate(remarked=Count("remarks"))
    context = {
        "techniques": [row for row in rows if not row.retired],
        "retired": [row for row in rows if row.retired],
        "may_edit": heads(request.user),
    }
    return render(request, "courses/techniques.html", context)


@require_POST
def technique(request: SignedInRequest, pk: int) -> HttpResponse:
    """One act on one of them: `up`, `down`, `retire`, `bring_back`, else the new name."""
    row, act = get_technique_to_edit(request.user, pk), request.POST.get("act", "rename")
    try:
        if act in ("up", "down"):
            services.move(technique=row, steps=-1 if act == "up" else 1)
        elif act in ("retire", "bring_back"):
            services.retire(technique=row, retired=act == "retire", by=request.user)
        else:
            name, was = request.POST.get("name", ""), request.POST.get("was", "")
            services.rename(technique=row, name=name, was=was, by=request.user)
    except services.TechniqueRefused as reason:
        messages.error(request, str(reason))
    return redirect("courses:techniques")
