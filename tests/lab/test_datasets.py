import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Consent
from accounts.services import consents
from grading.models import Dataset
from grading.services import datasets
from lab.histogram import histogram
from tests import factories


def label(cast, level: int, player) -> None:
    performance = factories.performance(player=player, may_train=True)
    factories.result(performance, rater=cast.teacher, level=level)


def test_freezing_keeps_the_labels_of_this_moment(cast, client_of):
    for level, player in ((3, cast.student), (4, cast.student), (6, cast.other_student), (7, cast.other_student)):
        label(cast, level, player)
    answer = client_of(cast.admin).post(reverse("lab:freeze"))
    dataset = Dataset.objects.get()
    assert answer["Location"] == reverse("lab:dataset", args=[dataset.pk])
    assert dataset.examples.count() == 4


def test_too_few_labels_are_refused_with_a_sentence(cast, client_of):
    answer = client_of(cast.admin).post(reverse("lab:freeze"), follow=True)
    assert "A snapshot needs at least" in answer.content.decode()
    assert not Dataset.objects.exists()


def test_a_snapshot_shows_its_manifest_digest_parts_and_levels(cast, run, client_of):
    page = client_of(cast.admin).get(reverse("lab:dataset", args=[run.dataset_id]))
    text = page.content.decode()
    assert "d" * 64 in text
    assert "Petzold: Minuet" in text
    assert [column.total for column in page.context["histogram"]] == [0, 0, 0, 0, 0, 0, 1, 0, 0, 0]


def test_an_erased_recording_leaves_its_row(cast, run, client_of):
    run.dataset.examples.update(performance=None, rating=None)
    text = client_of(cast.admin).get(reverse("lab:dataset", args=[run.dataset_id])).content.decode()
    assert "1 recording was erased since" in text


def test_it_says_what_a_withdrawal_has_taken_out(cast, client_of):
    for player in (cast.student, cast.other_student, cast.nobody):
        factories.agree(player, Consent.Purpose.TRAINING)
        for level in (3, 4):
            label(cast, level, player)
    first = datasets.freeze(by=cast.admin)
    act = consents.withdraw(user=cast.nobody, purpose=Consent.Purpose.TRAINING)
    second = datasets.freeze(by=cast.admin)
    client = client_of(cast.admin)
    said = "2 recordings of earlier snapshots are not in this one"
    assert said not in client.get(reverse("lab:dataset", args=[first.pk])).content.decode()
    page = client.get(reverse("lab:dataset", args=[second.pk])).content.decode()
    assert said in page
    assert page.count(f'<time datetime="{timezone.localtime(act.at).isoformat()}"') == 2


@pytest.mark.parametrize("who", ["teacher", "student", "nobody"])
def test_snapshots_are_hidden_from_everyone_else(cast, run, client_of, who):
    client = client_of(getattr(cast, who))
    assert client.get(reverse("lab:dataset", args=[run.dataset_id])).status_code == 404
    assert client.post(reverse("lab:freeze")).status_code == 404


def test_a_snapshot_that_is_not_there_is_not_there(cast, client_of):
    assert client_of(cast.admin).get(reverse("lab:dataset", args=[4711])).status_code == 404


def test_freezing_refuses_get(cast, client_of):
    assert client_of(cast.admin).get(reverse("lab:freeze")).status_code == 405


def test_a_histogram_stacks_the_parts():
    columns = histogram({"train": [3, 3, 4], "audit": [3]})
    third, fourth = columns[2], columns[3]
    assert [(bar.count, bar.base, bar.height) for bar in third.bars] == [(2, 0.0, 2 / 3), (1, 2 / 3, 1 / 3)]
    assert (fourth.total, columns[9].total) == (1, 0)
