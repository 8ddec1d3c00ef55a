import pytest
from django.urls import reverse

from grading.models import Job, TrainingRun
from tests import factories

MODELS, RUNS = reverse("api:models"), reverse("api:training_runs")


def labels(cast) -> None:
    for level, player in ((3, cast.student), (4, cast.student), (6, cast.other_student), (7, cast.other_student)):
        factories.result(factories.performance(player=player, may_train=True), rater=cast.teacher, level=level)


def test_an_admin_sees_the_versions(cast, client_of):
    champion = factories.model(champion=True, starter=True)
    (told,) = client_of(cast.admin).get(MODELS).json()["results"]
    assert (told["number"], told["stage"], told["starter"]) == (champion.number, "champion", True)


def test_an_admin_starts_a_training_and_sees_it(cast, client_of):
    champion = factories.model(champion=True)
    labels(cast)
    answer = client_of(cast.admin).post(RUNS, {}, content_type="application/json")
    assert answer.status_code == 201, answer.json()
    assert (answer.json()["state"], answer.json()["start"]) == (Job.State.QUEUED, champion.number)
    assert client_of(cast.admin).get(RUNS).json()["results"][0]["id"] == TrainingRun.objects.get().pk


def test_the_settings_that_were_asked_for_are_those_of_the_run_and_it_says_that_a_program_began_it(cast, client_of):
    factories.model(champion=True)
    labels(cast)
    asked = {"depth": "whole", "epochs": 5, "seed": 3, "accumulate": 2}
    told = client_of(cast.admin).post(RUNS, asked, content_type="application/json").json()
    assert told["origin"] == "api"
    assert {name: told["config"][name] for name in asked} == asked


@pytest.mark.parametrize("asked", [{"epochs": 0}, {"depth": "arms"}, {"seed": "soon"}])
def test_settings_that_make_no_sense_are_named(cast, client_of, asked):
    answer = client_of(cast.admin).post(RUNS, asked, content_type="application/json")
    assert answer.status_code == 400
    assert next(iter(asked)) in str(answer.json())
    assert not TrainingRun.objects.exists()


def test_what_is_missing_is_told_beforehand(cast, client_of):
    told = client_of(cast.admin).get(reverse("api:training_preconditions"), {"depth": "whole"}).json()
    states = {condition["name"]: condition["state"] for condition in told}
    assert (states["labels"], states["start"], states["gpu"]) == ("missing", "missing", "warn")
    assert all(condition["sentence"] for condition in told)


def test_one_training_is_followed_stopped_and_taken_up_again(cast, client_of):
    factories.model(champion=True)
    labels(cast)
    client = client_of(cast.admin)
    pk = client.post(RUNS, {}, content_type="application/json").json()["id"]
    told = client.get(reverse("api:training_run", args=[pk])).json()
    assert (told["state"], told["fraction"], told["trouble"]) == (Job.State.QUEUED, 0.0, "")
    assert len(told["start_digest"]) == 64
    assert client.post(reverse("api:stop_training_run", args=[pk])).json()["state"] == Job.State.FAILED
    again = client.post(reverse("api:stop_training_run", args=[pk]))
    assert (again.status_code, again.json()["error"]["code"]) == (409, "refused")
    assert "Stopped by Admin" in client.get(reverse("api:training_run", args=[pk])).json()["trouble"]
    assert client.post(reverse("api:continue_training_run", args=[pk])).json()["state"] == Job.State.QUEUED


def test_what_cannot_start_says_why(cast, client_of):
    answer = client_of(cast.admin).post(RUNS, {}, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "refused")
    assert "no champion" in answer.json()["error"]["sentence"]


def test_an_unknown_snapshot_is_not_there(cast, client_of):
    answer = client_of(cast.admin).post(RUNS, {"dataset": 4711}, content_type="application/json")
    assert answer.status_code == 404


@pytest.mark.parametrize("who", ["teacher", "student", "nobody"])
def test_nobody_else_can_tell_that_they_are_there(cast, client_of, who):
    client = client_of(getattr(cast, who))
    labels(cast)
    factories.model(champion=True)
    assert client.get(MODELS).status_code == 404
    assert client.get(RUNS).status_code == 404
    assert client.post(RUNS, {}, content_type="application/json").status_code == 404
    assert not TrainingRun.objects.exists()


def test_the_schema_names_every_operation(client_of, cast):
    answer = client_of(cast.nobody).get(reverse("api:schema"), HTTP_ACCEPT="application/vnd.oai.openapi+json")
    assert answer.status_code == 200
    schema = answer.json()
    operations = {(path, method) for path, item in schema["paths"].items() for method in item}
    assert operations == {
        ("/api/submissions/", "get"),
        ("/api/submissions/{id}/", "get"),
        ("/api/submissions/{id}/rating/", "post"),
        ("/api/models/", "get"),
        ("/api/training-runs/", "get"),
        ("/api/training-runs/", "post"),
        ("/api/training-runs/preconditions/", "get"),
        ("/api/training-runs/{id}/", "get"),
        ("/api/training-runs/{id}/stop/", "post"),
        ("/api/training-runs/{id}/go-on/", "post"),
    }
