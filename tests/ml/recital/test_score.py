"""The notation, the pieces and their fingering."""

import pytest

from ml.recital import PIECES
from ml.recital.fingering import finger
from ml.recital.score import NotationError, hand_to_notes, pitch_of


def test_pitches_are_named_from_middle_c():
    assert [pitch_of(name) for name in ("C4", "A0", "F#5", "Bb3", "C8")] == [60, 21, 78, 58, 108]


def test_a_hand_is_read_with_durations_chords_holds_and_rests():
    notes = hand_to_notes("q C4/1 e r D4+F4/2.4 | h E4/3=3 |", "R", 2)
    assert [(note.beat, note.beats, note.pitch, note.finger) for note in notes] == [
        (0.0, 1.0, 60, 1),
        (1.5, 0.5, 62, 2),
        (1.5, 0.5, 65, 4),
        (2.0, 3.0, 64, 3),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [("q C4 D4 |", "bar 1 of hand R holds 2.0 beats"), ("q H4 |", "'H4'"), ("q C4+E4/1 |", "1 fingers for 2 notes")],
)
def test_a_slip_of_the_pen_is_named(text, said):
    with pytest.raises(NotationError, match=said):
        hand_to_notes(text, "R", 3)


@pytest.mark.parametrize("piece", PIECES.values(), ids=lambda piece: piece.slug)
def test_a_piece_is_short_and_uses_both_hands_with_possible_fingers(piece):
    assert 9 <= piece.beats * 60 / piece.tempo <= 30
    assert {note.hand for note in piece.notes} == {"L", "R"}
    for hand in "LR":
        for beat in {note.beat for note in piece.notes if note.hand == hand}:
            chord = sorted((n.pitch, n.finger) for n in piece.notes if n.hand == hand and n.beat == beat)
            fingers = [digit for _, digit in chord]
            assert fingers == sorted(set(fingers), reverse=hand == "L"), f"{piece.slug} {hand} beat {beat}"
            assert chord[-1][0] - chord[0][0] <= 16, "no hand stretches farther than a tenth"


def test_there_are_a_dozen_pieces_of_graded_difficulty():
    assert len(PIECES) >= 12
    assert len({piece.difficulty for piece in PIECES.values()}) >= 5


def test_fingering_keeps_what_is_given_and_passes_the_thumb_under_in_a_scale():
    scale = [((pitch,), None) for pitch in (60, 62, 64, 65, 67, 69, 71, 72)]
    fingers = [digits[0] for digits in finger(scale, "R")]
    assert fingers[0] == 1
    assert 1 in fingers[2:6], "eight notes need a second thumb"
    assert finger([((60, 64, 67), (1, 2, 4))], "R") == [(1, 2, 4)]
    assert finger([((60, 64, 67), None)], "L")[0][0] > finger([((60, 64, 67), None)], "L")[0][-1]
