"""How sure it is that the frame holds the keyboard, in words."""

import pytest

from submissions.framing import framing
from tests import factories


def framed(cast, confidence, **fields):
    crop = factories.CROP | {"confidence": confidence}
    return framing(factories.performance(player=cast.student, **{"crop": crop} | fields))


@pytest.mark.parametrize(
    ("confidence", "words", "is_sure"),
    [
        (1.0, "The keyboard was found", True),
        (0.5, "The keyboard was found", True),
        (0.49, "We are not sure that we found the keyboard; please check the frame.", False),
        (0.0, "No keyboard was found, so the model looks at the whole picture.", False),
    ],
)
def test_a_proposal_says_how_sure_it_is(cast, confidence, words, is_sure):
    found = framed(cast, confidence)
    assert found.words.startswith(words)
    assert found.is_sure == is_sure


def test_what_a_person_has_drawn_is_not_doubted(cast):
    found = framed(cast, 0.1, crop_moved_by=cast.student)
    assert (found.words, found.is_sure) == ("This frame was drawn by hand.", True)


def test_the_form_holds_the_frame_as_it_is(cast):
    assert framed(cast, 1.0).form.initial == factories.CROP | {"confidence": 1.0}


@pytest.mark.parametrize("fields", [{"state": "arrived", "crop": None}, {"state": "refused"}])
def test_without_a_picture_there_is_no_frame(cast, fields):
    assert framed(cast, 1.0, **fields) is None
