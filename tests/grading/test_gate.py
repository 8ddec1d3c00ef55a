"""The gate's answer, from rows as a training and live grading leave them behind."""

import pytest

from grading.judgements import Judgement, State
from grading.models import Dataset, Example, GateBounds, ModelVersion
from grading.services import gate
from tests import factories
from tests.grading.audits import MARGINS, audit, bell
from tests.grading.factories import model_with_file, run

pytestmark = pytest.mark.django_db


def judged_beside(champion: ModelVersion, examples: list[dict], **report) -> ModelVersion:
    told = {"against": champion.digest, "examples": examples, "margins": MARGINS, "promised": 0.9} | report
    return factories.model(run=run(start=champion), report=told)


def states(judgement: Judgement) -> dict[str, str]:
    return {check.name: str(check.state) for check in judgement.checks}


@pytest.fixture
def champion() -> ModelVersion:
    return factories.model(champion=True)


def test_a_candidate_that_is_shown_to_be_closer_passes(champion):
    found = gate.judge(judged_beside(champion, audit(candidate=0.6, champion=1.3)))
    assert found.state == State.PASSES, states(found)
    assert "levels closer to the teachers than the champion" in found.sentence
    assert {check.name for check in found.checks} == {
        *("size", "mae", "qwk", "level", "piece", "course", "device", "calibration", "coverage"),
        *MARGINS,
    }
    assert all(check.sentence and check.title for check in found.checks)


def test_one_that_is_shown_to_be_further_off_fails(champion):
    found = gate.judge(judged_beside(champion, audit(candidate=1.4, champion=0.6)))
    assert found.state == State.FAILS
    assert "levels further from the teachers" in found.sentence


def test_where_it_cannot_tell_it_says_how_many_more_ratings_would_decide(champion):
    found = gate.judge(judged_beside(champion, audit(candidate=0.85, champion=1.0, players=6)))
    assert found.state == State.UNKNOWN
    assert states(found)["mae"] == "unknown"
    assert found.needed > 0
    assert f"about {found.needed:,} more audit rating" in found.sentence


def test_a_candidate_like_the_champion_is_called_alike_and_asks_for_nothing(champion):
    examples = audit(candidate=0.8, champion=0.8)
    for each in examples:
        each["champion"] = each["fused"]
    found = gate.judge(judged_beside(champion, examples))
    assert (found.state, found.needed) == (State.UNKNOWN, None)
    assert "as good as alike" in found.sentence


def test_fewer_recordings_than_the_bound_decide_nothing(champion):
    found = gate.judge(judged_beside(champion, audit(candidate=0.7, champion=2.0, players=5, each=3)))
    assert (found.state, states(found)["size"], found.needed) == (State.UNKNOWN, "unknown", 5)


def test_recordings_of_four_students_say_nothing_of_others(champion):
    found = gate.judge(judged_beside(champion, audit(candidate=0.3, champion=2.0, players=4, each=10)))
    assert states(found) == {"size": "unknown"}
    assert found.needed == 10


def test_a_device_that_is_worse_off_is_refused_by_its_name(champion):
    examples = audit(candidate=0.5, champion=1.5, players=24)
    for each in examples:
        if each["groups"]["device"] == "phone":
            each["fused"], each["champion"] = each["level"] + (3 if each["level"] < 6 else -3), each["level"] + 0.2
    found = gate.judge(judged_beside(champion, examples))
    device = next(check for check in found.checks if check.name == "device")
    assert (found.state, device.state) == (State.FAILS, State.FAILS)
    assert "phone" in device.sentence
    assert "tablet" not in device.sentence
    assert [group["name"] for group in device.groups if group["refused"]] == ["phone"]


def test_a_wider_margin_lets_it_through(champion):
    examples = audit(candidate=0.5, champion=1.5, players=24)
    for each in examples:
        if each["groups"]["device"] == "phone":
            each["fused"], each["champion"] = each["level"] + 1.0, each["level"] + 0.1
    version = judged_beside(champion, examples)
    assert states(gate.judge(version))["device"] == "fails"
    GateBounds.objects.update(group_margin=2.0)
    assert states(gate.judge(version))["device"] == "passes"


def test_intervals_that_hold_too_little_and_a_sureness_that_is_none_are_refused(champion):
    examples = audit(candidate=0.6, champion=1.3)
    for each in examples:
        off = each["level"] + 1 if each["level"] < 9 else each["level"] - 1
        each["low"] = each["high"] = int(off)
        each["probabilities"] = bell(off, 0.3)
    found = states(gate.judge(judged_beside(champion, examples)))
    assert (found["coverage"], found["calibration"]) == ("fails", "fails")


def test_what_chance_gives_few_recordings_is_not_held_against_it(champion):
    examples = audit(candidate=0.7, champion=2.0, players=10, each=2)
    for each in examples[:4]:
        each["low"] = each["high"] = 1 if each["level"] > 1 else 2
    found = gate.judge(judged_beside(champion, examples))
    coverage = next(check for check in found.checks if check.name == "coverage")
    assert coverage.numbers["value"] <= 0.8
    assert (coverage.state, "may be chance" in coverage.sentence) == (State.PASSES, True)


@pytest.mark.parametrize(
    ("low", "value", "high", "state"),
    [(-1.4, -1.0, -0.6, "passes"), (-0.08, -0.03, 0.02, "fails"), (-0.9, -0.3, 0.3, "unknown")],
)
def test_a_control_that_is_close_is_held_against_it(champion, low, value, high, state):
    version = judged_beside(
        champion,
        audit(candidate=0.6, champion=1.3),
        margins={"metadata": {"value": value, "low": low, "high": high}},
    )
    found = gate.judge(version)
    assert (states(found)["metadata"], found.state) == (state, state)


def test_another_champion_since_is_compared_by_what_it_said_itself(champion):
    """Neither report knows the other version: the recordings they share are enough."""
    examples = audit(candidate=0.6, champion=1.3)
    version = judged_beside(champion, examples)
    ModelVersion.objects.filter(pk=champion.pk).update(stage="archived")
    own = [{**each, "fused": each["level"] + 2.0} for each in examples]
    newer = factories.model(champion=True, report={"examples": own[:40]})
    found = gate.judge(version)
    assert found.champion == newer.number
    assert found.state == State.PASSES
    assert found.checks[0].numbers["recordings"] == 40
    assert found.checks[1].numbers["champion"] == pytest.approx(2.0)


def test_a_champion_that_never_judged_them_asks_for_a_new_training(champion):
    version = judged_beside(champion, audit(candidate=0.6, champion=1.3))
    ModelVersion.objects.filter(pk=champion.pk).update(stage="archived")
    factories.model(champion=True)
    found = gate.judge(version)
    assert (found.state, found.needed) == (State.UNKNOWN, None)
    assert "A new training compares them" in found.sentence


def test_the_newest_snapshot_says_the_labels_and_live_grades_count(champion):
    """Ratings that came in after the training decide what was open before."""
    version = judged_beside(champion, [])
    students = [factories.user() for _ in range(8)]
    newest = Dataset.objects.create(digest="e" * 64, manifest={"examples": []})
    for number in range(32):
        performance = factories.performance(player=students[number % 8])
        level = 2.0 + number % 7
        Example.objects.create(dataset=newest, performance=performance, level=level, part="audit")
        factories.autograde(performance, model=champion, level=level + 1.5)
        factories.autograde(
            performance, model=version, level=level, fused=bell(level), low=level - 1, high=level + 1, shadow=True
        )
    found = gate.judge(version)
    assert (found.checks[0].numbers["recordings"], found.checks[0].numbers["players"]) == (32, 8)
    assert states(found)["mae"] == "passes"


def test_a_recording_that_was_erased_is_asked_about_no_more(champion):
    version = judged_beside(champion, [])
    newest = Dataset.objects.create(digest="e" * 64, manifest={"examples": []})
    Example.objects.create(dataset=newest, performance=None, level=4, part="audit")
    assert gate.judge(version).checks[0].numbers["audited"] == 0


def test_without_a_champion_there_is_nothing_to_compare():
    found = gate.judge(model_with_file())
    assert found.passes
    assert "No model is in use" in found.sentence


def test_what_it_said_is_kept_as_numbers_and_read_again(champion):
    found = gate.judge(judged_beside(champion, audit(candidate=0.6, champion=1.3)))
    again = Judgement.from_json(found.to_json())
    assert again == found
    assert Judgement.from_json({}) is None
