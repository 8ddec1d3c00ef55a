import pytest
from django.utils import translation

from core.figures import is_nothing, percent, signed, tenths
from core.templatetags.clavier import listed


@pytest.mark.parametrize(("language", "written"), [("en", "0.4"), ("es", "0,4"), ("zh-hans", "0.4")])
def test_a_tenth_is_written_as_its_language_does(language, written):
    with translation.override(language):
        assert tenths(-0.44) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.44, "+0.4"), (-0.44, "−0.4"), (0.04, "0.0"), (-0.04, "0.0"), (2, "+2"), (-2, "−2"), (0, "0")],
)
def test_a_difference_has_its_sign_and_nothing_has_none(value, written):
    assert signed(value) == written


def test_a_share_is_written_in_whole_percent():
    assert percent(0.434) == "43 %"


def test_what_rounds_to_nought_is_nothing():
    assert is_nothing(-0.049)
    assert not is_nothing(0.05)


@pytest.mark.parametrize(
    ("things", "written"), [([], ""), (["Ana"], "Ana"), (["Ana", "Bo"], "Ana and Bo"), (["A", "B", "C"], "A, B and C")]
)
def test_things_are_listed_as_one_says_them(things, written):
    assert listed(things) == written
