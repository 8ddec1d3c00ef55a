"""A small version of the simulated school: a month through the services on real media, and each claim's statistics.

The films of the first test are rendered, prepared, graded and learned from as in a house. What is repeated stands on
made-up distributions here; `make sim-school` repeats it on those of the real model.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from grading.models import Autograde, Job, Performance, Promotion, Rating, Result
from tests.sim_school import bench, year
from tests.sim_school.bench import LEVELS, Film
from tests.sim_school.claims import alarms, asking, consent, gate, intervals, labels
from tests.sim_school.house import at_work
from tests.sim_school.people import TEACHERS, students, true_level
from tests.sim_school.pool import NEW, OLD, SMALL, Phone, Size, every_take

PLAN = year.Plan(
    weeks=4,
    weeks_a_month=2,
    students=6,
    recordings_a_week=5,
    marked_a_week=9,
    new_phone=2,
    withdrawal=2,
    withdrawn=1,
    asked=2,
    audited=2,
    epochs=2,
    size=SMALL,
)
SIZE = Size(players=16, takes=4)


@pytest.fixture(scope="module")
def films() -> list[Film]:
    """Nobody has rendered these: their true levels are known without."""
    return [film(take, phone) for take in every_take(SIZE) for phone in (OLD, NEW)]


def film(take: Any, phone: Phone) -> Film:
    new = phone == NEW
    dice = np.random.default_rng(take.player)
    facts = SimpleNamespace(
        device=f"{phone.make} {phone.model}",
        duration=8.0,
        loudness=-25.0 + dice.normal(0, 3) - 7 * new,
        brightness=0.4 + dice.normal(0, 0.05) - 0.12 * new,
    )
    return Film(take, phone, Path("nowhere"), facts, {})


@dataclass(frozen=True)
class Invented:
    """Something that says a level as far from the truth as it is told to, and by phone."""

    off: float
    by_phone: float = 0.0
    quantile: float | None = 1.0

    def says(self, of: Sequence[Film]) -> dict[str, np.ndarray]:
        dice = np.random.default_rng(5)
        middle = [
            each.true_level + dice.normal(0, self.off) + self.by_phone * (1 if each.phone == NEW else -1) for each in of
        ]
        heights = np.exp(-0.5 * ((LEVELS - np.clip(middle, 1, 10)[:, None]) / 0.8) ** 2)
        said = heights / heights.sum(axis=1, keepdims=True)
        return {"visual": said, "aural": said, "fused": said}


@pytest.mark.slow
@pytest.mark.publishes
@pytest.mark.django_db(transaction=True)
def test_a_month_passes_through_the_services_and_withdrawn_consent_is_gone(house: Path, tmp_path: Path) -> None:
    dice = random.Random(1)
    found: list[consent.Gone] = []
    with at_work(tmp_path, dice):
        told = year.live(PLAN, tmp_path / "films", dice, at_the_end=lambda told: found.append(consent.gone(told)))

    assert len(told.handed) == PLAN.weeks * PLAN.recordings_a_week
    assert told.failed == []
    assert not Job.objects.filter(state__in=Job.OPEN).exists()
    assert set(Performance.objects.values_list("state", flat=True)) == {Performance.State.GRADED}
    assert {row.facts["device"] for row in Performance.objects.all()} == {"Pomelo One", "Quince Nova 5"}
    promoted = Promotion.objects.order_by("at").first()
    assert promoted is not None
    assert all(promoted.at <= grade.started_at for grade in Autograde.objects.all())
    assert {
        moment.date() >= year.BEGINS.date() for moment in Autograde.objects.values_list("started_at", flat=True)
    } == {True}
    assert Rating.objects.count() >= Result.objects.count() > 0
    assert [row.judgement.state for row in told.trained]
    assert found[0].before > 0
    assert found[0].named == found[0].before
    assert found[0].later == found[0].learned == 0


def test_a_teacher_is_as_severe_and_as_scattered_as_she_is_said_to_be() -> None:
    for teacher in TEACHERS:
        marks = [teacher.rates(5.5, random.Random(draw)) for draw in range(4000)]
        assert np.mean(marks) == pytest.approx(5.5 + teacher.severity, abs=0.06)
        assert np.std(marks) == pytest.approx(np.hypot(teacher.scatter, 12**-0.5), abs=0.06)
    assert sum(teacher.severity for teacher in TEACHERS) == pytest.approx(0.0)


def test_a_student_plays_no_film_twice_and_climbs() -> None:
    student = students(8, SIZE, random.Random(2))[0]
    dice = random.Random(3)
    played = [student.plays(week / 11, OLD, dice) for week in range(12)]
    assert len({take.name for take in played if take}) == 12
    assert student.plays(1.0, OLD, dice) is None
    assert student.plays(1.0, NEW, dice) is not None
    first, last = ([take.level for take in some if take] for some in (played[:4], played[-4:]))
    assert np.mean(last) > np.mean(first)


def test_severity_adjusted_labels_are_nearer_the_truth_than_raw_ones(films: list[Film]) -> None:
    drawn = [labels.error_of_labels(labels.rate(films, random.Random(draw))) for draw in range(8)]
    assert np.mean([row["weighted"] for row in drawn]) < np.mean([row["mean"] for row in drawn])
    assert np.mean([row["mean"] for row in drawn]) < np.mean([row["raw"] for row in drawn])


def test_what_the_model_is_unsure_of_is_asked_first(films: list[Film]) -> None:
    class Unsure(Invented):
        def says(self, of: Sequence[Film]) -> dict[str, np.ndarray]:
            said = super().says(of)
            flat = np.array([each.take.player == 3 for each in of])[:, None]
            return {name: np.where(flat, 0.1, rows) for name, rows in said.items()}

    chosen = asking.by_uncertainty(Unsure(0.5), films, random.Random(1))  # type: ignore[arg-type]
    unsure = sum(each.take.player == 3 for each in chosen)
    assert unsure > 3 * len(chosen) / SIZE.players
    assert len({each.name for each in chosen}) == 12


def test_intervals_hold_nine_in_ten_after_recalibration(films: list[Film]) -> None:
    drawn = intervals.draws(films, Invented(0.6, quantile=0.5), "t", 30)  # type: ignore[arg-type]
    before, after = np.mean(drawn, axis=0)
    assert before < 0.8
    assert after == pytest.approx(0.9, abs=0.05)


@pytest.mark.parametrize(("candidate", "wanted"), [(Invented(2.5), "fails"), (Invented(0.3, 2.0), "fails")])
def test_the_gate_refuses_noise_and_a_learned_phone(films: list[Film], candidate: Invented, wanted: str) -> None:
    pair = gate.Pair("t", candidate, Invented(0.9))  # type: ignore[arg-type]
    found = gate.audits(films, pair, "t", players=8, each=10, count=6)
    assert [str(each.state) for each in found] == [wanted] * 6


def test_the_gate_lets_a_much_better_one_pass_and_not_an_equal_one(films: list[Film]) -> None:
    better = gate.Pair("t", Invented(0.1), Invented(1.8))  # type: ignore[arg-type]
    same = gate.Pair("t", Invented(0.9), Invented(0.9))  # type: ignore[arg-type]
    for pair, passes in ((better, True), (same, False)):
        found = gate.audits(films, pair, "t", players=16, each=10, count=6)
        assert sum(each.passes == passes for each in found) >= 5


def test_the_alarm_rings_within_two_weeks_of_the_new_phone_and_not_before(films: list[Film]) -> None:
    by_take = {(each.take, each.phone): each for each in films}
    said = {each.name: true_level(each.take) for each in films}
    plan = year.Plan(students=12, recordings_a_week=10, new_phone=12, size=SIZE)
    heard = [alarms.listened(by_take, said, plan, f"t {stream}") for stream in range(2)]
    assert [one.before for one in heard] == [(), ()]
    assert all(one.days is not None and one.days <= alarms.WITHIN for one in heard)


def test_a_film_is_rendered_once_and_the_second_phone_films_the_same_take(tmp_path: Path) -> None:
    take = next(every_take(SMALL))
    looked = bench.Looker(tmp_path)
    old, new = looked.at(take, OLD), looked.at(take, NEW)
    assert (old.facts.device, new.facts.device) == ("Pomelo One", "Quince Nova 5")
    assert new.facts.brightness < old.facts.brightness
    assert new.facts.loudness < old.facts.loudness - 3
    made = sorted((path, path.stat().st_mtime_ns) for path in (tmp_path / "films").iterdir())
    assert looked.at(take, NEW).features == new.features
    assert sorted((path, path.stat().st_mtime_ns) for path in (tmp_path / "films").iterdir()) == made
