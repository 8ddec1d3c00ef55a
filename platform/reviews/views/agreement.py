"""How far the teachers of a course agree: for its heads and the house's admins."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from courses.access import get_headed_course
from grading.models.grades import LEVELS

from .. import agreement as read
from .. import drawings, levels
from ..requests import number


@require_safe
def agreement(request: SignedInRequest, course: int) -> HttpResponse:
    headed = get_headed_course(request.user, course)
    rubrics = read.rubrics(headed)
    chosen = number(request.GET.get("rubric"))
    rubric = next((each for each in rubrics if each.pk == chosen), rubrics[0] if rubrics else None)
    context = {"course": headed, "rubrics": rubrics, "rubric": rubric}
    if rubric is not None:
        context |= _page(read.page(course=headed, rubric=rubric, reader=request.user), request.GET.get("look"))
    return render(request, "reviews/agreement.html", context)


def _page(page: read.Page, look: str | None) -> dict[str, object]:
    from grading.agreement import FEWEST, Figure

    drawn = page.drawn(look)
    scale = drawings.Scale.around_nought(bound for row in page.severities for bound in (row.low, row.high))
    severities = [
        {
            "name": row.teacher[0],
            "row": row,
            "mark": drawings.Whisker.of(scale, Figure(row.lean, row.low, row.high)),
            "sentence": levels.leaning(row.teacher[0], _("the colleagues"), row.lean, row.low, row.high),
        }
        for row in page.severities
    ]
    return {
        "page": page,
        "fewest": FEWEST,
        "severities": severities,
        "scale": scale,
        "drawn": drawn,
        "levels": LEVELS,
        "plot": drawings.bland_altman(drawn.pairs, drawn.found) if drawn and drawn.found else None,
        "leaning": _leaning(drawn),
    }


def _leaning(drawn: read.Comparison | None) -> str:
    if drawn is None or drawn.found is None:
        return ""
    bias = drawn.found.limits.bias
    return levels.leaning(drawn.first, drawn.second, bias.value, bias.low, bias.high)
