import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Consent
from accounts.services import consents
from grading.models import Dataset, Example, Performance, Rating
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


# Several raters


@pytest.fixture
def snapshot(cast):
    """Four recordings; the first was rated by two people, the last is held back."""
    for level, player in ((3, cast.student), (4, cast.student), (6, cast.other_student), (7, cast.other_student)):
        label(cast, level, player)
    label(cast, 2, cast.nobody)
    rows = Performance.objects.order_by("created_at")
    factories.rating(rows.first(), rater=cast.other_teacher, level=4, purpose="second")
    factories.rating(rows.last(), rater=cast.other_teacher, level=9, purpose="audit")
    return datasets.freeze(by=cast.admin)


def test_a_snapshot_tells_who_said_what_and_how_much_it_counts(cast, snapshot, client_of):
    page = client_of(cast.admin).get(reverse("lab:dataset", args=[snapshot.pk]))
    row = next(row for row in page.context["rows"] if row.example.raters == 2)
    assert [(word.who, word.level) for word in row.said] == [(str(cast.teacher), 3), (str(cast.other_teacher), 4)]
    text = page.content.decode()
    assert "second marking" in text
    assert page.context["raters"] == 2
    assert "1 recording was held back" in text
    assert f">{str(row.example.weight).rstrip('0')}<" in text


def test_an_old_snapshot_shows_the_one_rater_it_knows(cast, run, client_of):
    Example.objects.create(
        dataset=run.dataset,
        performance=(
            result := factories.result(factories.performance(player=cast.student), rater=cast.teacher)
        ).performance,
        rating=result.rating,
        level=7,
        part="train",
    )
    page = client_of(cast.admin).get(reverse("lab:dataset", args=[run.dataset_id]))
    assert (str(cast.teacher), 7.0) in [(word.who, word.level) for row in page.context["rows"] for word in row.said]


def test_the_page_of_a_snapshot_asks_the_same_however_long_it_is(
    cast, snapshot, client_of, django_assert_max_num_queries
):
    client = client_of(cast.admin)
    client.get(reverse("lab:dataset", args=[snapshot.pk]))
    with django_assert_max_num_queries(10):
        client.get(reverse("lab:dataset", args=[snapshot.pk]))


def test_the_list_tells_the_rule_what_is_held_back_and_what_the_audit_part_lacks(cast, snapshot, client_of):
    text = client_of(cast.admin).get(reverse("lab:datasets")).content.decode()
    assert "1 recording, because its raters are too far apart." in text
    assert reverse("lab:held_back") in text
    assert reverse("lab:labels") in text
    assert "that no model learns from" in text


# What changed between two


@pytest.fixture
def second(cast, snapshot):
    label(cast, 5, cast.student)
    Rating.objects.filter(level=7).update(level=8)
    return datasets.freeze(by=cast.admin)


def test_two_snapshots_are_told_apart_in_words_and_numbers(cast, snapshot, second, client_of):
    page = client_of(cast.admin).get(reverse("lab:difference", args=[snapshot.pk, second.pk]))
    text = page.content.decode()
    assert "+1 performance, 1 label changed" in text
    assert [counts for _, counts in page.context["parts"]] == [
        [snapshot.examples.filter(part=part).count(), second.examples.filter(part=part).count()]
        for part in ("train", "validation", "audit")
    ]
    assert "Nobody moved from one part to another." in text


def test_the_other_way_round_leads_to_the_usual_one(cast, snapshot, second, client_of):
    answer = client_of(cast.admin).get(reverse("lab:difference", args=[second.pk, snapshot.pk]))
    assert answer["Location"] == reverse("lab:difference", args=[snapshot.pk, second.pk])


@pytest.mark.parametrize("here", [0, 1])
def test_a_snapshot_is_compared_with_one_that_is_chosen_on_its_page(cast, snapshot, second, client_of, here):
    own, other = (snapshot, second)[here], (second, snapshot)[here]
    client, address = client_of(cast.admin), reverse("lab:dataset", args=[own.pk])
    assert f'<option value="{other.pk}">' in client.get(address).content.decode()
    answer = client.get(address, {"with": other.pk})
    assert answer["Location"] == reverse("lab:difference", args=[snapshot.pk, second.pk])
    assert client.get(address, {"with": 4711}).status_code == 404
    assert client.get(address, {"with": "x"}).status_code == 200


def test_what_is_under_an_appeal_keeps_its_level(cast, client_of):
    submission = factories.submission(student=cast.student, assignment=cast.assignment)
    Performance.objects.update(may_train=True)
    factories.result(submission.performance, rater=cast.teacher, level=3)
    for level, player in ((4, cast.student), (6, cast.other_student), (7, cast.other_student)):
        label(cast, level, player)
    first = datasets.freeze(by=None)
    Rating.objects.filter(performance=submission.performance).update(level=4)
    second = datasets.freeze(by=None)
    client, address = client_of(cast.admin), reverse("lab:difference", args=[first.pk, second.pk])
    assert len(client.get(address).context["changed"]) == 1
    factories.appeal(submission)
    assert client.get(address).context["changed"] == []


def test_a_difference_refuses_post_and_is_hidden(cast, snapshot, second, client_of):
    address = reverse("lab:difference", args=[snapshot.pk, second.pk])
    assert client_of(cast.admin).post(address).status_code == 405
    assert client_of(cast.teacher).get(address).status_code == 404


def test_a_difference_asks_the_same_however_much_changed(
    cast, snapshot, second, client_of, django_assert_max_num_queries
):
    client = client_of(cast.admin)
    with django_assert_max_num_queries(10):
        client.get(reverse("lab:difference", args=[snapshot.pk, second.pk]))
