import pytest
from django.urls import reverse

from grading.models import Rating, Result, Spoken, Technique
from submissions.models import Submission
from tests import factories

LIST = reverse("api:submissions")


@pytest.fixture
def submission(cast) -> Submission:
    made = factories.submission(student=cast.student, assignment=cast.assignment)
    factories.autograde(made.performance)
    return made


def one(submission) -> str:
    return reverse("api:submission", args=[submission.pk])


def rating(submission) -> str:
    return reverse("api:rating", args=[submission.pk])


def test_each_sees_what_the_pages_would_show_them(cast, submission, client_of):
    factories.submission(student=cast.other_student, assignment=cast.other_assignment)
    seen = {
        who: client_of(getattr(cast, who)).get(LIST).json()["count"]
        for who in ("student", "teacher", "other_student", "other_teacher", "admin", "nobody")
    }
    assert seen == {"student": 1, "teacher": 1, "other_student": 1, "other_teacher": 1, "admin": 2, "nobody": 0}


def test_a_recording_tells_the_interval_and_the_version(cast, submission, client_of):
    told = client_of(cast.student).get(one(submission)).json()
    assert (told["autograde"]["low"], told["autograde"]["high"]) == (5, 7)
    assert told["autograde"]["model"] == submission.performance.autograde.model.number
    assert [window["start"] for window in told["autograde"]["windows"]] == [0.0, 10.0]
    assert told["result"] is None


def test_a_course_that_shows_no_provisional_grades_shows_none_here_either(cast, submission, client_of):
    cast.course.shows_provisional = False
    cast.course.save()
    assert client_of(cast.student).get(one(submission)).json()["autograde"] is None
    assert client_of(cast.student).get(LIST).json()["results"][0]["autograde"] is None
    assert client_of(cast.teacher).get(one(submission)).json()["autograde"]["level"] == 6.13


@pytest.mark.parametrize("who", ["other_student", "other_teacher", "nobody"])
def test_it_is_hidden_from_everyone_else_in_one_shape(cast, submission, client_of, who):
    answer = client_of(getattr(cast, who)).get(one(submission))
    assert answer.status_code == 404
    assert answer.json() == {
        "error": {"code": "not_found", "sentence": "There is nothing here that you may see.", "fields": {}}
    }


def test_a_stranger_is_told_to_sign_in(submission, client_of):
    answer = client_of(None).get(LIST)
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "not_authenticated"


def test_the_wrong_method_is_refused_in_the_same_shape(cast, submission, client_of):
    answer = client_of(cast.teacher).delete(one(submission))
    assert answer.status_code == 405
    assert answer.json()["error"]["code"] == "method_not_allowed"


def test_a_teacher_rates_and_releases(cast, submission, client_of):
    body = {
        "level": 7,
        "criteria": {"touch": 4},
        "remarks": [{"start": 2, "text": "Well begun."}],
        "autograde": submission.performance.autograde.pk,
    }
    answer = client_of(cast.teacher).post(rating(submission), body, content_type="application/json")
    assert answer.status_code == 201, answer.json()
    result = Result.objects.get()
    assert (result.level, result.rule, result.rating.rater) == (7, Result.Rule.OVERRIDDEN, cast.teacher)
    assert answer.json()["rating"] == result.rating_id
    assert client_of(cast.student).get(one(submission)).json()["result"]["level"] == 7


@pytest.fixture
def thumb(db) -> Technique:
    return Technique.objects.create(name="Thumb under")


def test_remarks_are_taken_as_the_desk_has_them_and_told_with_the_result(cast, submission, house, thumb, client_of):
    spoken = factories.spoken(submission.performance, author=cast.teacher)
    remarks = [
        {
            "start": 2.0,
            "text": "Let the hand follow.",
            "mark": "technique",
            "criterion": "touch",
            "technique": thumb.pk,
        },
        {"start": 4.0, "end": 6.5, "mark": "good", "spoken": str(spoken.pk)},
    ]
    body = {"level": 7, "remarks": remarks}
    answer = client_of(cast.teacher).post(rating(submission), body, content_type="application/json")
    assert answer.status_code == 201, answer.json()
    plain = {"end": None, "text": "", "mark": "", "criterion": "", "technique": None, "technique_name": ""}
    told = [
        plain | {"spoken": None, "sound": None} | remarks[0] | {"technique_name": "Thumb under"},
        plain | remarks[1] | {"sound": reverse("reviews:spoken_sound", args=[spoken.pk])},
    ]
    assert answer.json()["remarks"] == told
    assert client_of(cast.student).get(one(submission)).json()["result"]["remarks"] == told
    assert client_of(cast.student).get(LIST).json()["results"][0]["result"]["remarks"] == told
    assert client_of(cast.student).get(told[1]["sound"]).status_code == 200


def test_a_spoken_remark_has_no_address_before_it_can_be_played(cast, submission, house, client_of):
    spoken = factories.spoken(submission.performance, author=cast.teacher, state=Spoken.State.ARRIVED)
    body = {"level": 7, "remarks": [{"start": 2.0, "spoken": str(spoken.pk)}]}
    answer = client_of(cast.teacher).post(rating(submission), body, content_type="application/json")
    assert (answer.json()["remarks"][0]["spoken"], answer.json()["remarks"][0]["sound"]) == (str(spoken.pk), None)


@pytest.mark.parametrize("of", ["another teacher", "another recording"])
def test_a_remark_cannot_name_what_was_spoken_elsewhere(cast, submission, house, client_of, of):
    other = factories.submission(student=cast.student, assignment=cast.assignment)
    spoken = (
        factories.spoken(submission.performance, author=cast.admin)
        if of == "another teacher"
        else factories.spoken(other.performance, author=cast.teacher)
    )
    body = {"level": 7, "remarks": [{"start": 2.0, "text": "Hear this.", "spoken": str(spoken.pk)}]}
    answer = client_of(cast.teacher).post(rating(submission), body, content_type="application/json")
    assert answer.status_code == 422
    assert not Rating.objects.exists()


def test_sending_it_twice_releases_once(cast, submission, client_of):
    client = client_of(cast.teacher)
    client.post(rating(submission), {"level": 7}, content_type="application/json")
    answer = client.post(rating(submission), {"level": 7}, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "already_released")
    assert Rating.objects.count() == 1


def test_wrong_fields_are_named(cast, submission, client_of):
    answer = client_of(cast.teacher).post(
        rating(submission),
        {"level": 11, "remarks": [{"start": -1, "text": "Here.", "mark": "dreadful", "spoken": "elsewhere"}]},
        content_type="application/json",
    )
    assert answer.status_code == 400
    fields = answer.json()["error"]["fields"]
    assert set(fields) == {"level", "remarks"}
    assert [sentence.split(": ")[1] for sentence in fields["remarks"]] == ["start", "mark", "spoken"]
    assert not Rating.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        {"level": 2, "autograde": "own"},
        {"level": 5, "criteria": {"charm": 3}},
        {"level": 5, "remarks": [{"start": 500, "text": "After the end"}]},
        {"level": 5, "remarks": [{"start": 2, "text": " "}]},
        {"level": 5, "remarks": [{"start": 2, "text": "Here.", "criterion": "charm"}]},
        {"level": 5, "remarks": [{"start": 2, "text": "Here.", "technique": 999_999}]},
    ],
)
def test_what_the_desk_would_refuse_is_refused_with_a_sentence(cast, submission, client_of, body):
    if body.get("autograde") == "own":
        body = body | {"autograde": submission.performance.autograde.pk}
    answer = client_of(cast.teacher).post(rating(submission), body, content_type="application/json")
    assert answer.status_code == 422
    assert answer.json()["error"]["sentence"].endswith(".")
    assert not Rating.objects.exists()


@pytest.mark.parametrize("who", ["student", "other_teacher", "nobody"])
def test_only_who_reviews_it_may_rate_it(cast, submission, client_of, who):
    answer = client_of(getattr(cast, who)).post(rating(submission), {"level": 7}, content_type="application/json")
    assert answer.status_code == 404
    assert not Rating.objects.exists()


def test_the_list_asks_a_fixed_number_of_questions(cast, submission, client_of, django_assert_num_queries):
    client = client_of(cast.teacher)
    for _ in range(4):
        performance = factories.submission(student=cast.student, assignment=cast.assignment).performance
        factories.autograde(performance)
        factories.result(performance, rater=cast.teacher, remarks=((1.0, "Here."), (2.0, "And here.")))
    # session, user, number of rows, rows with all that is joined, jobs, remarks
    with django_assert_num_queries(6):
        assert client.get(LIST).json()["count"] == 5
