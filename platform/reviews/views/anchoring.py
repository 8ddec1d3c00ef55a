"""How far the model's grade draws one towards it: each teacher sees her own, and nobody else's."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from courses.access import require_teacher

from .. import agreement as read
from .. import drawings, levels


@require_safe
def anchoring(request: SignedInRequest) -> HttpResponse:
    from grading import agreement

    require_teacher(request.user)
    blind, shown = read.own_gaps(request.user)
    missing = {name: max(0, agreement.FEWEST - len(gaps)) for name, gaps in (("blind", blind), ("shown", shown))}
    context: dict[str, object] = {"missing": missing, "fewest": agreement.FEWEST, "blind": blind, "shown": shown}
    if not any(missing.values()):
        found = agreement.anchoring(blind, shown)
        sides = ((_("Blind"), found.blind), (_("Shown"), found.shown))
        scale = drawings.Scale.from_nought(side.apart.high for _, side in sides)
        context |= {
            "found": found,
            "sentence": levels.pulled(found),
            "scale": scale,
            "sides": [(name, side, drawings.Whisker.of(scale, side.apart)) for name, side in sides],
        }
    return render(request, "reviews/anchoring.html", context)
