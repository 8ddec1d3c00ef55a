"""Short public-domain passages, entered by hand from memory of the scores; ornaments are left out, some basses are
simplified.
"""

from collections.abc import Mapping
from types import MappingProxyType

from ml.recital.score import Piece, hand_to_notes


def piece(
    slug: str,
    title: str,
    composer: str,
    *,
    tempo: float,
    metre: float,
    difficulty: int,
    right: str,
    left: str,
    pedal: float = 0.0,
    pickup: float = 0.0,
) -> Piece:
    """A piece from its two hands."""
    notes = [*hand_to_notes(right, "R", metre, pickup), *hand_to_notes(left, "L", metre, pickup)]
    notes.sort(key=lambda note: (note.beat, note.pitch))
    return Piece(slug, title, composer, tempo, metre, pedal, difficulty, tuple(notes))


def broken_chords(bars: str) -> tuple[str, str]:
    """The figure of Bach's prelude in C: five notes a bar, the lower two held by the left hand."""
    right, left = [], []
    for bar in bars.split("|"):
        bass, tenor, *upper = bar.split()
        right.append(" ".join(["e r s", *upper, *upper] * 2))
        left.append(" ".join([f"s {bass}=2 {tenor}=1.75 e r q r"] * 2))
    return " | ".join(right), " | ".join(left)


PRELUDE_RIGHT, PRELUDE_LEFT = broken_chords(
    "C4 E4 G4 C5 E5 | C4 D4 A4 D5 F5 | B3 D4 G4 D5 F5 | C4 E4 G4 C5 E5 | C4 E4 A4 E5 A5 | "
    "C4 D4 F#4 A4 D5 | B3 D4 G4 D5 G5 | B3 C4 E4 G4 C5"
)

PASSAGES = (
    piece(
        "minuet-in-g",
        "Minuet in G (bars 1-8)",
        "Christian Petzold",
        tempo=112,
        metre=3,
        difficulty=3,
        right="q D5/5 e G4/1 A4/2 B4/3 C5/4 | q D5/5 G4/1 G4/1 | q E5/3 e C5/1 D5/2 E5/3 F#5/4 | q G5/5 G4/1 G4/1 |"
        " q C5/4 e D5/5 C5/4 B4/3 A4/2 | q B4/3 e C5/4 B4/3 A4/2 G4/1 | q F#4/2 e G4/1 A4/2 B4/3 G4/1 | h. A4/2 |",
        left="h G3+B3+D4/5.3.1 q A3/4 | h. B3/3 | h. C4/2 | h. B3/3 | h. A3/4 | h. G3/5 | q D4/1 B3/2 G3/5 | "
        "q D4/1 e D3/5 C4/1 B3/2 A3/3 |",
    ),
    piece(
        "prelude-in-c",
        "Prelude in C, BWV 846 (bars 1-8)",
        "Johann Sebastian Bach",
        tempo=69,
        metre=4,
        difficulty=4,
        pedal=4,
        right=PRELUDE_RIGHT,
        left=PRELUDE_LEFT,
    ),
    piece(
        "arabesque",
        "Arabesque, op. 100 no. 2 (opening)",
        "Friedrich Burgmüller",
        tempo=104,
        metre=2,
        difficulty=4,
        right="h r | h r | s A4/1 B4/2 C5/3 B4/2 e A4/1 r | s A4/1 B4/2 C5/3 D5/4 e E5/5 r | "
        "s D5/1 E5/2 F5/3 G5/4 e A5/5 r |"
        " s A5/1 B5/2 C6/3 D6/4 e E6/5 r | s A4/1 B4/2 C5/3 B4/2 e A4/1 r | s A4/1 B4/2 C5/3 D5/4 e E5/5 r |"
        " s D5/1 E5/2 F5/3 G5/4 e A5/5 r | s A5/1 B5/2 C6/3 D6/4 e E6/5 r |",
        left="q A3+C4+E4=.5 A3+C4+E4=.5 | A3+C4+E4=.5 A3+C4+E4=.5 | A3+C4+E4=.5 A3+C4+E4=.5 | A3+C4+E4=.5 A3+C4+E4=.5 |"
        " A3+D4+F4=.5 A3+D4+F4=.5 | A3+C4+E4=.5 A3+C4+E4=.5 | A3+C4+E4=.5 A3+C4+E4=.5 | A3+C4+E4=.5 A3+C4+E4=.5 |"
        " A3+D4+F4=.5 A3+D4+F4=.5 | A3+C4+E4=.5 A3+C4+E4=.5 |",
    ),
    piece(
        "velocity-scales",
        "Scales after The School of Velocity, op. 299",
        "Carl Czerny",
        tempo=88,
        metre=4,
        difficulty=5,
        right="s C4/1 D4/2 E4/3 F4/1 G4/2 A4/3 B4/4 C5/1 D5/2 E5/3 F5/1 G5/2 A5/3 B5/4 C6/5 B5/4 |"
        " A5/3 G5/2 F5/1 E5/3 D5/2 C5/1 B4/4 A4/3 G4/2 F4/1 E4/3 D4/2 q C4/1 |"
        " s G4/1 A4/2 B4/3 C5/1 D5/2 E5/3 F#5/4 G5/1 A5/2 B5/3 C6/1 D6/2 E6/3 F#6/4 G6/5 F#6/4 |"
        " E6/3 D6/2 C6/1 B5/3 A5/2 G5/1 F5/4 E5/3 D5/2 C5/1 B4/3 A4/2 q G4/1 |"
        " s C5/1 E5/2 G5/3 C6/5 G5/3 E5/2 C5/1 E5/2 C5/1 F5/2 A5/3 C6/5 A5/3 F5/2 C5/1 F5/2 | "
        "B4/1 D5/2 G5/4 B5/5 G5/4 D5/2 B4/1 D5/2 q C5/1 C5+E5+C6/1.2.5 |",
        left="q C3+E3+G3=.8 r C3+E3+G3=.8 r | F3+A3+C4=.8 r h C3+E3+G3 | q G2+B2+D3=.8 r G2+B2+D3=.8 r | "
        "q D3+F#3+A3=.8 r h G2+B2+D3 |"
        " q C3+E3+G3=.9 r F3+A3+C4=.9 r | G2+D3+F3 r C3+G3 C3 |",
    ),
    piece(
        "gymnopedie",
        "Gymnopédie no. 1 (opening)",
        "Erik Satie",
        tempo=76,
        metre=3,
        difficulty=3,
        pedal=3,
        right="h. r | r | q r F#5/3 A5/5 | G5/4 F#5/3 C#5/1 | B4/1 C#5/2 D5/3 | h. A4/1 | h. F#4/1 | h. F#4/1 |",
        left="q G2/5=3 h B3+D4+F#4/4.2.1 | q D2/5=3 h A3+C#4+F#4/4.2.1 | q G2/5=3 h B3+D4+F#4/4.2.1 | "
        "q D2/5=3 h A3+C#4+F#4/4.2.1 |"
        " q G2/5=3 h B3+D4+F#4/4.2.1 | q D2/5=3 h A3+C#4+F#4/4.2.1 | q G2/5=3 h B3+D4+F#4/4.2.1 | "
        "q D2/5=3 h A3+C#4+F#4/4.2.1 |",
    ),
    piece(
        "fur-elise",
        "Für Elise (opening)",
        "Ludwig van Beethoven",
        tempo=66,
        metre=1.5,
        pickup=0.5,
        difficulty=4,
        pedal=1.5,
        right="s E5/5 D#5/4 | E5/5 D#5/4 E5/5 B4/2 D5/4 C5/3 | e A4/1 s r C4/1 E4/2 A4/5 | "
        "e B4/5 s r E4/1 G#4/2 B4/4 | e C5/5 s r E4/1 E5/5 D#5/4 |"
        " E5/5 D#5/4 E5/5 B4/2 D5/4 C5/3 | e A4/1 s r C4/1 E4/2 A4/5 | e B4/5 s r E4/1 C5/3 B4/2 | q A4/1 e r |",
        left="e r | e. r r | s A2/5 E3/2 A3/1 r e r | s E2/5 E3/2 G#3/1 r e r | s A2/5 E3/2 A3/1 r e r |"
        " e. r r | s A2/5 E3/2 A3/1 r e r | s E2/5 E3/2 G#3/1 r e r | s A2/5 E3/2 A3/1 r e r |",
    ),
    piece(
        "ode-to-joy",
        "Ode to Joy (theme)",
        "Ludwig van Beethoven",
        tempo=116,
        metre=4,
        difficulty=1,
        right="q E4/3 E4/3 F4/4 G4/5 | G4/5 F4/4 E4/3 D4/2 | C4/1 C4/1 D4/2 E4/3 | q. E4/3 e D4/2 h D4/2 |"
        " q E4/3 E4/3 F4/4 G4/5 | G4/5 F4/4 E4/3 D4/2 | C4/1 C4/1 D4/2 E4/3 | q. D4/2 e C4/1 h C4/1 |",
        left="h C3+G3/5.1 h C3+G3/5.1 | h B2+G3/5.1 h G3/1 | h C3+G3/5.1 h C3+G3/5.1 | h G3/1 q G3/1 F3/2 |"
        " h E3/3 D3/4 | h C3/5 G3/1 | h C3+G3/5.1 h C3+G3/5.1 | h G3/1 C3/5 |",
    ),
    piece(
        "sonata-in-c",
        "Sonata in C, K. 545 (bars 1-6)",
        "Wolfgang Amadeus Mozart",
        tempo=112,
        metre=4,
        difficulty=6,
        right="h C5/1 q E5/3 G5/5 | q. B4/2 s C5/3 D5/4 h C5/3 | h A5/4 q G5/3 C6/5 | q G5/4 F5/3 h E5/2 |"
        " e A4/1 s B4/2 C5/3 D5/1 E5/2 F5/3 G5/4 A5/5 G5/4 F5/3 E5/2 D5/1 C5/3 B4/2 A4/1 |"
        " e G4/1 s A4/2 B4/3 C5/1 D5/2 E5/3 F5/4 G5/5 F5/4 E5/3 D5/2 C5/1 B4/3 A4/2 G4/1 |",
        left="e C4/5 G4/1 E4/3 G4/1 C4/5 G4/1 E4/3 G4/1 | D4/5 G4/1 F4/2 G4/1 C4/5 G4/1 E4/3 G4/1 | "
        "C4/5 A4/1 F4/2 A4/1 C4/5 G4/1 E4/3 G4/1 |"
        " B3/5 G4/1 D4/3 G4/1 C4/5 G4/1 E4/3 G4/1 | q F3+A3 r h r | q E3+G3 r h r |",
    ),
    piece(
        "sonatina-in-c",
        "Sonatina, op. 36 no. 1 (bars 1-8, simplified bass)",
        "Muzio Clementi",
        tempo=138,
        metre=4,
        difficulty=4,
        right="q C5/4 e E5/5 C5/3 q G4/1 G4/1 | q C5/3 e E5/5 C5/3 h G5/5 | "
        "e F5/4 E5/3 D5/2 C5/1 B4/2 C5/1 B4/2 C5/1 | D5/4 C5/3 B4/2 A4/1 q G4/1 r |"
        " q C5/4 e E5/5 C5/3 q G4/1 G4/1 | q C5/3 e E5/5 C5/3 h G5/5 | "
        "e F#5/3 G5/4 F#5/3 G5/4 A5/5 G5/4 F#5/3 E5/2 | D5/1 E5/2 F#5/3 D5/1 q G5/4 r |",
        left="q C4/1 r E3+G3 r | q C4/1 r E3+G3 r | q G3/1 E3/3 D3/4 E3/3 | h F3/2 q G3/1 r | q C4/1 r E3+G3 r | "
        "q C4/1 r E3+C4 r | h A3/2 C4/1 | h D3/5 q G3/1 r |",
    ),
    piece(
        "prelude-in-e-minor",
        "Prelude, op. 28 no. 4 (opening)",
        "Frédéric Chopin",
        tempo=72,
        metre=4,
        difficulty=5,
        pedal=2,
        right="h. B4/3 q C5/4 | h. B4/3 q C5/4 | h. B4/3 q Bb4/2 | h. A4/2 q B4/3 | h. A4/2 q B4/3 |",
        left="e G3+B3+E4 G3+B3+E4 G3+B3+E4 G3+B3+E4 G3+B3+E4 G3+B3+E4 G3+B3+E4 G3+B3+E4 |"
        " F#3+B3+E4 F#3+B3+E4 F#3+B3+E4 F#3+B3+E4 F#3+A3+E4 F#3+A3+E4 F#3+A3+D#4 F#3+A3+D#4 |"
        " F3+A3+D#4 F3+A3+D#4 F3+A3+D#4 F3+A3+D#4 F3+G#3+D4 F3+G#3+D4 F3+G#3+D4 F3+G#3+D4 |"
        " E3+G#3+D4 E3+G#3+D4 E3+G#3+D4 E3+G#3+D4 E3+G3+C#4 E3+G3+C#4 E3+G3+C#4 E3+G3+C#4 |"
        " E3+F#3+C4 E3+F#3+C4 E3+F#3+C4 E3+F#3+C4 E3+F#3+C4 E3+F#3+C4 D3+F#3+C4 D3+F#3+C4 |",
    ),
    piece(
        "invention-in-c",
        "Invention no. 1, BWV 772 (bars 1-4)",
        "Johann Sebastian Bach",
        tempo=66,
        metre=4,
        difficulty=7,
        right="s r C4/1 D4/2 E4/3 F4/4 D4/2 E4/3 C4/1 e G4/2 C5/5 B4/4 C5/5 | "
        "s D5/5 G4/1 A4/2 B4/3 C5/4 A4/2 B4/3 G4/1 e D5/2 G5/5 F5/4 G5/5 |"
        " s E5/3 A5/5 G5/4 F5/3 E5/2 G5/4 F5/3 A5/5 G5/4 F5/3 E5/2 D5/1 C5/2 E5/4 D5/3 F5/5 |"
        " E5/4 D5/3 C5/2 B4/1 A4/2 C5/4 B4/3 D5/5 C5/4 B4/3 A4/2 G4/1 F#4/2 A4/4 G4/3 B4/5 |",
        left="h r s r C3/5 D3/4 E3/3 F3/2 D3/4 E3/3 C3/5 | e G3/1 G2/5 q r s r G3/5 A3/4 B3/3 C4/2 A3/4 B3/3 G3/5 |"
        " e C4/2 B3/3 C4/2 D4/1 E4/1 G3/5 A3/4 B3/3 | C4/2 E3/5 F#3/4 G3/3 A3/2 B3/1 q C4/1 |",
    ),
    piece(
        "lullaby",
        "Lullaby, op. 49 no. 4 (theme)",
        "Johannes Brahms",
        tempo=92,
        metre=3,
        pickup=1,
        difficulty=2,
        pedal=3,
        right="e E4/1 E4/1 | q. G4/3 e E4/1 q E4/1 | h G4/3 e E4/1 G4/2 | q C5/5 q. B4/4 e A4/3 | "
        "q A4/3 G4/2 e D4/1 E4/2 | q F4/3 D4/1 e D4/1 E4/2 |"
        " h F4/3 e D4/1 F4/2 | e B4/5 A4/4 q G4/3 B4/4 | h. C5/5 |",
        left="q r | C3/5 E3/3 G3/1 | C3/5 E3/3 G3/1 | C3/5 E3/3 G3/1 | C3/5 E3/3 G3/1 | G2/5 D3/2 F3/1 | "
        "G2/5 D3/2 F3/1 | G2/5 D3/2 F3/1 | C3/5 E3/3 G3/1 |",
    ),
    piece(
        "finger-study",
        "The Virtuoso Pianist, study no. 1 (opening)",
        "Charles-Louis Hanon",
        tempo=72,
        metre=2,
        difficulty=3,
        right="s C4/1 E4/2 F4/3 G4/4 A4/5 G4/4 F4/3 E4/2 | D4/1 F4/2 G4/3 A4/4 B4/5 A4/4 G4/3 F4/2 | "
        "E4/1 G4/2 A4/3 B4/4 C5/5 B4/4 A4/3 G4/2 |"
        " F4/1 A4/2 B4/3 C5/4 D5/5 C5/4 B4/3 A4/2 | G4/1 B4/2 C5/3 D5/4 E5/5 D5/4 C5/3 B4/2 | "
        "A4/1 C5/2 D5/3 E5/4 F5/5 E5/4 D5/3 C5/2 | h G4/1 |",
        left="s C3/5 E3/4 F3/3 G3/2 A3/1 G3/2 F3/3 E3/4 | D3/5 F3/4 G3/3 A3/2 B3/1 A3/2 G3/3 F3/4 | "
        "E3/5 G3/4 A3/3 B3/2 C4/1 B3/2 A3/3 G3/4 |"
        " F3/5 A3/4 B3/3 C4/2 D4/1 C4/2 B3/3 A3/4 | G3/5 B3/4 C4/3 D4/2 E4/1 D4/2 C4/3 B3/4 | "
        "A3/5 C4/4 D4/3 E4/2 F4/1 E4/2 D4/3 C4/4 | h C3/5 |",
    ),
)
PIECES: Mapping[str, Piece] = MappingProxyType({passage.slug: passage for passage in PASSAGES})
