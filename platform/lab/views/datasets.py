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
from grading.models import Dataset, LabelRule, PlayerPart
from grading.services import datasets as snapshots
from grading.services.labels import held_back
from lab import said
from lab.access import get_dataset, require_admin
from lab.histogram import histogram
from submissions.seals import sealed_for

PAGE = 50
COMPARABLE = 50  # snapshots that one may be compared with: the newest
LISTED = 100  # recordings of each kind on the page of a difference


@require_safe
def datasets(request: SignedInRequest) -> HttpResponse:
    require_admin(request.user)
    rows = (
        Dataset.objects.defer("manifest")
        .select_related("created_by")
        .annotate(size=Count("examples", distinct=True), trained=Count("runs", distinct=True))
        .order_by("-created_at", "-pk")
    )
    context = {
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "labels": snapshots.labels(),
        "held": len(held_back()),
        "rule": LabelRule.current(),
        "audit": snapshots.audit_state(),
    }
    return render(request, "lab/datasets.html", context)


@require_safe
def dataset(request: SignedInRequest, pk: int) -> HttpResponse:
    snapshot = get_dataset(request.user, pk)
    other = request.GET.get("with", "")
    if other.isascii() and other.isdigit():
        return redirect("lab:difference", *sorted((pk, get_dataset(request.user, int(other)).pk)))
    rows = snapshot.examples.select_related("performance", "rating__rater").defer("target")
    examples = list(rows.order_by("part", "performance__piece", "pk"))
    parts = [(part, [example for example in examples if example.part == part]) for part in PlayerPart.Part]
    page = Paginator(examples, PAGE).get_page(request.GET.get("page"))
    context = {
        "dataset": snapshot,
        "parts": parts,
        "size": len(examples),
        "withdrawn": sum(example.performance_id is None for example in examples),
        "taken_out": [
            (entry["performance"], parse_datetime(entry["at"]) if entry["at"] else None)
            for entry in snapshot.manifest.get("withdrawn", [])
        ],
        "raters": said.raters_of(snapshot.manifest, examples),
        "held": len(snapshot.manifest.get("held", ())),
        "histogram": histogram({part.value: [round(row.level) for row in rows] for part, rows in parts}),
        "page": page,
        "rows": said.rows(page, snapshot.manifest),
        "others": Dataset.objects.defer("manifest").exclude(pk=pk)[:COMPARABLE],
        # An admin may be the one who answers an appeal: what it is about is not told.
        "sealed": set(sealed_for(request.user).values_list("performance", flat=True)),
        "runs": snapshot.runs.prefetch_related("jobs").select_related("candidate"),
    }
    return render(request, "lab/dataset.html", context)


@require_safe
def difference(request: SignedInRequest, older: int, newer: int) -> HttpResponse:
    first, second = get_dataset(request.user, older), get_dataset(request.user, newer)
    if older > newer:
        return redirect("lab:difference", newer, older)
    found = snapshots.difference(first, second)
    sealed = {str(pk) for pk in sealed_for(request.user).values_list("performance", flat=True)}
    context = {
        "older": first,
        "newer": second,
        "difference": found,
        "parts": [_part(part, first, second) for part in PlayerPart.Part],
        "changed": [change for change in found.changed if change.after["performance"] not in sealed][:LISTED],
        "added": found.added[:LISTED],
        "gone": [
            (_("its player took consent back"), found.withdrawn[:LISTED]),
            (_("it was erased"), found.erased[:LISTED]),
            (_("its raters are too far apart"), found.held[:LISTED]),
            (_("another reason, such as another rubric"), found.others[:LISTED]),
        ],
        "sealed": sealed,
        "listed": LISTED,
    }
    return render(request, "lab/difference.html", context)


def _part(part: PlayerPart.Part, *datasets: Dataset) -> tuple[str, list[int]]:
    """Its name, and how many recordings of it each snapshot holds."""
    return str(part.label), [sum(entry["part"] == part for entry in one.manifest["examples"]) for one in datasets]


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
