"""What a report warns of is stored in English and read in any language."""

import pytest

from lab.flags import told
from ml.flags import flags
from tests.ml.test_flags import audit, off, report
from tests.unmarked.pages import CLOSE, OPEN, bracket_translations

REPORTS = {
    "a small audit": lambda: report(off(0.5, count=12), examples=audit(12, 6)),
    "one player": lambda: report(off(0.5), controls={"metadata": off(3.0)}, examples=audit(players=1)),
    "as good": lambda: report(
        off(1.0), controls={name: off(1.0, seed=1) for name in ("majority", "metadata", "shuffled_visual")}
    ),
    "without the sound": lambda: report(off(1.0), controls={"shuffled_aural": off(1.0, seed=1)}),
    "better": lambda: report(off(1.5), controls={"metadata": off(0.2, seed=1), "shuffled_aural": off(0.2, seed=1)}),
    "nearly": lambda: report(
        off(0.6), controls={name: off(0) + (off(0.6) - off(0)) * 1.02 for name in ("shuffled_visual", "shuffled_aural")}
    ),
    "metadata": lambda: report(off(0.3), controls={"metadata": off(1.5, 1)}),
    "one sense": lambda: report(off(1.5), branches={"visual": off(0.3, 1), "aural": off(0.3, 2)}),
    "intervals": lambda: report(off(0.5), coverage=0.82),
}


@pytest.mark.parametrize("name", REPORTS)
def test_every_warning_is_known_and_keeps_its_words(name, monkeypatch):
    found = flags(REPORTS[name]())
    assert found
    assert [told(flag) for flag in found] == found
    bracket_translations(monkeypatch)
    read = [told(flag) for flag in found]
    assert all(flag.startswith(OPEN) and flag.endswith(CLOSE) for flag in read)
    assert [flag.replace(OPEN, "").replace(CLOSE, "") for flag in read] == found


def test_a_warning_that_is_not_known_stays_as_it_was_written():
    assert told("A warning of an older version.") == "A warning of an older version."
