"""A recording's way in and its way out."""

import pytest

from grading.models import Job, Performance
from grading.services import performances
from tests import factories

ARRIVED = Performance.State.ARRIVED
pytestmark = pytest.mark.django_db


@pytest.fixture
def upload(tmp_path):
    path = tmp_path / "upload.mp4"
    path.write_bytes(b"a film")
    return path


def receive(upload, **fields):
    wanted = {"piece": "Satie: Gymnopédie no. 1", "source_name": "clip.mp4", "may_train": True} | fields
    return performances.receive(player=factories.user(), source=upload, **wanted)


def test_receiving_takes_the_file_over_and_rings_once_after_the_commit(
    upload, doorbells, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        performance = receive(upload)
        assert doorbells == []
    assert not upload.exists()
    assert performance.source_path.read_bytes() == b"a film"
    assert [bell.job_id for bell in doorbells] == [performance.jobs.get().pk]


def test_a_name_with_a_path_in_it_goes_nowhere(upload):
    performance = receive(upload, source_name="../../etc/passwd")
    assert performance.source == f"sources/{performance.pk}"


@pytest.mark.parametrize(
    ("crop", "sentence"),
    [
        ({}, "four numbers"),
        ({"x": "left", "y": 0, "width": 1, "height": 1}, "four numbers"),
        ({"x": float("nan"), "y": 0, "width": 1, "height": 1}, "four numbers"),
        ({"x": 0.5, "y": 0, "width": 0.6, "height": 1}, "inside the picture"),
        ({"x": -0.1, "y": 0, "width": 0.6, "height": 1}, "inside the picture"),
        ({"x": 0.5, "y": 0.5, "width": 0.01, "height": 0.4}, "at least a tenth"),
    ],
)
def test_a_frame_that_makes_no_sense_changes_nothing(crop, sentence):
    performance = factories.performance(player=factories.user(), state=Performance.State.GRADED)
    before = performance.crop
    with pytest.raises(ValueError, match=sentence):
        performances.move_crop(performance=performance, crop=crop, by=performance.player)
    performance.refresh_from_db()
    assert performance.crop == before
    assert not Job.objects.exists()


def test_moving_the_frame_asks_for_another_grade():
    performance = factories.performance(player=factories.user(), state=Performance.State.GRADED)
    performances.move_crop(
        performance=performance, crop={"x": 0.1, "y": 0.2, "width": 0.5, "height": 0.5}, by=performance.player
    )
    assert Job.objects.get().kind == Job.Kind.GRADE
    performance.refresh_from_db()
    assert performance.crop["width"] == 0.5


def test_erasing_takes_row_and_files(upload, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        performance = receive(upload)
    performance.folder.mkdir(parents=True)
    (performance.folder / "proxy.mp4").write_bytes(b"proxy")
    source, folder = performance.source_path, performance.folder
    with django_capture_on_commit_callbacks(execute=True):
        performances.erase(performance=performance)
    assert not source.exists()
    assert not folder.exists()
    assert not Performance.objects.exists()


def test_a_list_of_recordings_costs_the_same_however_long(django_assert_num_queries):
    for _ in range(5):
        factories.autograde(factories.performance(player=factories.user(), state=Performance.State.GRADED))
    with django_assert_num_queries(1):  # recordings with their grades, models and results
        assert all(performance.autograde for performance in Performance.objects.with_grade())
