"""A candidate that grades along: after the champion, unseen, and only as long as it is asked."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from grading import engine
from grading.models import Autograde, Dataset, Example, Job, Performance, Rating
from grading.services import consent, jobs, performances, ratings, registry, shadows, studies, sweeper
from tests import factories
from tests.grading.factories import model_with_file

PEAK = (0.0, 0.0, 0.0, 0.05, 0.2, 0.5, 0.2, 0.05, 0.0, 0.0)
pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(monkeypatch) -> list[dict]:
    """What was asked of the model, without the model."""
    calls: list[dict] = []

    def said(_recording, **wanted):
        calls.append(wanted)
        return SimpleNamespace(
            visual=PEAK, aural=PEAK, fused=PEAK, level=6.0, low=5, high=7, windows=(), device="cpu", seconds=0.0
        )

    monkeypatch.setattr(engine, "grade", said)
    return calls


@pytest.fixture
def pair(house) -> SimpleNamespace:
    """A champion, and a candidate that grades along."""
    champion = model_with_file(champion=True)
    return SimpleNamespace(champion=champion, shadow=shadows.begin(version=model_with_file(), by=None))


def prepared(**fields) -> Performance:
    return factories.performance(player=factories.user(), **{"state": Performance.State.PREPARED} | fields)


def graded(performance: Performance) -> Job:
    """The champion has graded it; the shadow's job."""
    performances.grade(jobs.queue(kind=Job.Kind.GRADE, performance=performance).pk)
    performance.refresh_from_db()
    return performance.jobs.get(kind=Job.Kind.SHADOW)


def test_a_recording_that_is_graded_is_looked_at_by_the_shadow_too(asked, pair):
    performance = prepared()
    job = graded(performance)
    shown = performance.autograde
    shadows.grade_along(job.pk)
    performance.refresh_from_db()
    along = Autograde.objects.by_shadows().get()
    assert (along.model, along.performance) == (pair.shadow, performance)
    assert [call["digest"] for call in asked] == [pair.champion.digest, pair.shadow.digest]
    assert performance.autograde == shown == Autograde.objects.by_champions().get()
    assert (performance.state, Job.objects.get(pk=job.pk).state) == (Performance.State.GRADED, Job.State.DONE)
    shadows.grade_along(job.pk)  # a task that is delivered twice
    assert Autograde.objects.count() == 2


def test_without_a_shadow_nothing_is_queued(asked, house):
    model_with_file(champion=True)
    performance = prepared()
    performances.grade(jobs.queue(kind=Job.Kind.GRADE, performance=performance).pk)
    assert not Job.objects.filter(kind=Job.Kind.SHADOW).exists()


def test_the_champion_s_work_comes_first(asked, pair):
    job = graded(prepared())
    waits = jobs.queue(kind=Job.Kind.GRADE, performance=prepared())
    shadows.grade_along(job.pk)
    assert Job.objects.get(pk=job.pk).state == Job.State.QUEUED
    performances.grade(waits.pk)
    shadows.grade_along(job.pk)
    assert Job.objects.get(pk=job.pk).state == Job.State.DONE


def test_a_level_that_a_shadow_gives_never_abstains_nor_touches_the_recording(asked, pair):
    performance = prepared(abstain_over=1)
    job = graded(performance)
    assert performance.autograde.abstained
    shadows.grade_along(job.pk)
    assert not Autograde.objects.by_shadows().get().abstained


# who may begin, and end


def test_there_is_one_shadow_for_a_rubric(pair):
    with pytest.raises(shadows.ShadowError, match="grades along already"):
        shadows.begin(version=model_with_file(), by=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        model_with_file(shadow_since=timezone.now())
    own = shadows.begin(version=model_with_file(rubric=factories.rubric()), by=None)
    assert own.shadow_since is not None


def test_only_a_candidate_whose_file_is_whole_grades_along(pair):
    with pytest.raises(shadows.ShadowError, match="Only a candidate"):
        shadows.begin(version=pair.champion, by=None)
    shadows.end(version=pair.shadow, by=None)
    pair.shadow.path.write_bytes(b"something else")
    with pytest.raises(shadows.ShadowError, match="missing or was changed"):
        shadows.begin(version=pair.shadow, by=None)


def test_it_ends_once(pair):
    assert shadows.end(version=pair.shadow, by=None).shadow_since is None
    with pytest.raises(shadows.ShadowError, match="does not grade along"):
        shadows.end(version=pair.shadow, by=None)


def test_a_shadow_that_is_promoted_grades_along_no_more(pair):
    registry.promote(version=pair.shadow, by=None, reason="It hears more.")
    pair.shadow.refresh_from_db()
    assert (pair.shadow.stage, pair.shadow.shadow_since) == ("champion", None)


def test_a_rubric_with_a_champion_of_its_own_is_no_matter_of_the_general_shadow(house, pair):
    rubric = factories.rubric()
    assert shadows.beside(rubric) == pair.shadow
    model_with_file(champion=True, rubric=rubric)
    assert shadows.beside(rubric) is None
    own = shadows.begin(version=model_with_file(rubric=rubric), by=None)
    assert (shadows.beside(rubric), shadows.beside(None)) == (own, pair.shadow)


def test_it_makes_up_for_the_weeks_that_are_asked_for(house, doorbells):
    model_with_file(champion=True)
    fresh, old, unwanted, reduced = (factories.performance(player=factories.user()) for _ in range(4))
    Performance.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(weeks=3))
    Performance.objects.filter(pk=unwanted.pk).update(may_grade=False)
    Performance.objects.filter(pk=reduced.pk).update(reduced_at=timezone.now())
    shadows.begin(version=model_with_file(), by=None, weeks=2)
    assert [job.performance for job in Job.objects.filter(kind=Job.Kind.SHADOW)] == [fresh]
    assert doorbells == []  # the sweeper rings when the house is quiet


# what changes meanwhile


def meanwhile(monkeypatch, act) -> None:
    """The act happens while the shadow listens."""
    asked = performances.ask

    def ask(**wanted):
        given = asked(**wanted)
        act()
        return given

    monkeypatch.setattr(performances, "ask", ask)


def test_consent_that_is_withdrawn_takes_its_jobs_and_its_word(asked, pair, monkeypatch):
    performance, other = prepared(), prepared()
    job, waits = graded(performance), graded(other)
    consent.allow_grading(player=other.player, allowed=False)
    assert not Job.objects.filter(pk=waits.pk).exists()
    meanwhile(monkeypatch, lambda: Performance.objects.filter(pk=performance.pk).update(may_grade=False))
    shadows.grade_along(job.pk)
    assert not Autograde.objects.by_shadows().exists()
    assert Job.objects.get(pk=job.pk).state == Job.State.DONE


def test_a_recording_that_is_erased_meanwhile_leaves_nothing(asked, pair, monkeypatch):
    performance = prepared()
    job = graded(performance)
    meanwhile(monkeypatch, lambda: performances.erase(performance=Performance.objects.get(pk=performance.pk)))
    shadows.grade_along(job.pk)
    assert not Autograde.objects.exists()
    assert not Job.objects.filter(pk=job.pk).exists()


def test_a_frame_that_is_moved_meanwhile_is_looked_at_anew(asked, pair, monkeypatch):
    performance = prepared()
    job = graded(performance)
    crop = factories.CROP | {"width": 0.5}
    meanwhile(monkeypatch, lambda: Performance.objects.filter(pk=performance.pk).update(crop=crop))
    shadows.grade_along(job.pk)
    again = Job.objects.get(kind=Job.Kind.SHADOW, state=Job.State.QUEUED)
    monkeypatch.undo()
    assert again.performance == performance


@pytest.mark.parametrize("how", ["ended", "promoted"])
def test_what_it_says_after_its_end_is_not_written(asked, pair, monkeypatch, how):
    job = graded(prepared())
    act = {
        "ended": lambda: shadows.end(version=pair.shadow, by=None),
        "promoted": lambda: registry.promote(version=pair.shadow, by=None, reason="It hears more."),
    }[how]
    meanwhile(monkeypatch, act)
    shadows.grade_along(job.pk)
    assert not Autograde.objects.by_shadows().exists()
    assert Job.objects.get(pk=job.pk).state == Job.State.DONE


def test_a_job_that_finds_no_shadow_ends_without_asking(asked, pair):
    job = graded(prepared())
    shadows.end(version=pair.shadow, by=None)
    shadows.grade_along(job.pk)
    assert len(asked) == 1
    assert Job.objects.get(pk=job.pk).state == Job.State.DONE


def test_a_worker_that_is_killed_leaves_the_look_to_the_next(asked, pair):
    job = graded(prepared())
    jobs.claim(job.pk, kind=Job.Kind.SHADOW)  # and dies
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert sweeper.reclaim() == 1
    shadows.grade_along(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempt) == (Job.State.DONE, 2)
    assert Autograde.objects.by_shadows().count() == 1


def test_a_worker_that_comes_back_from_the_dead_writes_nothing(asked, pair, monkeypatch):
    job = graded(prepared())

    def taken_over():
        Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
        sweeper.reclaim()

    meanwhile(monkeypatch, taken_over)
    shadows.grade_along(job.pk)
    assert not Autograde.objects.by_shadows().exists()
    assert Job.objects.get(pk=job.pk).state == Job.State.QUEUED


def test_a_look_that_fails_for_good_says_nothing_to_the_student(asked, pair, settings):
    settings.JOB_ATTEMPTS = 1
    performance = prepared()
    job = jobs.claim(graded(performance).pk, kind=Job.Kind.SHADOW)
    with jobs.attempt(job):
        raise RuntimeError("CUDA out of memory")
    performance.refresh_from_db()
    assert (performance.trouble, performance.state) == ("", Performance.State.GRADED)
    assert Job.objects.get(pk=job.pk).state == Job.State.FAILED


# nobody else may take it for a grade


def test_nobody_rates_or_asks_beside_what_a_shadow_says(asked, pair):
    performance = prepared()
    shadows.grade_along(graded(performance).pk)
    along = Autograde.objects.by_shadows().get()
    with pytest.raises(ratings.RatingError, match="another recording"):
        ratings.record(
            performance=performance,
            rater=factories.user(),
            level=6,
            criteria={},
            comment="",
            reason="",
            remarks=[],
            autograde=along,
            autograde_visible=True,
        )
    with pytest.raises(studies.Refused, match="another recording"):
        studies.ask_explain(performance=performance, autograde=along, start=0.0, end=5.0)


# beside what teachers say later


def rated(pair, *, level: int, shadow: float, champion: float, **fields) -> Rating:
    performance = factories.performance(player=factories.user())
    factories.autograde(performance, model=pair.shadow, level=shadow, shadow=True)
    said = factories.autograde(performance, model=pair.champion, level=champion)
    return factories.rating(performance, rater=factories.user(), level=level, autograde=said, **fields)


def test_it_is_compared_with_the_first_word_of_those_who_listened_later(pair):
    first = rated(pair, level=7, shadow=6.5, champion=5.0)
    factories.rating(first.performance, rater=factories.user(), level=2, autograde=first.autograde)
    rated(pair, level=4, shadow=4.0, champion=6.0, autograde_visible=True)
    rated(pair, level=4, shadow=4.0, champion=6.0, batch=True)
    rated(pair, level=4, shadow=4.0, champion=6.0, purpose=Rating.Purpose.APPEAL)
    rated(pair, level=4, shadow=4.0, champion=6.0, source="Another school")
    before = rated(pair, level=4, shadow=4.0, champion=6.0)
    Rating.objects.filter(pk=before.pk).update(created_at=pair.shadow.created_at - timedelta(days=1))
    found = shadows.compared(pair.shadow)
    assert [(row.level, row.shadow.level, row.champion.level, row.blind) for row in found] == [
        (7, 6.5, 5.0, True),
        (4, 4.0, 6.0, False),
    ]


def test_what_either_may_have_learned_from_is_no_comparison(pair):
    rating = rated(pair, level=7, shadow=6.5, champion=5.0)
    snapshot = Dataset.objects.create(digest="d" * 64, manifest={"examples": []})
    Example.objects.create(dataset=snapshot, performance=rating.performance, level=7, part="train")
    assert len(shadows.compared(pair.shadow)) == 1  # the snapshot came after
    Rating.objects.filter(pk=rating.pk).update(created_at=timezone.now())
    assert shadows.compared(pair.shadow) == []


def test_the_comparison_asks_the_same_of_the_database_however_long(pair, django_assert_num_queries):
    for _ in range(4):
        rated(pair, level=7, shadow=6.5, champion=5.0)
    with django_assert_num_queries(2):  # ratings with the champion's word, the shadow's words
        assert len(shadows.compared(pair.shadow)) == 4
