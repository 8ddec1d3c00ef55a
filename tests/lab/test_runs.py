import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
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
    assert "A training needs at least" in answer.content.decode()
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


def test_what_a_training_needs_is_shown_before_the_click(cast, run, client_of):
    page = client_of(cast.admin).get(reverse("lab:train"))
    assert not page.context["ready"]
    text = page.content.decode()
    assert "A training needs at least" in text
    assert "disabled" in text
    again = client_of(cast.admin).get(reverse("lab:train"), {"depth": "whole", "dataset": run.dataset_id})
    assert again.context["ready"]
    assert f"1 of the 1 recordings of snapshot {run.dataset_id}" in again.content.decode()
    assert "Whether the training worker has a GPU is not known" in again.content.decode()


def test_the_settings_that_were_chosen_are_those_of_the_run(cast, run, client_of, doorbells):
    body = {"depth": "whole", "dataset": run.dataset_id, "epochs": "3", "seed": "9", "clips": "2", "accumulate": "4"}
    client_of(cast.admin).post(reverse("lab:train"), body)
    made = TrainingRun.objects.exclude(pk=run.pk).get()
    chosen = {name: made.config[name] for name in ("depth", "epochs", "seed", "clips", "accumulate")}
    assert chosen == {"depth": "whole", "epochs": 3, "seed": 9, "clips": 2, "accumulate": 4}


@pytest.mark.parametrize("epochs", ["0", "1001", "many"])
def test_settings_that_make_no_sense_are_said_beside_their_field(cast, run, client_of, epochs):
    answer = client_of(cast.admin).post(reverse("lab:train"), {"dataset": run.dataset_id, "epochs": epochs})
    assert answer.status_code == 422
    assert answer.context["form"].errors["epochs"]
    assert TrainingRun.objects.count() == 1


def test_a_snapshot_that_is_not_there_is_not_found(cast, champion, client_of):
    assert client_of(cast.admin).get(reverse("lab:train"), {"dataset": "99"}).status_code == 404
    assert client_of(cast.admin).post(reverse("lab:train"), {"dataset": "99"}).status_code == 404


def test_a_run_tells_how_it_began_by_which_code_and_on_what(cast, run, client_of):
    run.code_version, run.origin = "1+ml.abc", TrainingRun.Origin.COMMAND
    run.hardware = {"device": "NVIDIA H100", "memory": 80 * 1024**3, "processes": 2, "precision": "bf16", "torch": "2"}
    run.config = {"depth": "whole", "epochs": 2, "mirror": True}
    run.save()
    text = client_of(cast.admin).get(reverse("lab:run", args=[run.pk])).content.decode()
    for said in ("by Admin, from the command line", "1+ml.abc", run.start.digest, run.dataset.digest, "NVIDIA H100"):
        assert said in text
    assert "<dt>What learns</dt><dd>the whole network</dd>" in text
    assert "<dt>Left and right change places</dt><dd>yes</dd>" in text
    assert "<dt>Memory</dt><dd>80 GB</dd>" in text


def test_what_was_stopped_can_go_on(cast, run, client_of, doorbells):
    client = client_of(cast.admin)
    run.history = []
    run.save()
    open_job(run)
    client.post(reverse("lab:stop", args=[run.pk]))
    assert client.get(reverse("lab:run_progress", args=[run.pk])).json()["resumable"]
    answer = client.post(reverse("lab:go_on", args=[run.pk]), follow=True)
    assert "goes on from where it stopped" in answer.content.decode()
    assert TrainingRun.objects.get(pk=run.pk).job.state == Job.State.QUEUED


def test_what_is_done_cannot_go_on(cast, run, client_of):
    assert not client_of(cast.admin).get(reverse("lab:run_progress", args=[run.pk])).json()["resumable"]
    answer = client_of(cast.admin).post(reverse("lab:go_on", args=[run.pk]), follow=True)
    assert "Nothing is kept of this training" in answer.content.decode()


def test_all_trainings_are_listed_and_two_that_are_marked_are_compared(cast, run, champion, client_of):
    other = TrainingRun.objects.create(dataset=run.dataset, start=champion)
    client = client_of(cast.admin)
    text = client.get(reverse("lab:runs")).content.decode()
    assert str(run) in text
    assert str(other) in text
    led = client.get(reverse("lab:runs"), {"run": [other.pk, run.pk]})
    assert led["Location"] == reverse("lab:comparison", args=[run.pk, other.pk])
    assert "Mark two trainings" in client.get(reverse("lab:runs"), {"run": [run.pk]}).content.decode()


def test_the_list_asks_the_same_number_of_questions_however_many_trainings(cast, run, champion, client_of):
    client = client_of(cast.admin)
    asked = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("lab:runs"))
        asked.append(len(queries))
        for _ in range(3):
            made = TrainingRun.objects.create(dataset=run.dataset, start=champion, started_by=cast.admin)
            Job.objects.create(kind=Job.Kind.TRAIN, training_run=made, state=Job.State.DONE)
    assert asked[0] == asked[1]


@pytest.mark.parametrize("who", ["teacher", "student", "nobody"])
def test_trainings_are_hidden_from_everyone_else(cast, run, client_of, who):
    client = client_of(getattr(cast, who))
    assert client.get(reverse("lab:run", args=[run.pk])).status_code == 404
    assert client.get(reverse("lab:run_progress", args=[run.pk])).status_code == 404
    assert client.post(reverse("lab:stop", args=[run.pk])).status_code == 404
    assert client.post(reverse("lab:go_on", args=[run.pk])).status_code == 404
    assert client.post(reverse("lab:train")).status_code == 404
    assert client.get(reverse("lab:train")).status_code == 404
    assert client.get(reverse("lab:runs")).status_code == 404
    assert client.get(reverse("lab:comparison", args=[run.pk, run.pk])).status_code == 404


def test_acts_refuse_get_and_pages_refuse_post(cast, run, client_of):
    client = client_of(cast.admin)
    assert client.get(reverse("lab:go_on", args=[run.pk])).status_code == 405
    assert client.post(reverse("lab:runs")).status_code == 405
    assert client.post(reverse("lab:comparison", args=[run.pk, run.pk])).status_code == 405
    assert client.get(reverse("lab:stop", args=[run.pk])).status_code == 405
    assert client.post(reverse("lab:run", args=[run.pk])).status_code == 405
