"""A generator of piano performances with known skill: for the demo, the tests, and the model's ablations.

    truth = render(Recital(seed=7, level=3), Path("out.mp4"))

A score (``pieces``, ``score``, ``fingering``) is played (``playing``) by somebody of a level from 1 to 10; the sound
is a sampled grand piano in a room (``sound``), the picture a keyboard and two hands from above (``keyboard``,
``camera``, ``scenery``, ``hands``, ``flesh``, ``picture``); ``film`` writes both into one mp4.

**The label and the day.** The audible and the visible skill of one performance scatter independently around its level
(standard deviation 1.0 level, clipped to 0.5..10.5); timing, accuracy, dynamics and pedalling scatter by 0.5 around
the audible skill. So neither modality alone can be right, and the two together are better.

**The curves** (``skill.CURVES``) run from level 10 to level 1 evenly in the square root of each quantity.
Audible: onset scatter 6 to 85 ms, hands apart 3 to 50 ms, tempo wander 1.5 to 20 %, stops before 0.2 to 14 %
of the onsets of 0.15 to 0.8 s, going back, wrong keys 0.2 to 16 %, missed and brushed keys, velocity scatter 2.5 to
22, voicing and phrase arc fading from 16 and 18 to 1.5, pedal changes 40 to 700 ms late or forgotten. Visible: an
arched hand going flat with a collapsed wrist, tremor 0.7 to 9 mm, a dip of the wrist with each note 1.5 to 24 mm,
sway, elbow swing 5 to 54 mm, idle fingers spread and lifted 3 to 30 mm, changes of position late and jerky, the hand
turning at jumps and crossings. What is seen never changes what is heard; the hands follow the notes that were
actually played, slips included.

**Nuisances** (``NUISANCES``) are drawn independently of level, those of the player and room from the player's number:
piece, tempo, piano tone and tuning, room, noise, microphone, gain, camera, zoom, light, skin, sleeve, keyboard
colour, frame rate, compression. ``Recital.confound`` names one that follows the level on purpose, to test shortcut
detection. With ``seconds`` the passage is repeated or cut to that length, so that length does not tell the level
either.

The same Recital gives the same performance: same notes, same samples, same pixels before encoding.
"""

from ml.recital.nuisance import NUISANCES
from ml.recital.pieces import PIECES
from ml.recital.recital import LEVELS, Recital, RecitalError, Truth
from ml.recital.stage import frames_of, render, sound_of, truth_of

__all__ = [
    "LEVELS",
    "NUISANCES",
    "PIECES",
    "Recital",
    "RecitalError",
    "Truth",
    "frames_of",
    "render",
    "sound_of",
    "truth_of",
]
