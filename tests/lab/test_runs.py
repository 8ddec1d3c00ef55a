import pytest
from django.urls import reverse

from grading.models import Job, TrainingRun
from tests import factories


def open_job(run) -> Job:
    return Job.objects.create(
        kind=Job.Kind.TRAIN, training_run=run, state=Job.State.RUNNING, stage="training", fraction=0.5
    )


def test_training_starts_from_the_champion_and_shows_itself(cast, champion, client_of, doorbells):
    for level, player in ((3, cast.student), (4, cast.student), (6, cast.other_student), (7, cast.other_student)):
        factories.result(factories.performance(player=player, may_train=True), rater=cast.teacher, level=level)
    answer = client_of(cast.admin).post(reverse("lab:train"))
    run = TrainingRun.objects.get()
    assert answer["Location"] == reverse("lab:run", args=[run.pk])
    assert (run.start, run.started_by, run.job.state) == (champion, cast.admin, Job.State.QUEUED)


def test_training_goes_on_from_a_chosen_snapshot(cast, run, client_of):
    client_of(cast.admin).post(reverse("lab:train"), {"dataset": run.dataset_id})
    assert TrainingRun.objects.exclude(pk=run.pk).get().dataset == run.dataset


def test_too_few_labels_are_refused_with_a_sentence(cast, champion, client_of):
    answer = client_of(cast.admin).post(reverse("lab:train"), follow=True)
    assert "A snapshot needs at least" in answer.content.decode()
    assert not TrainingRun.objects.exists()


def test_a_second_training_waits_for_the_first(cast, run, client_of):
    open_job(run)
    answer = client_of(cast.admin).post(reverse("lab:train"), {"dataset": run.dataset_id}, follow=True)
    assert "A training is under way" in answer.content.decode()
    assert TrainingRun.objects.count() == 1


def test_a_finished_training_leads_to_its_candidate(cast, run, candidate, client_of):
    page = client_of(cast.admin).get(reverse("lab:run", args=[run.pk]))
    assert page.status_code == 200
    assert reverse("lab:model", args=[candidate.number]) in page.content.decode()
    assert "2 of 2" in page.content.decode()


def test_its_progress_is_told_as_json(cast, run, client_of):
    open_job(run)
    told = client_of(cast.admin).get(reverse("lab:run_progress", args=[run.pk])).json()
    assert (told["state"], told["fraction"], told["eta"], told["over"]) == ("running", 0.5, 3.0, False)
    assert (told["sentence"], told["log"], len(told["history"])) == ("Learning…", "begun", 2)


def test_stopping_ends_it_and_says_by_whom(cast, run, client_of):
    job = open_job(run)
    answer = client_of(cast.admin).post(reverse("lab:stop", args=[run.pk]), follow=True)
    job.refresh_from_db()
    assert (job.state, job.error) == (Job.State.FAILED, "Stopped by Admin.")
    assert "is stopped" in answer.content.decode()


def test_what_has_ended_cannot_be_stopped(cast, run, client_of):
    answer = client_of(cast.admin).post(reverse("lab:stop", args=[run.pk]), follow=True)
    assert "has ended already" in answer.content.decode()


@pytest.mark.parametrize("who", ["teacher", "student", "nobody"])
def test_trainings_are_hidden_from_everyone_else(cast, run, client_of, who):
    client = client_of(getattr(cast, who))
    assert client.get(reverse("lab:run", args=[run.pk])).status_code == 404
    assert client.get(reverse("lab:run_progress", args=[run.pk])).status_code == 404
    assert client.post(reverse("lab:stop", args=[run.pk])).status_code == 404
    assert client.post(reverse("lab:train")).status_code == 404


def test_acts_refuse_get_and_pages_refuse_post(cast, run, client_of):
    client = client_of(cast.admin)
    assert client.get(reverse("lab:train")).status_code == 405
    assert client.get(reverse("lab:stop", args=[run.pk])).status_code == 405
    assert client.post(reverse("lab:run", args=[run.pk])).status_code == 405
