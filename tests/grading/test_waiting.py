"""What is said while one waits: the place, the step, the time it takes as measured, and since when nobody works."""

from datetime import timedelta

import pytest
from django.utils import timezone

from grading.models import Job, Performance, WorkerBeat
from grading.services import crowd, house, jobs, waiting
from tests import factories

ARRIVED, PREPARED, GRADED = Performance.State.ARRIVED, Performance.State.PREPARED, Performance.State.GRADED
PREPARE, GRADE = Job.Kind.PREPARE, Job.Kind.GRADE
pytestmark = pytest.mark.django_db


def recording(state=ARRIVED, kind=PREPARE, **fields):
    performance = factories.performance(player=factories.user(), state=state, **fields)
    jobs.queue(kind=kind, performance=performance)
    return performance


def said_of(performance):
    """As things are now, not as they were kept."""
    crowd.forget()
    return waiting.of(performance)


def history(kind, *seconds):
    """Finished jobs that took so long."""
    now = timezone.now()
    for taken in seconds:
        performance = factories.performance(player=factories.user())
        times = {"started_at": now - timedelta(seconds=taken), "ended_at": now}
        factories.job(performance, kind, state=Job.State.DONE, **times)


def workers(**counts):
    for queue, count in counts.items():
        for number in range(count):
            house.beat(name=f"{queue}{number}@here", queue=queue)


def run(performance, stage, fraction, kind=PREPARE):
    job = jobs.claim(performance.jobs.get(state="queued").pk, kind=kind)
    jobs.report(job, stage, fraction)


def test_the_place_in_the_queue_is_said():
    workers(media=1)
    first, second, third = recording(), recording(), recording()
    assert said_of(first).sentence == "Next in line."
    assert (said_of(second).sentence, said_of(second).place) == ("1 recording before yours.", 1)
    assert said_of(third).sentence == "2 recordings before yours."
    assert said_of(third).stalled_since is None


def test_a_recording_that_came_a_moment_ago_stands_behind_all_others():
    recording()
    waiting.of(recording())
    assert waiting.of(recording()).place == 2  # with what was kept before it came


def test_the_stage_is_said_in_words():
    performance = recording()
    run(performance, "crop", 0.5)
    said = said_of(performance)
    assert said.sentence == "Finding the keyboard and the hands…"
    assert said.fraction == 0.5


@pytest.mark.parametrize(
    ("state", "kind", "states"),
    [(ARRIVED, PREPARE, ["done", "now", "ahead", "ahead"]), (PREPARED, GRADE, ["done", "done", "now", "ahead"])],
)
def test_the_present_step_is_marked(state, kind, states):
    steps = said_of(recording(state, kind)).steps
    names = ["Uploaded", "Checked and copied", "The model watches and listens", "Done"]
    assert [step.sentence for step in steps] == names
    assert [step.state for step in steps] == states


def test_without_consent_to_a_model_no_model_is_a_step():
    steps = said_of(recording(may_grade=False)).steps
    assert [step.sentence for step in steps] == ["Uploaded", "Checked and copied", "Done"]


def test_a_recording_that_is_ready_waits_for_nothing():
    performance = factories.performance(player=factories.user())
    assert said_of(performance).sentence == "Ready."
    assert said_of(performance).steps == ()


def test_a_refused_recording_says_why():
    performance = factories.performance(player=factories.user(), state="refused", trouble="This is not a video.")
    assert said_of(performance).sentence == "This is not a video."


def test_how_long_it_takes_comes_from_what_was_measured():
    workers(media=1, gpu=1)
    history(PREPARE, 30, 60, 90)
    history(GRADE, 240)
    performance = recording()
    assert said_of(performance).left == "About 5 minutes to go."  # 60 s, then 240 s


def test_whoever_stands_before_at_the_preparation_stands_before_at_the_model_too():
    workers(media=1, gpu=1)
    history(PREPARE, 60)
    history(GRADE, 240)
    for _ in range(4):
        recording()
    assert said_of(recording()).left == "About 20 minutes to go."  # four times 240 s at the model, and its own


def test_more_workers_take_less_time():
    workers(media=2, gpu=2)
    history(PREPARE, 60)
    history(GRADE, 240)
    for _ in range(4):
        recording()
    assert said_of(recording()).left == "About 12 minutes to go."  # two rounds of 240 s, and its own


def test_what_is_half_done_takes_half_the_time():
    workers(gpu=1)
    history(GRADE, 240)
    performance = recording(PREPARED, GRADE)
    run(performance, "listening", 0.5, GRADE)
    assert said_of(performance).left == "About 2 minutes to go."


def test_without_history_no_time_is_promised():
    workers(media=1, gpu=1)
    history(PREPARE, 60)
    assert said_of(recording()).left == ""  # nobody knows how long the model takes
    assert said_of(recording(PREPARED, GRADE)).left == ""


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (3, "Less than a minute to go."),
        (61, "About 2 minutes to go."),
        (60, "About 1 minute to go."),
        (89 * 60, "About 89 minutes to go."),
        (3 * 3600, "About 3 hours to go."),
    ],
)
def test_a_time_is_told_in_round_numbers(seconds, words):
    assert waiting.in_words(seconds) == words


def test_it_says_plainly_since_when_nobody_works(settings):
    performance = recording()
    assert said_of(performance).stalled_since is not None
    workers(media=1)
    assert said_of(performance).stalled_since is None
    long_ago = timezone.now() - timedelta(minutes=9)
    WorkerBeat.objects.update(beat_at=long_ago)
    assert said_of(performance).stalled_since == long_ago


def test_the_hour_is_said_and_the_day_where_it_was_another():
    today = timezone.now().replace(hour=10, minute=42)
    assert waiting.Waiting("arrived", "", stalled_since=today).stalled_said == "No worker is running since 10:42."
    before = waiting.Waiting("arrived", "", stalled_since=today - timedelta(days=3)).stalled_said
    assert "10:42" in before
    assert str((today - timedelta(days=3)).year) in before


def test_where_nobody_works_no_time_is_promised():
    history(PREPARE, 60)
    history(GRADE, 60)
    assert said_of(recording()).left == ""


class TestWhenToAskAgain:
    def test_what_is_next_or_being_worked_on_is_asked_for_every_two_seconds(self):
        workers(media=1)
        performance = recording()
        assert said_of(performance).again == 2.0
        run(performance, "proxy", 0.1)
        assert said_of(performance).again == 2.0

    def test_the_further_away_the_later_but_never_later_than_half_a_minute(self):
        workers(media=1)
        history(PREPARE, 20)
        times = [said_of(recording()).again for _ in range(40)]
        assert times == sorted(times)
        assert times[0] == 2.0
        assert times[-1] == 30.0
        assert times[4] == pytest.approx(8.0)  # a tenth of the 80 s until its turn

    def test_without_history_the_place_decides(self):
        workers(media=1)
        assert [said_of(recording()).again for _ in range(4)] == [2.0, 4.0, 6.0, 8.0]

    def test_pages_opened_together_do_not_ask_together(self):
        said = said_of(recording())
        times = {said.again_ms for _ in range(50)}
        assert len(times) > 10
        assert all(0.8 * 1000 * said.again <= time <= 1.2 * 1000 * said.again for time in times)


def test_a_thousand_who_ask_make_one_picture_of_the_house(django_assert_num_queries):
    performance = recording()
    job = performance.jobs.get()
    waiting.of_job(performance, job)
    with django_assert_num_queries(0):
        for _ in range(1000):
            waiting.of_job(performance, job)
