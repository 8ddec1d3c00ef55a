"""What a student reads of a finding, and of a refusal, in their own language."""

import pytest
from django.utils import translation

from grading import checks, refusals
from ml.media.facts import _SENTENCES as SENTENCES_OF_ML
from ml.media.facts import REFUSALS, NotAPerformance

NUMBERS = {
    "codec": {"codec": "theora"},
    "damaged": {"part": "picture"},
    "too_long": {"minutes": 61.6, "limit": 30.0},
    "too_short": {"seconds": 1.26, "limit": 2.0},
    "too_large": {"size": 2.46, "limit": 2.0},
    "dimensions": {"width": 5000, "height": 1080},
    "frame_rate": {"rate": 1.96},
}
MEASURED = {
    "frame": [{"missing": "keyboard"}, {"missing": "hands"}],
    "sync": [{"milliseconds": 240.0}, {"milliseconds": -240.0}],
    "silence": [{"seconds": 9.0, "end": "first"}, {"seconds": 1.0, "end": "last"}],
    "length": [{"seconds": 31.0, "limit": 60}, {"seconds": 91.0, "limit": 60}],
}
FINDINGS = [
    {"check": check, "rule": "warn", "at": 41.0, "measured": measured}
    for check in checks.CHECKS
    for measured in MEASURED.get(check, [{}])
]


@pytest.mark.parametrize("code", sorted(REFUSALS))
def test_a_refusal_reads_as_ml_says_it(code):
    said = NotAPerformance.because(code, **NUMBERS.get(code, {}))
    with translation.override("en"):
        finding = {"check": said.code, "rule": "refuse", "measured": said.numbers}
        assert checks.sentence(finding) == said.sentence
    assert checks.advice(finding) == ""


def test_both_lists_of_refusals_hold_the_same():
    assert set(refusals.REFUSALS) == set(SENTENCES_OF_ML)
    assert not set(refusals.REFUSALS) & set(checks.CHECKS)


@pytest.mark.parametrize("finding", FINDINGS, ids=lambda finding: finding["check"])
def test_every_finding_has_a_whole_sentence_and_what_to_do(finding):
    said, advice = checks.sentence(finding), checks.advice(finding)
    assert said.endswith(".")
    assert advice.endswith(".")
    assert "%" not in said + advice


def test_a_sentence_says_the_moment_and_the_numbers():
    def said(check, at=None, **measured):
        return checks.sentence({"check": check, "rule": "warn", "measured": measured, "at": at})

    assert said("clipped", 101.9) == "The sound is clipped at 1:41: it was too loud for the microphone."
    assert said("length", seconds=31.4, limit=80) == "The recording lasts 0:31. Your teacher expects at least 1:20."
    assert "about 240 ms too late" in said("sync", milliseconds=243.0)
    assert "about 120 ms too early" in said("sync", milliseconds=-118.0)
    assert said("silence", seconds=1.2, end="first") == "Nothing is played in the first 1 second."
    assert said("silence", seconds=8.7, end="last") == "Nothing is played in the last 9 seconds."


def test_what_is_asked_is_every_rule_and_the_lengths_that_were_given():
    asked = checks.given({"dark": "refuse", "length": "off"}, shortest=60)
    assert asked["dark"] == "refuse"
    assert asked["length"] == "off"
    assert asked["clipped"] == checks.USUAL["clipped"]
    assert asked["shortest"] == 60
    assert "longest" not in asked
    assert set(asked) == {*checks.CHECKS, "shortest"}


def test_a_rule_that_does_not_exist_is_not_kept():
    with pytest.raises(ValueError):
        checks.given({"dark": "perhaps"})


def test_nothing_is_refused_unless_a_teacher_says_so():
    assert "refuse" not in set(checks.USUAL.values())
