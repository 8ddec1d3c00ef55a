"""What the model points at: few places, the good ones first, each with the words of its sense."""

import pytest

from grading.models import Autograde, ModelVersion
from submissions.pointing import pointers

FLAT = [0.0] * 5 + [1.0] + [0.0] * 4  # level 6


def grade(*windows):
    return Autograde(
        model=ModelVersion(variant="resnet18-3d+resnet18-2d"), visual=FLAT, aural=FLAT, fused=FLAT, level=6.0, low=5,
        high=7, windows=[window(*each) for each in windows],
    )  # fmt: skip


def window(start, fused, sight=6.0, ear=6.0):
    return {"start": start, "end": start + 5.0, "fused": fused, "visual": sight, "aural": ear, "low": 5, "high": 7}


@pytest.mark.parametrize(
    ("fused", "sight", "ear", "words"),
    [
        (7.0, 6.0, 7.0, "To the ear a level above the rest."),
        (5.5, 6.0, 5.5, "To the ear half a level below the rest."),
        (7.0, 7.0, 6.0, "To the eye a level above the rest."),
        (4.0, 4.0, 6.0, "To the eye two levels below the rest."),
        (7.0, 7.0, 7.0, "To eye and ear a level above the rest."),
        (5.0, 5.0, 5.0, "To eye and ear a level below the rest."),
    ],
)
def test_each_place_says_to_which_sense_it_stands_out_and_how_far(fused, sight, ear, words):
    (found,) = pointers(grade((0.0, fused, sight, ear)))
    assert found.words.startswith(words)
    assert found.is_good == (fused > 6)


def test_what_is_good_comes_first_and_each_kind_in_time_s_order():
    found = pointers(grade((0.0, 5.0), (10.0, 7.5), (20.0, 5.2)))
    assert [(each.start, each.end, each.is_good) for each in found] == [
        (10.0, 15.0, True),
        (0.0, 5.0, False),
        (20.0, 25.0, False),
    ]


def test_there_are_at_most_three():
    assert len(pointers(grade(*((10.0 * place, 8.0) for place in range(6))))) == 3


def test_where_all_is_alike_nothing_is_pointed_at():
    assert pointers(grade((0.0, 6.1), (10.0, 5.9))) == []
