"""What the history calls the parts of a rubric is written in English and read in any language."""

import pytest

from courses.rubric_words import name_of
from tests.unmarked.pages import bracket_translations


@pytest.mark.parametrize(
    "written",
    [
        "its name",
        "the order",
        "the words of level 3",
        "the criterion Touch",
        "the name of Touch (touch-2)",
        "the words of mark 3 of Touch",
        "the words of Touch",
        "the weight of Touch",
        "whether Touch is marked",
    ],
)
def test_every_part_is_known_and_keeps_its_words(written, monkeypatch):
    assert name_of(written) == written
    bracket_translations(monkeypatch)
    assert name_of(written) == f"⟦{written}⟧"


def test_what_is_not_known_stays_as_it_was_written():
    assert name_of("something older") == "something older"
