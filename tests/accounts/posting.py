"""Letters as tests post them."""

from accounts.models import Guardian, Letter
from accounts.services import letters

ABOUT = {"address": "/submissions/1/", "piece": "Minuet in G", "composer": "Christian Petzold"}
SITE = "https://piano.example.org"
ALARM = {"address": "/lab/watch/", "title": "A new phone: Pomelo One", "says": "It is new.", "to_do": "Rate some."}
WEEK = {
    "address": "/lab/watch/",
    "since": "1/9/2031",
    "until": "7/9/2031",
    "came": "12 recordings came.",
    "off": "The model was 0.8 levels away.",
    "held": "Its intervals held 9.",
    "alarms": ["A new phone: Pomelo One"],
    "waits": ["Version 3 waits for a decision."],
}
Kind = Letter.Kind


def post(reader, kind=Kind.RELEASED, **about) -> Letter:
    letter = letters.post(user=reader, kind=kind, about=ABOUT | about)
    assert letter is not None
    return letter


def of_each_kind(reader) -> list[Letter]:
    guardian = Guardian.objects.create(child=reader, email="parent@example.org")
    asked = {"address": "/guardian/a:b:c/", "child": "Ana"}
    found = [
        post(reader),
        post(reader, Kind.APPEAL),
        post(reader, Kind.PROBLEM, why=["The sound is missing."], again=False),
        post(reader, Kind.PROBLEM, why=["The hands are out of the picture."], again=True),
        letters.post(user=reader, kind=Kind.ALARM, about=ALARM),
        letters.post(user=reader, kind=Kind.WEEKLY, about=WEEK),
        letters.post(user=reader, kind=Kind.EXPORT, about={"address": "/e/", "until": "2026-03-02T10:00:00+00:00"}),
        *(
            letters.post(user=reader, kind=Kind.GUARDIAN, guardian=guardian, about=asked | {"confirmed": confirmed})
            for confirmed in (False, True)
        ),
    ]
    assert {letter.kind for letter in found} == set(Kind.values)
    return found
