"""Training runs: started, watched, stopped, taken up again."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.requests import SignedInRequest
from grading.models import Dataset, TrainingRun
from grading.services import recipes, training
from grading.services.preconditions import preconditions
from lab.access import get_dataset, get_run, require_admin
from lab.comparison import compare
from lab.forms import RecipeForm
from lab.progress import progress_of
from lab.recipe_words import DEPTHS, settings_of

PAGE = 50
SNAPSHOTS = 50  # to choose from: the newest


@require_http_methods(["GET", "POST"])
def train(request: SignedInRequest) -> HttpResponse:
    """First what is to learn and from what, by GET; then what that needs, and the button."""
    require_admin(request.user)
    asked = request.POST if request.method == "POST" else request.GET
    depth = asked["depth"] if asked.get("depth") in recipes.DEPTHS else recipes.HEADS
    dataset = _chosen(request.user, asked)
    form = RecipeForm(request.POST if request.method == "POST" else None, depth=depth)
    trouble = ""
    if request.method == "POST" and form.is_valid():
        try:
            run = training.start(by=request.user, dataset=dataset, config=form.config)
        except training.Refused as refusal:
            trouble = str(refusal)
        else:
            messages.success(request, _("%(run)s has begun. The champion goes on grading meanwhile.") % {"run": run})
            return redirect("lab:run", pk=run.pk)
    conditions = preconditions(depth=depth, dataset=dataset)
    context = {
        "form": form,
        "trouble": trouble,
        "depth": depth,
        "depths": DEPTHS.items(),
        "dataset": dataset,
        "datasets": Dataset.objects.defer("manifest").annotate(size=Count("examples"))[:SNAPSHOTS],
        "preconditions": conditions,
        "ready": all(condition.met for condition in conditions),
    }
    return render(request, "lab/train.html", context, status=422 if trouble or form.errors else 200)


def _chosen(user: User, asked: QueryDict) -> Dataset | None:
    """None for the labels of this moment."""
    chosen = asked.get("dataset", "")
    return get_dataset(user, int(chosen)) if chosen.isascii() and chosen.isdigit() else None


@require_safe
def runs(request: SignedInRequest) -> HttpResponse:
    """All of them; two that are marked lead to their comparison."""
    require_admin(request.user)
    marked = request.GET.getlist("run")
    chosen = sorted({int(each) for each in marked if each.isascii() and each.isdigit()})
    if len(chosen) == 2:
        return redirect("lab:comparison", one=chosen[0], other=chosen[1])
    if marked:
        messages.error(request, _("Mark two trainings to compare them."))
    rows = (
        TrainingRun.objects.defer("log", "history")
        .select_related("candidate", "started_by", "start")
        .prefetch_related("jobs")
        .order_by("-created_at", "-pk")
    )
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "lab/all_runs.html", {"page": page, "depths": DEPTHS})


@require_safe
def comparison(request: SignedInRequest, one: int, other: int) -> HttpResponse:
    """The earlier is on the left; one training beside itself is its own page."""
    earlier, later = get_run(request.user, min(one, other)), get_run(request.user, max(one, other))
    if one == other:
        return redirect("lab:run", pk=one)
    return render(
        request, "lab/comparison.html", {"comparison": compare(earlier, later), "one": earlier, "other": later}
    )


@require_safe
def run(request: SignedInRequest, pk: int) -> HttpResponse:
    training_run = get_run(request.user, pk)
    before = TrainingRun.objects.filter(pk__lt=pk).order_by("-pk").values_list("pk", flat=True).first()
    context = {
        "run": training_run,
        "progress": progress_of(training_run),
        "settings": settings_of(training_run),
        "before": before,
    }
    return render(request, "lab/run.html", context)


@require_safe
def progress(request: SignedInRequest, pk: int) -> JsonResponse:
    return JsonResponse(progress_of(get_run(request.user, pk)).to_json())


@require_POST
def stop(request: SignedInRequest, pk: int) -> HttpResponse:
    training_run = get_run(request.user, pk)
    try:
        training.stop(run=training_run, by=request.user)
    except training.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(run)s is stopped. Nothing was changed by it.") % {"run": training_run})
    return redirect("lab:run", pk=pk)


@require_POST
def go_on(request: SignedInRequest, pk: int) -> HttpResponse:
    training_run = get_run(request.user, pk)
    try:
        training.go_on(run=training_run)
    except training.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(run)s goes on from where it stopped.") % {"run": training_run})
    return redirect("lab:run", pk=pk)
