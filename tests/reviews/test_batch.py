"""Several grades accepted at once: only what was seen as it stands, each by itself, and the history says so."""

import uuid

import pytest
from django.urls import reverse

from core import history
from core.models import Event
from grading.models import Rating, Result
from reviews.models import Marking
from reviews.services import batch, claims
from reviews.views.batch import stretch
from submissions.models import Submission
from tests import factories

BATCH, QUEUE = reverse("reviews:batch"), reverse("reviews:queue")


def hand_in(cast, **fields) -> Submission:
    """Level 6, most likely between 5 and 7: narrow."""
    submission = factories.submission(student=cast.student, assignment=cast.assignment, **fields)
    factories.autograde(submission.performance)
    return submission


def look(client, *submissions):
    return client.get(BATCH, {"pick": [each.pk for each in submissions]})


def accept(client, *submissions, **fields):
    grades = {f"grade-{each.pk}": each.performance.autograde_id or "" for each in submissions}
    return client.post(BATCH, {"accept": [each.pk for each in submissions]} | grades | fields, follow=True)


# the queue offers it


def test_the_queue_ticks_nothing_for_her(cast, client_of):
    hand_in(cast)
    text = client_of(cast.teacher).get(QUEUE).content.decode()
    assert 'name="pick"' in text
    assert "checked" not in text


@pytest.mark.parametrize("alone", ["blind", "second", "checked"])
def test_what_somebody_is_to_look_at_alone_is_not_offered(cast, client_of, alone):
    submission = hand_in(cast, **{alone: True})
    assert 'name="pick"' not in client_of(cast.teacher).get(QUEUE).content.decode()
    assert look(client_of(cast.teacher), submission).status_code == 302
    accept(client_of(cast.teacher), submission)
    assert not Rating.objects.exists()


def test_neither_is_what_the_model_leaves_to_her_however_narrow(cast, client_of):
    left = hand_in(cast)
    factories.autograde(left.performance, low=6, high=7, abstained=True)
    assert look(client_of(cast.teacher), left).status_code == 302
    accept(client_of(cast.teacher), left)
    assert not Rating.objects.exists()


def test_neither_is_what_the_model_is_not_sure_about_or_has_not_graded(cast, client_of):
    wide = hand_in(cast)
    factories.autograde(wide.performance, low=4, high=7)
    ungraded = factories.submission(student=cast.student, assignment=cast.assignment)
    assert look(client_of(cast.teacher), wide, ungraded).status_code == 302
    accept(client_of(cast.teacher), wide, ungraded)
    assert not Rating.objects.exists()


def test_neither_is_an_appeal(cast, client_of):
    submission = hand_in(cast)
    factories.result(submission.performance, rater=cast.admin)
    factories.appeal(submission)
    assert 'name="pick"' not in client_of(cast.teacher).get(QUEUE).content.decode()
    accept(client_of(cast.teacher), submission)
    assert Rating.objects.count() == 1


# the page


def test_each_is_shown_with_its_picture_level_interval_and_ten_seconds(cast, client_of):
    submission = hand_in(cast)
    page = look(client_of(cast.teacher), submission)
    text = page.content.decode()
    assert reverse("core:media", args=[submission.performance_id, "poster"]) in text
    assert f"{reverse('core:media', args=[submission.performance_id, 'proxy'])}#t=0.0,10.0" in text
    assert "most likely between 5 and 7" in text
    assert 'preload="none"' in text
    assert "checked" not in text


def test_a_long_list_is_cut_and_says_so(cast, client_of):
    many = [hand_in(cast) for _ in range(batch.MOST + 1)]
    page = look(client_of(cast.teacher), *many)
    assert len(page.context["takes"]) == batch.MOST
    assert page.context["others"] == 1


def test_without_a_choice_she_is_led_back(cast, client_of):
    page = client_of(cast.teacher).get(BATCH, follow=True)
    assert page.redirect_chain[-1][0] == QUEUE
    assert "Tick some rows first" in page.content.decode()


def test_it_refuses_what_is_no_get_or_post(cast, client_of):
    assert client_of(cast.teacher).put(BATCH).status_code == 405


@pytest.mark.parametrize("who", ["student", "nobody"])
def test_it_is_not_there_for_those_who_teach_nothing(cast, client_of, who):
    assert client_of(getattr(cast, who)).get(BATCH).status_code == 404


def test_it_asks_a_fixed_number_of_questions(cast, client_of, django_assert_max_num_queries):
    many = [hand_in(cast) for _ in range(8)]
    client = client_of(cast.teacher)
    # session, user, courses, recordings, appeals, what was sent back, rows, players, assignments, performances, turns,
    # grades, two doors
    with django_assert_max_num_queries(14):
        assert look(client, *many).status_code == 200


# the stretch that is played


def grade(cast, *levels, duration=60.0):
    """Ten-second windows of these levels, of a recording whose whole is level 6."""
    performance = factories.performance(player=cast.student, duration=duration)
    windows = [
        {
            "start": 10.0 * at,
            "end": 10.0 * (at + 1),
            "visual": level,
            "aural": level,
            "fused": level,
            "low": 5,
            "high": 7,
        }
        for at, level in enumerate(levels)
    ]
    return factories.autograde(performance, level=6.0, windows=windows)


def test_what_moved_the_grade_most_is_played(cast):
    assert stretch(grade(cast, 6, 6.5, 6, 8, 6, 6), 60.0) == (30.0, 40.0)


def test_where_nothing_stands_out_what_is_most_like_the_whole_is_played(cast):
    assert stretch(grade(cast, 6.2, 6.2, 6.01, 6.2), 40.0) == (20.0, 30.0)


def test_the_stretch_stays_within_the_recording(cast):
    assert stretch(grade(cast, 6, 6, 9, duration=27.0), 27.0) == (17.0, 27.0)
    assert stretch(grade(cast, 9, duration=7.0), 7.0) == (0.0, 7.0)
    assert stretch(grade(cast), 60.0) == (25.0, 35.0)


# accepting


def test_what_is_ticked_is_released_with_the_models_level(cast, client_of):
    ticked, other = hand_in(cast), hand_in(cast)
    page = accept(client_of(cast.teacher), ticked)
    result = Result.objects.get()
    assert (result.performance, result.level, result.rule) == (ticked.performance, 6, Result.Rule.ACCEPTED)
    assert (result.rating.rater, result.rating.batch, result.rating.autograde_visible) == (cast.teacher, True, True)
    assert result.rating.autograde_id == ticked.performance.autograde_id
    assert Marking.objects.get().done_at is not None
    assert "Student (level 6)" in page.content.decode()
    assert [row.submission for row in page.context["page"]] == [other]


def test_the_history_says_of_each_that_it_was_a_batch_and_of_how_many(cast, client_of):
    three = [hand_in(cast) for _ in range(3)]
    accept(client_of(cast.teacher), *three)
    events = Event.objects.filter(kind="released")
    assert {event.performance_id for event in events} == {each.performance_id for each in three}
    assert {history.sentence(event) for event in events} == {"Teacher accepted the model's level 6 in a batch of 3"}


def test_a_newer_grade_is_left_out_and_named(cast, client_of):
    stays, changed = hand_in(cast), hand_in(cast)
    seen = changed.performance.autograde_id
    factories.autograde(changed.performance, level=5.4)
    page = accept(client_of(cast.teacher), stays, changed, **{f"grade-{changed.pk}": seen})
    assert [result.performance for result in Result.objects.all()] == [stays.performance]
    assert "The model has given it another grade meanwhile." in page.content.decode()
    assert Event.objects.get(kind="released").after["batch"] == 1


def test_what_a_colleague_has_released_meanwhile_is_left_out_and_named(cast, client_of, colleague):
    submission = hand_in(cast)
    factories.result(submission.performance, rater=colleague, level=4)
    page = accept(client_of(cast.teacher), submission)
    assert Result.objects.get().level == 4
    assert "Clara Whitfield has released it meanwhile." in page.content.decode()


def test_what_a_colleague_holds_is_left_out_and_named(cast, client_of, colleague):
    submission = hand_in(cast)
    claims.take(submission=submission, teacher=colleague)
    page = accept(client_of(cast.teacher), submission)
    assert not Result.objects.exists()
    assert "Clara Whitfield has it on the desk." in page.content.decode()


def test_what_lies_on_her_own_desk_may_be_accepted(cast, client_of):
    submission = hand_in(cast)
    claims.take(submission=submission, teacher=cast.teacher)
    accept(client_of(cast.teacher), submission)
    assert Result.objects.get().rating.batch


def test_sending_it_twice_releases_once(cast, client_of):
    submission = hand_in(cast)
    client = client_of(cast.teacher)
    accept(client, submission)
    accept(client, submission)
    assert Rating.objects.count() == 1


@pytest.mark.parametrize("foreign", ["another course", "nowhere", "no id"])
def test_another_persons_recording_in_the_body_is_refused_and_changes_nothing(cast, client_of, foreign):
    own = hand_in(cast)
    theirs = factories.submission(student=cast.other_student, assignment=cast.other_assignment)
    factories.autograde(theirs.performance)
    key = {"another course": theirs.pk, "nowhere": uuid.uuid4(), "no id": "minuet"}[foreign]
    body = {
        "accept": [own.pk, key],
        f"grade-{own.pk}": own.performance.autograde_id,
        f"grade-{key}": theirs.performance.autograde_id,
    }
    client = client_of(cast.teacher)
    assert client.post(BATCH, body).status_code == 404
    assert client.get(BATCH, {"pick": [own.pk, key]}).status_code == 404
    assert not Rating.objects.exists()
    assert not Marking.objects.exists()


def test_the_grade_of_another_recording_is_not_taken(cast, client_of):
    submission, other = hand_in(cast), hand_in(cast)
    accept(client_of(cast.teacher), submission, **{f"grade-{submission.pk}": other.performance.autograde_id})
    assert not Rating.objects.exists()
