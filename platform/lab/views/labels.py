"""How what several people say becomes one label, and what waits for somebody to settle it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest
from grading.models import LabelRule
from grading.services import labels as labelling
from lab import said
from lab.access import get_label_rule, require_admin
from lab.forms import LabelRuleForm
from submissions.models import Submission
from submissions.seals import sealed_for

PAGE = 30


@require_http_methods(["GET", "POST"])
def labels(request: SignedInRequest) -> HttpResponse:
    """Shows what a choice would change before it is kept."""
    form = LabelRuleForm(request.POST or None, instance=get_label_rule(request.user))
    chosen = request.method == "POST" and form.is_valid()
    if chosen and request.POST.get("act") == "keep":
        form.save()
        messages.success(request, _("The rule is kept. The next snapshot is made by it; those there are stay."))
        return redirect("lab:labels")
    rule = form.instance if chosen else LabelRule.current()
    context = {
        "form": form,
        "numbers": [field for field in form if field.name != "combination"],
        "looked": chosen,
        "rule": rule,
        "in_force": LabelRule.current().combination,
        "previews": labelling.previews(rule),
    }
    return render(request, "lab/labels.html", context)


@require_safe
def held_back(request: SignedInRequest) -> HttpResponse:
    require_admin(request.user)
    rule = LabelRule.current()
    page = Paginator(labelling.held_back(rule=rule), PAGE).get_page(request.GET.get("page"))
    names = said.names_of(one.rater for held in page for one in held.given)
    shown = [held.performance.pk for held in page]
    submissions = Submission.objects.select_related("student", "assignment__course").kept()
    desks = {each.performance_id: each for each in submissions.filter(performance__in=shown)}
    context = {
        "page": page,
        "rows": [(held, said.words(held.given, names), desks.get(held.performance.pk)) for held in page],
        "rule": rule,
        # An admin may be the one who answers an appeal: what was said is not told.
        "sealed": set(sealed_for(request.user).filter(performance__in=shown).values_list("performance", flat=True)),
    }
    return render(request, "lab/held_back.html", context)
