"""What moved the grade, and where the model looked and listened: shown, asked, and hidden from whom it is not for."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from grading.models import Job, Study
from grading.services import house, studies
from tests import factories
from tests.grading.factories import model_with_file

PART = {"X-Part": "study"}


@pytest.fixture
def asked(desk, house):
    """A grade whose model can be asked, of a recording with one stretch that stands out."""
    windows = [
        {"start": 0.0, "end": 10.0, "visual": 6.0, "aural": 7.4, "fused": 7.2, "low": 5, "high": 8},
        {"start": 10.0, "end": 20.0, "visual": 6.0, "aural": 6.0, "fused": 6.1, "low": 5, "high": 7},
    ]
    desk.autograde = factories.autograde(desk.submission.performance, model=model_with_file(), windows=windows)
    return desk


@pytest.fixture
def ask(asked, cast, client_of):
    def ask(who=None, **fields):
        data = {"autograde": asked.autograde.pk, "start": "0.000", "end": "10.000"} | fields
        return client_of(who or cast.teacher).post(reverse("reviews:explain", args=[asked.submission.pk]), data)

    return ask


@pytest.fixture
def study(asked):
    return factories.study(asked.submission.performance, asked.autograde)


def see(client, desk, study, *sense, headers=PART):
    name = "reviews:study_picture" if sense else "reviews:study"
    return client.get(reverse(name, args=[desk.submission.pk, study.pk, *sense]), headers=headers)


def make_blind(desk):
    desk.submission.blind = True
    desk.submission.save(update_fields=("blind",))


def test_the_desk_says_what_carried_the_grade_and_which_stretch_stands_out(cast, client_of, asked):
    page = client_of(cast.teacher).get(reverse("reviews:desk", args=[asked.submission.pk]))
    text = page.content.decode()
    assert "Picture and sound agree: by sight level 6, by ear 6; together 6." in text
    assert "heard a level above the rest" in text
    assert "0:00–0:10" in text
    assert page.context["page"]["highlights"] == [
        {"start": 0.0, "end": 10.0, "pull": pytest.approx(1.07), "label": "heard a level above the rest"}
    ]


def test_the_desk_says_plainly_that_no_stretch_stands_out(cast, client_of, desk):
    page = client_of(cast.teacher).get(reverse("reviews:desk", args=[desk.submission.pk]))
    assert "No stretch stands out" in page.content.decode()
    assert page.context["page"]["highlights"] == []


def test_a_blind_desk_gives_nothing_of_it_away(cast, client_of, asked):
    make_blind(asked)
    page = client_of(cast.teacher).get(reverse("reviews:desk", args=[asked.submission.pk]))
    assert page.context["page"]["highlights"] == []
    text = page.content.decode()
    assert "What moved the model" not in text
    assert "above the rest" not in text
    assert reverse("reviews:explain", args=[asked.submission.pk]) not in text


def test_asking_leads_to_the_study_and_rings_the_worker(ask, doorbells, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = ask()
    study = Study.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == reverse("reviews:study", args=[study.performance.submission.pk, study.pk])
    assert [bell.task for bell in doorbells] == ["grading.tasks.explain"]


def test_the_same_stretch_is_one_study(ask):
    assert ask()["Location"] == ask(start="0.004")["Location"]
    assert Job.objects.count() == 1


@pytest.mark.parametrize("wrong", [{"start": "soon"}, {"end": ""}, {"start": "9", "end": "3"}, {"end": "nan"}])
def test_a_stretch_that_makes_no_sense_is_refused_in_words(ask, wrong):
    answer = ask(**wrong)
    assert answer.status_code == 422
    assert "stretch" in answer.content.decode()
    assert not Study.objects.exists()


def test_a_grade_of_another_recording_is_not_there(ask, cast):
    stranger = factories.autograde(factories.performance(player=cast.student), model=model_with_file())
    assert ask(autograde=stranger.pk).status_code == 404
    assert not Study.objects.exists()


def test_a_recording_without_a_grade_has_nothing_to_explain(cast, client_of):
    submission = factories.submission(student=cast.student, assignment=cast.assignment)
    answer = client_of(cast.teacher).post(reverse("reviews:explain", args=[submission.pk]), {"start": "0", "end": "5"})
    assert answer.status_code == 404


@pytest.mark.parametrize("who", ["student", "other_teacher", "other_student", "nobody"])
def test_it_is_hidden_from_everyone_else(cast, client_of, asked, ask, study, who):
    person = getattr(cast, who)
    assert ask(person).status_code == 404
    assert see(client_of(person), asked, study).status_code == 404
    assert see(client_of(person), asked, study, "sight").status_code == 404


def test_a_teacher_who_is_to_rate_blind_cannot_ask_nor_look_until_she_has(cast, client_of, asked, ask, study):
    make_blind(asked)
    client = client_of(cast.teacher)
    assert ask().status_code == 404
    assert see(client, asked, study).status_code == 404
    assert see(client, asked, study, "sight").status_code == 404
    factories.rating(asked.submission.performance, rater=cast.teacher, autograde=asked.autograde)
    assert see(client, asked, study).status_code == 200
    assert see(client, asked, study, "sight").status_code == 200


def test_a_study_of_another_recording_is_not_there_inside_one_s_own(cast, client_of, asked):
    stranger = factories.performance(player=cast.other_student)
    other = factories.study(stranger, factories.autograde(stranger))
    assert see(client_of(cast.teacher), asked, other).status_code == 404
    assert see(client_of(cast.teacher), asked, other, "sight").status_code == 404


def test_a_comparison_is_not_shown_as_an_explanation(cast, client_of, asked):
    other = factories.study(asked.submission.performance, asked.autograde, kind=Study.Kind.ALIGN)
    assert see(client_of(cast.teacher), asked, other).status_code == 404


def test_the_answer_says_whose_the_difference_is_and_describes_both_pictures(cast, client_of, asked, study):
    text = see(client_of(cast.teacher), asked, study).content.decode()
    assert "puts this stretch at 7.0 and the whole recording at 6.1" in text
    assert "The picture pulls it up by 0.2. The sound pulls it up by 0.7. Most of all from 0:04 to 0:05." in text
    assert "lies at the bottom left in what the model sees" in text
    assert "What counted most are the high notes near 0:04" in text
    assert "it is not a fault in itself" in text
    assert "<html" not in text


def test_a_network_with_one_sense_shows_one_picture(cast, client_of, asked):
    answer = factories.study(asked.submission.performance, asked.autograde).answer | {"seen": None}
    study = factories.study(asked.submission.performance, asked.autograde, answer=answer)
    text = see(client_of(cast.teacher), asked, study).content.decode()
    assert text.count("<img") == 1
    assert "The picture pulls" not in text


def test_without_a_script_it_is_a_page_of_its_own(cast, client_of, asked, study):
    text = see(client_of(cast.teacher), asked, study, headers={}).content.decode()
    assert "<html" in text
    assert reverse("reviews:desk", args=[asked.submission.pk]) in text


def test_the_pictures_are_served_privately(cast, client_of, asked, study):
    client = client_of(cast.teacher)
    for sense in ("sight", "sound"):
        answer = see(client, asked, study, sense)
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
        assert "private" in answer["Cache-Control"]
        assert b"".join(answer.streaming_content) == b"jpeg"


def test_a_picture_that_is_not_there_is_not_found(cast, client_of, asked, study):
    client = client_of(cast.teacher)
    assert see(client, asked, study, "smell").status_code == 404
    (studies.folder(study) / "sound.jpg").unlink()
    assert see(client, asked, study, "sound").status_code == 404
    waiting = factories.study(asked.submission.performance, asked.autograde, answer=None)
    assert see(client, asked, waiting, "sight").status_code == 404


def test_waiting_asks_again_by_itself_and_says_when_nobody_works(cast, client_of, asked, ask):
    ask()
    study = Study.objects.get()
    text = see(client_of(cast.teacher), asked, study).content.decode()
    assert f'data-waiting="{reverse("reviews:study", args=[asked.submission.pk, study.pk])}"' in text
    assert "No worker for the model since" in text
    house.beat(name="gpu@here", queue="gpu")
    assert "No worker" not in see(client_of(cast.teacher), asked, study).content.decode()


def test_a_failure_is_told_and_asking_again_tries_again(cast, client_of, asked, ask):
    ask()
    study = Study.objects.get()
    study.jobs.update(state=Job.State.FAILED, error="RuntimeError: secret")
    text = see(client_of(cast.teacher), asked, study).content.decode()
    assert "You can ask again" in text
    assert "secret" not in text
    assert "data-waiting" not in text
    ask()
    assert study.jobs.filter(state=Job.State.QUEUED).count() == 1


@pytest.mark.parametrize(("name", "method"), [("explain", "get"), ("study", "post"), ("study_picture", "post")])
def test_each_takes_only_its_method(cast, client_of, asked, study, name, method):
    nested = {"explain": [], "study": [study.pk], "study_picture": [study.pk, "sight"]}[name]
    address = reverse(f"reviews:{name}", args=[asked.submission.pk, *nested])
    assert getattr(client_of(cast.teacher), method)(address).status_code == 405


def test_an_unknown_study_is_not_found(cast, client_of, asked):
    address = reverse("reviews:study", args=[asked.submission.pk, uuid.uuid4()])
    assert client_of(cast.teacher).get(address).status_code == 404


# session, user, recording with all that is joined, study with its performance, its jobs
STUDY_QUERIES = 5


def test_an_answer_asks_a_fixed_number_of_questions(cast, client_of, asked, study):
    client = client_of(cast.teacher)
    with CaptureQueriesContext(connection) as queries:
        see(client, asked, study)
    assert len(queries) == STUDY_QUERIES, [query["sql"][:160] for query in queries]
