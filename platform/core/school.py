"""What the school decides for all its courses: a page for admins."""

from typing import cast

from django import forms
from django.contrib import messages
from django.contrib.auth.models import AbstractUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from grading.models import Performance
from grading.services import reduction

from . import history
from .models import Event, School


class SchoolForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = School
        fields = ("keep_days", "consent_age")
        labels = {
            "keep_days": _("Days after its result in which a recording is kept whole"),
            "consent_age": _("From this age on a student decides without a guardian"),
        }
        help_texts = {
            "keep_days": _(
                "Afterwards only a small silent film of the keyboard and the hands, the pictures of the sound and what "
                "the model has measured are kept. Grades and remarks stay. What waits for a result or an appeal, what "
                "the class may hear and what teachers measure themselves by is kept whole. Empty: everything is kept."
            ),
            "consent_age": _("16 by the law of the European Union, unless your country says less."),
        }

    def clean_keep_days(self) -> int | None:
        days: int | None = self.cleaned_data["keep_days"]
        if days == 0:
            raise forms.ValidationError(gettext("At least one day, so that a student can still look at the result."))
        return days


@require_http_methods(["GET", "HEAD", "POST"])
def school(request: HttpRequest) -> HttpResponse:
    user = cast(AbstractUser, request.user)
    if not user.is_staff:
        raise Http404
    now = School.current()
    before = {"keep_days": now.keep_days, "consent_age": now.consent_age}
    form = SchoolForm(request.POST or None, instance=now)
    if form.is_valid():
        kept = form.save()
        after = {"keep_days": kept.keep_days, "consent_age": kept.consent_age}
        if after != before:
            history.record(kind="school_changed", actor=user, before=before, after=after)  # type: ignore[arg-type]
        messages.success(request, gettext("The school's rules are kept."))
        return redirect("core:school")
    counts = {
        "whole": Performance.objects.filter(reduced_at__isnull=True).exclude(state="refused").count(),
        "reduced": Performance.objects.filter(reduced_at__isnull=False).count(),
        "due": reduction.due(now.keep_days).count() if now.keep_days else 0,
    }
    return render(request, "core/school.html", {"form": form, "counts": counts})


def changed(event: Event, who: str) -> str:
    days = (event.after or {}).get("keep_days")
    if days is None:
        return gettext("%(who)s decided that recordings are kept whole") % {"who": who}
    return gettext("%(who)s decided that recordings are kept whole for %(days)s days") % {"who": who, "days": days}
