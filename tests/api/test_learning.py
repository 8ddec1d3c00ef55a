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
    }
