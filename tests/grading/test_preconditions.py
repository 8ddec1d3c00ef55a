"""What is said before the click, and that nothing starts while something is missing."""

from types import SimpleNamespace

import pytest

from grading.models import Dataset, Example, Job, PlayerPart
from grading.services import datasets, preconditions, training
from grading.services.preconditions import State
from tests import factories
from tests.grading.factories import labelled, model_with_file

pytestmark = pytest.mark.django_db
GIB = 1024**3
A_GPU = {"device": "NVIDIA H100", "gpus": 1, "memory": 80 * GIB, "cores": 16, "torch": "2"}


@pytest.fixture
def champion(house):
    return model_with_file(champion=True)


def found(**wanted) -> dict[str, preconditions.Precondition]:
    return {condition.name: condition for condition in preconditions.preconditions(**wanted)}


def school(*, students: int = 3, may_train: bool = True) -> None:
    for _ in range(students):
        player = factories.user()
        for level in (3, 6):
            labelled(player, level=level, may_train=may_train)


def test_everything_is_in_order_but_for_a_small_audit_part(champion):
    school()
    factories.beat("training")
    states = {name: condition.state for name, condition in found().items()}
    assert states.pop("audit") == State.WARN
    assert set(states.values()) == {State.MET}
    assert list(states) == ["labels", "consent", "start", "disk", "worker", "gpu", "alone"]


def test_ratings_without_consent_are_counted(champion):
    school()
    school(students=2, may_train=False)
    consent = found()["consent"]
    assert (consent.state, consent.sentence) == (State.WARN, "4 released ratings cannot be used: no consent")


def test_too_few_labels_and_no_champion_stand_in_the_way(house):
    school(students=1)
    missing = {name: condition for name, condition in found().items() if not condition.met}
    assert set(missing) == {"labels", "start"}
    with pytest.raises(training.Refused) as refusal:
        training.start(by=None)
    assert str(refusal.value) == " ".join(condition.sentence for condition in missing.values())


def test_a_full_disk_stands_in_the_way(champion, monkeypatch):
    school()
    monkeypatch.setattr(preconditions.shutil, "disk_usage", lambda folder: SimpleNamespace(free=1.5 * GIB))
    assert "Only 1 GB of disk are free; 2 are needed" in found()["disk"].sentence
    with pytest.raises(training.Refused, match="Make room first"):
        training.start(by=None)


def test_the_whole_network_needs_room_for_the_unpacked_recordings(champion, monkeypatch):
    school()
    monkeypatch.setattr(preconditions.shutil, "disk_usage", lambda folder: SimpleNamespace(free=3 * GIB))
    assert found(depth="whole")["disk"].met
    labelled(factories.user(), level=4).performance.__class__.objects.update(duration=600.0)
    assert found()["disk"].met
    assert "6 are needed" in found(depth="whole")["disk"].sentence


def test_without_a_worker_a_training_would_wait_for_one(champion):
    school()
    worker = found()["worker"]
    assert worker.state == State.WARN
    assert "would wait for one" in worker.sentence
    assert training.start(by=None).job.state == Job.State.QUEUED


def test_the_gpu_is_what_the_training_worker_has_found(champion):
    assert found()["gpu"].state == State.MET  # heads need none
    assert "not known" in found(depth="whole")["gpu"].sentence
    beat = factories.beat("training", machine=A_GPU)
    gpu = found(depth="whole")["gpu"]
    assert (gpu.state, gpu.sentence) == (State.MET, "1 GPU: NVIDIA H100, 80 GB")
    beat.machine = A_GPU | {"gpus": 0}
    beat.save()
    gpu = found(depth="whole")["gpu"]
    assert gpu.state == State.WARN
    assert "hours to days" in gpu.sentence


def test_a_large_audit_part_is_in_order(champion):
    player = factories.user()
    PlayerPart.objects.create(player=player, part="audit")
    for _ in range(preconditions.FEWEST_AUDITED):
        labelled(player, level=5)
    assert found()["audit"].state == State.MET


def test_one_training_at_a_time(champion):
    school()
    training.start(by=None)
    assert found()["alone"].state == State.MISSING
    with pytest.raises(training.Refused, match="A training is under way"):
        training.start(by=None)


def test_of_an_old_snapshot_only_what_may_still_be_learned_from_counts(champion):
    school()
    snapshot = datasets.freeze(by=None)
    withdrawn = snapshot.examples.filter(part="train").first().performance
    withdrawn.may_train = False
    withdrawn.save()
    conditions = found(dataset=snapshot)
    assert conditions["labels"].sentence == f"5 of the 6 recordings of snapshot {snapshot.pk}"
    assert conditions["consent"].state == State.WARN


def test_a_snapshot_of_which_nothing_is_left_is_refused(champion):
    snapshot = Dataset.objects.create(digest="0" * 64, manifest={"examples": []})
    Example.objects.create(dataset=snapshot, performance=None, level=4, part="train")
    with pytest.raises(training.Refused, match="nothing is left that may be learned from"):
        training.start(by=None, dataset=snapshot)
