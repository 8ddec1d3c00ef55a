"""The demo school's rubric and vocabulary: what every level and mark sounds and looks like, in a teacher's words."""

from courses.services import rubrics
from grading.models import Criterion, Rubric, Technique

NAME = "First performances"
TEXT = "For pupils in their first years: what is heard, what is seen, and the level of it all."

LEVELS = (
    "Finds the keys one by one. Single notes or a five-finger tune, hands apart, with long stops between them.",
    "Plays a short tune hands apart in one position. The rhythm is recognisable, though it waits at every change.",
    "Puts two hands together in simple pieces. The pulse holds within a bar and breaks between bars.",
    "Plays a short piece through from beginning to end. Slips interrupt it for a moment; the careful tempo is kept.",
    "Keeps a steady pulse and the right notes in an easy piece. Loud and soft appear; both hands still move as one.",
    "Plays on when something slips. Melody and accompaniment are told apart, and phrases have a beginning and an end.",
    "Shapes whole lines. The pedal is clean in plain harmonies, fingerings are chosen, and tempo and character fit.",
    "Fluent and at ease: several voices, changes of touch and colour, secure by heart. What happens sounds intended.",
    "Convinces from the first bar to the last. Demanding passages serve the music, and the sound has ideas of its own.",
    "A performance one would pay to hear: technique is not noticed any more, and the piece is told as if it were new.",
)

# key: name, what is judged, weight, and the words of the marks from 1 to 5
CRITERIA = {
    "timing": (
        "Pulse and rhythm",
        "The pulse carries on; hesitations are rare and recovered from.",
        2.0,
        (
            "No common pulse yet: each note waits for the next to be found.",
            "A pulse within short groups; it stops at leaps, at barlines and at changes of hand.",
            "One tempo for most of the piece. Hard places slow it down, easy ones run ahead.",
            "Steady throughout. A slip costs a beat at most, and the next bar is back in time.",
            "The pulse breathes: it bends with the phrase and always comes home.",
        ),
    ),
    "accuracy": (
        "Notes",
        "The written notes, without wrong ones or holes.",
        1.5,
        (
            "Many notes are missing or guessed; the piece is hard to recognise.",
            "The tune is there; the other hand has holes, or neighbouring keys sound along.",
            "Mostly the written notes. The same few places go wrong each time.",
            "A stray note here and there, never twice in the same place.",
            "Every note is there, and each was meant.",
        ),
    ),
    "dynamics": (
        "Dynamics",
        "Loud and soft are meant, and even within a phrase.",
        1.0,
        (
            "One loudness from beginning to end, or loudness by chance.",
            "Loud and soft are switched where they are written, all at once.",
            "Crescendo and diminuendo are tried; strong fingers still stand out of the line.",
            "The melody lies above the accompaniment, and phrases rise and fall evenly.",
            "Many shades, balanced between and within the hands; silence is part of them.",
        ),
    ),
    "pedalling": (
        "Pedal",
        "Harmonies stay apart; the pedal changes with them.",
        0.5,
        (
            "No pedal where the piece needs it, or one held down throughout.",
            "The pedal goes down with the beat and cuts the sound, or is changed too late and blurs.",
            "Clean at slow changes of harmony; quick ones run together.",
            "Changes just after the new bass; the harmonies stay apart and the line stays whole.",
            "The pedal colours: half, shallow or none, and one hears why.",
        ),
    ),
    "posture": (
        "Hands and posture",
        "A level wrist, curved fingers, no needless movement.",
        1.0,
        (
            "Flat fingers, a dropped wrist or raised shoulders: every key is pushed by itself.",
            "A good position to begin with, which is lost as soon as the hand has to move.",
            "Curved and level in plain passages; leaps and the thumb still pull the wrist along.",
            "Free arms and a quiet hand. The movement prepares what comes next.",
            "Nothing is stiff and nothing too much: the sound one sees is the sound one hears.",
        ),
    ),
}

TECHNIQUES = (
    "Curved fingers",
    "Level wrist",
    "Loose wrist",
    "Wrist rotation",
    "Arm weight",
    "Thumb under",
    "Hand over",
    "Finger substitution",
    "Finger legato",
    "Staccato from the wrist",
    "Voicing the melody",
    "Balance of the hands",
    "Legato pedal",
    "Preparing the leap",
    "Releasing the shoulders",
)


def seed_rubric() -> Rubric:
    """The rubric, made where there is none. Words are given to one that has none; what a school wrote is left alone."""
    rubric, _ = Rubric.objects.get_or_create(name=NAME, defaults={"description": TEXT})
    written = rubric.levels or any(row.bands for row in rubric.criteria.all()) or rubrics.changes_of(rubric).exists()
    for order, (key, (name, descriptor, weight, bands)) in enumerate(CRITERIA.items()):
        row, _ = Criterion.objects.get_or_create(
            rubric=rubric, key=key, defaults={"name": name, "descriptor": descriptor, "order": order}
        )
        if not written:
            row.weight, row.bands = weight, _numbered(bands)
            row.save(update_fields=("weight", "bands"))
    if not written:
        rubric.levels = _numbered(LEVELS)
        rubric.save(update_fields=("levels",))
    return rubric


def seed_techniques() -> None:
    if not Technique.objects.exists():
        Technique.objects.bulk_create(Technique(name=name, order=order) for order, name in enumerate(TECHNIQUES))


def _numbered(words: tuple[str, ...]) -> dict[str, str]:
    return {str(number): said for number, said in enumerate(words, 1)}
