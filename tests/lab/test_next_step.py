from types import SimpleNamespace

import pytest
from django.urls import reverse

from grading.judgements import Check, Judgement, State
from grading.services.datasets import Labels
from lab.next_step import next_step
from lab.standing import Standing
from tests.grading import factories as rows

MET, MISSING = SimpleNamespace(met=True), SimpleNamespace(met=False)


def labels(new: int) -> Labels:
    return Labels(released=new, consenting=new, players=2, new=new, parts={})


def standing(candidate=None, state: State | None = None, needed: int | None = None) -> Standing:
    verdict = Judgement(state, (Check("mae", state, {"needed": needed}),), champion=1) if state else None
    return Standing(champion=None, sentence="", candidate=candidate, verdict=verdict)


@pytest.fixture
def candidate(cast):
    return rows.run().start


def test_a_training_that_runs_is_watched(candidate):
    run = rows.run()
    step = next_step(standing(candidate, State.PASSES), labels(9), [MET], run, unheard=3)
    assert step.address == reverse("lab:run", args=[run.pk])


def test_a_candidate_that_passed_is_looked_at_before_it_is_promoted(candidate):
    step = next_step(standing(candidate, State.PASSES), labels(9), [MET], None, unheard=3)
    assert step.address == reverse("lab:promote", args=[candidate.number])


def test_what_cannot_be_told_yet_asks_for_so_many_ratings(candidate):
    step = next_step(standing(candidate, State.UNKNOWN, needed=14), labels(9), [MET], None, unheard=3)
    assert "14 more ratings" in step.sentence
    assert step.address == reverse("lab:rounds") + "#judge-title"


def test_what_nobody_can_be_asked_for_is_not_asked_for(candidate):
    step = next_step(standing(candidate, State.UNKNOWN, needed=14), labels(9), [MET], None, unheard=0)
    assert step.address == reverse("lab:train")


@pytest.mark.parametrize("state", [State.FAILS, State.UNKNOWN])
def test_a_candidate_that_leads_nowhere_gives_way_to_the_next_training(candidate, state):
    step = next_step(standing(candidate, state), labels(9), [MET], None, unheard=3)
    assert step.address == reverse("lab:train")


@pytest.mark.parametrize(("new", "condition"), [(0, MET), (9, MISSING)])
def test_without_news_or_with_something_missing_it_asks_for_ratings(cast, new, condition):
    assert next_step(standing(), labels(new), [condition], None, unheard=3).address == reverse("lab:rounds")
