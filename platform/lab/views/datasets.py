"""Snapshots of labelled recordings."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedInRequest
from grading.models import Dataset, PlayerPart
from grading.services import datasets as snapshots
from lab.access import get_dataset, require_admin
from lab.histogram import histogram
from submissions.seals import sealed_for

PAGE = 50


@require_safe
def datasets(request: SignedInRequest) -> HttpResponse:
    require_admin(request.user)
    rows = (
        Dataset.objects.defer("manifest")
        .select_related("created_by")
        .annotate(size=Count("examples", distinct=True), trained=Count("runs", distinct=True))
        .order_by("-created_at", "-pk")
    )
    context = {"page": Paginator(rows, PAGE).get_page(request.GET.get("page")), "labels": snapshots.labels()}
    return render(request, "lab/datasets.html", context)


@require_safe
def dataset(request: SignedInRequest, pk: int) -> HttpResponse:
    snapshot = get_dataset(request.user, pk)
    examples = list(
        snapshot.examples.select_related("performance", "rating__rater").order_by("part", "performance__piece", "pk")
    )
    parts = [(part, [example for example in examples if example.part == part]) for part in PlayerPart.Part]
    context = {
        "dataset": snapshot,
        "parts": parts,
        "size": len(examples),
        "withdrawn": sum(example.performance_id is None for example in examples),
        "taken_out": [
            (entry["performance"], parse_datetime(entry["at"]) if entry["at"] else None)
            for entry in snapshot.manifest.get("withdrawn", [])
        ],
        "raters": len({example.rating.rater_id for example in examples if example.rating}),
        "histogram": histogram({part.value: [round(row.level) for row in rows] for part, rows in parts}),
        "page": Paginator(examples, PAGE).get_page(request.GET.get("page")),
        # An admin may be the one who answers an appeal: what it is about is not told.
        "sealed": set(sealed_for(request.user).values_list("performance", flat=True)),
        "runs": snapshot.runs.prefetch_related("jobs").select_related("candidate"),
    }
    return render(request, "lab/dataset.html", context)


@require_POST
def freeze(request: SignedInRequest) -> HttpResponse:
    require_admin(request.user)
    try:
        snapshot = snapshots.freeze(by=request.user)
    except snapshots.NotEnough as shortage:
        messages.error(request, str(shortage))
        return redirect("lab:datasets")
    messages.success(request, _("The labels of this moment are kept as snapshot %(number)s.") % {"number": snapshot.pk})
    return redirect("lab:dataset", pk=snapshot.pk)
