"""What changed from one snapshot to another, in numbers and in a sentence, read from their manifests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grading.models import Dataset, Performance

from .labels import MOVED

Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """One recording that is in both, as it was and as it is."""

    before: Entry
    after: Entry


@dataclass(frozen=True)
class Difference:
    """Entries of the manifests. `moved` is empty: a player stays in one part for good."""

    added: Sequence[Entry]
    withdrawn: Sequence[Entry]
    erased: Sequence[Entry]
    # Its raters are too far apart in the newer one; or it left for another reason, such as another rubric.
    held: Sequence[Entry]
    others: Sequence[Entry]
    changed: Sequence[Change]
    moved: Sequence[Change]

    @property
    def gone(self) -> int:
        return len(self.withdrawn) + len(self.erased) + len(self.held) + len(self.others)

    @property
    def phrases(self) -> list[str]:
        """'+31 performances', '−2 by withdrawn consent', …: only what there is."""
        counts = [
            (
                len(self.added),
                ngettext("+%(count)s performance", "+%(count)s performances", len(self.added)),
            ),
            (
                len(self.withdrawn),
                ngettext("−%(count)s by withdrawn consent", "−%(count)s by withdrawn consent", len(self.withdrawn)),
            ),
            (len(self.erased), ngettext("−%(count)s erased", "−%(count)s erased", len(self.erased))),
            (len(self.held), ngettext("−%(count)s held back", "−%(count)s held back", len(self.held))),
            (
                len(self.others),
                ngettext("−%(count)s for another reason", "−%(count)s for other reasons", len(self.others)),
            ),
            (
                len(self.changed),
                ngettext("%(count)s label changed", "%(count)s labels changed", len(self.changed)),
            ),
            (
                len(self.moved),
                ngettext("%(count)s moved to another part", "%(count)s moved to another part", len(self.moved)),
            ),
        ]
        return [phrase % {"count": count} for count, phrase in counts if count]

    @property
    def sentence(self) -> str:
        return ", ".join(self.phrases) or _("The same recordings with the same labels.")


def difference(older: Dataset, newer: Dataset) -> Difference:
    before, after = _entries(older), _entries(newer)
    gone = {pk: entry for pk, entry in before.items() if pk not in after}
    withdrawn = {entry["performance"] for entry in newer.manifest.get("withdrawn", ())} & gone.keys()
    held = set(newer.manifest.get("held", ())) & gone.keys() - withdrawn
    here = {str(pk) for pk in Performance.objects.filter(pk__in=gone).values_list("pk", flat=True)}
    erased = gone.keys() - here - withdrawn - held
    both = [Change(before[pk], after[pk]) for pk in before if pk in after]
    return Difference(
        added=[entry for pk, entry in after.items() if pk not in before],
        withdrawn=[gone[pk] for pk in gone if pk in withdrawn],
        erased=[gone[pk] for pk in gone if pk in erased],
        held=[gone[pk] for pk in gone if pk in held],
        others=[gone[pk] for pk in gone if pk in here and pk not in withdrawn | held],
        changed=[one for one in both if abs(one.after["level"] - one.before["level"]) >= MOVED],
        moved=[one for one in both if one.after["part"] != one.before["part"]],
    )


def _entries(dataset: Dataset) -> dict[str, Entry]:
    return {entry["performance"]: entry for entry in dataset.manifest["examples"]}
