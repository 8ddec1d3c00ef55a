"""Exports and imports as sentences for an admin."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.contrib.humanize.templatetags.humanize import intcomma
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from grading.exchange import words
from grading.models import Bundle, Job
from grading.services import bundles

State = Bundle.State

# Which layout is for what, beside its name.
FOR_WHAT = {
    Bundle.Layout.CLAVIER: gettext_lazy(
        "For another house of Clavier, or to keep: everything that was said, with the words of the rubrics."
    ),
    Bundle.Layout.CSV: gettext_lazy("For a spreadsheet: one rating a row."),
    Bundle.Layout.DATASETS: gettext_lazy("For researchers who train models of their own: ready to be loaded."),
    Bundle.Layout.PISA: gettext_lazy("For programs that read PISA: one level a recording, and no single ratings."),
    Bundle.Layout.LABEL_STUDIO: gettext_lazy("For people elsewhere to rate the same recordings, and to send it back."),
}
STAGES = {
    "packing": gettext_lazy("Packing"),
    "unpacking": gettext_lazy("Unpacking"),
    "reading": gettext_lazy("Reading"),
    "looking": gettext_lazy("Looking at the recordings"),
}


PEOPLE = {"raters": gettext_lazy("Raters"), "players": gettext_lazy("Players")}
FIGURES = {
    Bundle.Way.OUT: {"performances": gettext_lazy("Recordings"), "ratings": gettext_lazy("Ratings"), **PEOPLE},
    Bundle.Way.IN: {"performances": gettext_lazy("New recordings"), "ratings": gettext_lazy("New ratings"), **PEOPLE},
}


@dataclass(frozen=True)
class Row:
    """One export or import: its figures, what is to be said of it, how far it is, and whether it can be fetched."""

    bundle: Bundle
    figures: list[tuple[str, str]]
    sentences: list[str]
    stage: str
    fraction: float

    @property
    def waiting(self) -> bool:
        return self.bundle.state == Bundle.State.WAITING

    @property
    def fetchable(self) -> bool:
        return self.bundle.way == Bundle.Way.OUT and self.bundle.state == Bundle.State.READY


def row_of(bundle: Bundle) -> Row:
    """`bundle` comes with its jobs."""
    job: Job | None = max(bundle.jobs.all(), key=lambda each: each.pk, default=None)
    stage = str(STAGES.get(job.stage, "")) if job else ""
    return Row(bundle, _figures(bundle), list(_sentences(bundle)), stage, job.fraction if job else 0.0)


def _figures(bundle: Bundle) -> list[tuple[str, str]]:
    labels = FIGURES[Bundle.Way(bundle.way)]
    known = [(str(label), intcomma(bundle.numbers[name])) for name, label in labels.items() if name in bundle.numbers]
    return [*known, (_("Size"), filesizeformat(bundle.numbers["bytes"]))] if known else []


def _sentences(bundle: Bundle) -> Iterator[str]:
    numbers = bundle.numbers
    if bundle.state == State.REFUSED:
        yield words.sentence(numbers["wrong"])
        yield _("Nothing was changed.")
    for name, count in numbers.items():
        if name in _COUNTED and count:
            yield _COUNTED[name](count) % {"count": intcomma(count)}
    if bundle.state == State.READY and bundle.way == Bundle.Way.OUT:
        until = date_format(timezone.localdate(bundle.created_at + bundles.KEPT), "SHORT_DATE_FORMAT")
        yield _("It can be fetched until %(day)s.") % {"day": until}
    if bundle.state == State.GONE:
        yield _("The archive is gone: a week has passed, or somebody in it no longer agrees.")


_COUNTED: dict[str, Callable[[int], str]] = {
    "withdrawn": lambda count: ngettext(
        "%(count)s recording of the snapshot stayed here: it was erased, or its player no longer agrees.",
        "%(count)s recordings of the snapshot stayed here: they were erased, or their players no longer agree.",
        count,
    ),
    "reduced": lambda count: ngettext(
        "%(count)s recording stayed here, because only parts of it are kept.",
        "%(count)s recordings stayed here, because only parts of them are kept.",
        count,
    ),
    "known": lambda count: ngettext(
        "%(count)s recording was here already.", "%(count)s recordings were here already.", count
    ),
    "unagreed": lambda count: ngettext(
        "%(count)s recording was left out: its player does not agree to training.",
        "%(count)s recordings were left out: their players do not agree to training.",
        count,
    ),
    "forgotten": lambda count: ngettext(
        "%(count)s recording was left out: it is of somebody who asked to be forgotten here.",
        "%(count)s recordings were left out: they are of people who asked to be forgotten here.",
        count,
    ),
    "missing": lambda count: ngettext(
        "%(count)s recording was left out: its video is not in the archive.",
        "%(count)s recordings were left out: their videos are not in the archive.",
        count,
    ),
}
