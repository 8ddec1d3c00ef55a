"""What moved a grade: the stretches and the branch, at the borders of each rule."""

import pytest

from grading.evidence import Highlight, amount, highlights, moved_by
from grading.models import Autograde, ModelVersion


def sure(level: float) -> list[float]:
    """A distribution whose mean is `level`."""
    below = min(int(level), 9)
    return [
        below + 1 - level if place == below else level - below if place == below + 1 else 0.0 for place in range(1, 11)
    ]


def grade(*, sight=6.0, ear=6.0, together=6.0, windows=(), variant="resnet18-3d+resnet18-2d") -> Autograde:
    return Autograde(
        model=ModelVersion(variant=variant),
        visual=sure(sight),
        aural=sure(ear),
        fused=sure(together),
        level=together,
        low=1,
        high=10,
        windows=list(windows),
    )


def window(start, fused, *, sight=6.0, ear=6.0, seconds=10.0):
    return {"start": start, "end": start + seconds, "fused": fused, "visual": sight, "aural": ear, "low": 1, "high": 10}


def spans(found: list[Highlight]) -> list[tuple[float, float]]:
    return [(each.start, each.end) for each in found]


def test_the_strongest_stretches_are_chosen_and_told_in_time_s_order():
    windows = [window(start, fused) for start, fused in ((0, 6.3), (20, 7.0), (40, 6.1), (60, 4.5), (80, 6.9))]
    found = highlights(grade(windows=windows))
    assert [(each.start, each.pull) for each in found] == [
        (20, pytest.approx(1.0)),
        (60, pytest.approx(-1.5)),
        (80, pytest.approx(0.9)),
    ]


def test_no_more_are_chosen_than_were_asked_for():
    windows = [window(start, 8.0) for start in range(0, 100, 20)]
    assert spans(highlights(grade(windows=windows), count=2)) == [(0, 10), (20, 30)]


def test_overlapping_windows_are_told_once():
    windows = [window(start, 6.0 + pull) for start, pull in ((0, 0.5), (2, 0.9), (4, 0.7), (14, 0.6))]
    assert spans(highlights(grade(windows=windows))) == [(2, 12), (14, 24)]


def test_neighbours_that_point_the_same_way_are_one_stretch():
    found = highlights(grade(windows=[window(0, 7.0), window(10, 7.5), window(20, 5.0)]))
    assert spans(found) == [(0, 20), (20, 30)]
    assert found[0].level == pytest.approx(7.25)
    assert found[0].pull == pytest.approx(1.25)


def test_the_weaker_direction_is_told_too():
    windows = [window(start, 8.0) for start in (0, 20, 40)] + [window(60, 5.5)]
    assert spans(highlights(grade(windows=windows), count=2)) == [(0, 10), (60, 70)]


@pytest.mark.parametrize(("fused", "count"), [(6.24, 0), (6.25, 1), (5.76, 0), (5.75, 1)])
def test_a_stretch_that_hardly_differs_says_nothing(fused, count):
    assert len(highlights(grade(windows=[window(0, fused)]))) == count


def test_a_grade_without_windows_has_no_highlights():
    assert highlights(grade()) == []


@pytest.mark.parametrize(
    ("sight", "ear", "words"),
    [
        (6.0, 7.0, "heard a level above the rest"),
        (7.0, 6.0, "seen a level above the rest"),
        (6.6, 6.8, "judged a level above the rest"),
        (5.0, 7.0, "heard a level above the rest"),
        (6.0, 6.2, "judged a level above the rest"),
    ],
)
def test_it_says_by_which_sense_a_stretch_stands_out(sight, ear, words):
    (found,) = highlights(grade(windows=[window(0, 7.0, sight=sight, ear=ear)]))
    assert found.words == words


def test_a_stretch_below_the_rest_is_told_so():
    (found,) = highlights(grade(windows=[window(0, 4.0, ear=4.0)]))
    assert found.words == "heard two levels below the rest"


@pytest.mark.parametrize(
    ("levels", "words"),
    [
        (0.3, "a little"),
        (0.375, "half a level"),
        (-0.75, "a level"),
        (1.25, "one and a half levels"),
        (1.75, "two levels"),
        (-3.4, "three levels"),
    ],
)
def test_amounts_are_said_as_one_says_them(levels, words):
    assert amount(levels) == words


@pytest.mark.parametrize(
    ("sight", "ear", "together", "sentence"),
    [
        (
            4.2,
            6.8,
            6.5,
            "The sound carried it: by ear level 7, by sight 4; together 6. "
            "The picture alone would have put it two lower.",
        ),
        (
            7.9,
            4.0,
            7.4,
            "The picture carried it: by sight level 8, by ear 4; together 7. "
            "The sound alone would have put it three lower.",
        ),
        (3.0, 6.0, 4.5, "Picture and sound pull apart, and the grade lies between: by sight level 3, by ear 6; "
         "together 4."),
        (5.6, 6.55, 6.0, "Picture and sound agree: by sight level 6, by ear 7; together 6."),
        # a little beyond both of them, on the ear's side
        (4.0, 6.0, 6.9, "The sound carried it: by ear level 6, by sight 4; together 7. "
         "The picture alone would have put it three lower."),
        # far beyond both of them, whether they agree or not
        (4.0, 6.0, 7.0, "Together they put it higher than either alone: by sight level 4, by ear 6; together 7."),
        (4.0, 4.1, 3.0, "Together they put it lower than either alone: by sight level 4, by ear 4; together 3."),
        # the other would have put it higher
        (8.0, 4.0, 4.2, "The sound carried it: by ear level 4, by sight 8; together 4. "
         "The picture alone would have put it four higher."),
        # the same whole level all the same: nothing to add
        (5.55, 6.6, 6.4, "The sound carried it: by ear level 7, by sight 6; together 6."),
    ],
)  # fmt: skip
def test_it_says_in_words_what_carried_the_grade(sight, ear, together, sentence):
    assert moved_by(grade(sight=sight, ear=ear, together=together)) == sentence


@pytest.mark.parametrize(
    ("ear", "together", "begins"),
    [
        (4.99, 4.6, "Picture and sound agree"),
        (5.0, 4.5, "Picture and sound pull apart"),
        (7.0, 6.0, "The sound carried"),
        (7.0, 5.99, "Picture and sound pull apart"),
        (7.0, 5.01, "Picture and sound pull apart"),
        (7.0, 5.0, "The picture carried"),
    ],
)
def test_the_borders_between_the_sentences(ear, together, begins):
    assert moved_by(grade(sight=4.0, ear=ear, together=together)).startswith(begins)


@pytest.mark.parametrize(
    ("variant", "sentence"),
    [
        ("resnet18-2d", "This model only listens: it has not seen the picture."),
        ("resnet34-3d", "This model only looks: it has not heard the sound."),
        ("c3d", "This model only looks: it has not heard the sound."),
    ],
)
def test_a_model_with_one_sense_says_so(variant, sentence):
    assert moved_by(grade(variant=variant)) == sentence


def test_a_model_with_both_senses_that_happen_to_agree_is_not_taken_for_one():
    assert moved_by(grade()).startswith("Picture and sound agree")
