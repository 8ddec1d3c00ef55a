"""The rule by which labels are made, with what it would change; and what is held back."""

import pytest
from django.urls import reverse

from grading.models import LabelRule, Performance
from grading.services import labels
from reviews.marks import Marks
from reviews.services import marking as desk
from tests import factories

RULE, HELD = reverse("lab:labels"), reverse("lab:held_back")
CHOICE = {"combination": "majority", "disagreement": 4, "blind_weight": 1, "appeal_weight": 2, "audit_weight": 2}


@pytest.fixture
def apart(cast):
    """The student's recording in the cast's course: her teacher says 3, the audit 8."""
    submission = factories.submission(student=cast.student, assignment=cast.assignment)
    Performance.objects.update(may_train=True)
    factories.result(submission.performance, rater=cast.teacher, level=3)
    factories.rating(submission.performance, rater=cast.other_teacher, level=8, purpose="audit")
    return submission


def test_it_shows_the_rule_in_force_and_what_each_way_makes_of_the_ratings(cast, apart, client_of):
    page = client_of(cast.admin).get(RULE)
    assert [(each.labels, each.held) for each in page.context["previews"]] == [(0, 1)] * 3
    assert "in force" in page.content.decode()


def test_looking_shows_what_a_choice_would_change_and_keeps_nothing(cast, apart, client_of):
    page = client_of(cast.admin).post(RULE, CHOICE | {"disagreement": 5, "act": "look"})
    assert [(each.labels, each.held) for each in page.context["previews"]] == [(1, 0)] * 3
    assert "Nothing is kept yet." in page.content.decode()
    assert LabelRule.current().combination == "weighted"


def test_keeping_changes_the_rule(cast, apart, client_of):
    answer = client_of(cast.admin).post(RULE, CHOICE | {"disagreement": 5, "act": "keep"})
    assert answer["Location"] == RULE
    rule = LabelRule.current()
    assert (rule.combination, rule.disagreement, rule.appeal_weight) == ("majority", 5.0, 2.0)
    assert len(labels.learnable()) == 1


@pytest.mark.parametrize(
    "wrong", [{"disagreement": -1}, {"disagreement": 10}, {"blind_weight": "nan"}, {"combination": "loudest"}]
)
def test_a_choice_that_cannot_be_is_refused_beside_its_field(cast, client_of, wrong):
    page = client_of(cast.admin).post(RULE, CHOICE | wrong | {"act": "keep"})
    assert page.context["form"].errors.keys() == wrong.keys()
    assert LabelRule.current().combination == "weighted"


def test_what_is_held_back_is_listed_with_who_said_what_and_where_it_is_settled(cast, apart, client_of):
    text = client_of(cast.admin).get(HELD).content.decode()
    assert all(str(who) in text for who in (cast.teacher, cast.other_teacher, cast.student))
    assert "checking the model" in text
    assert reverse("reviews:desk", args=[apart.pk]) in text
    assert client_of(cast.admin).get(reverse("reviews:desk", args=[apart.pk])).status_code == 200


def test_an_imported_recording_is_listed_without_a_desk(cast, client_of):
    performance = factories.performance(player=cast.student, may_train=True)
    for level in (2, 9):
        factories.rating(performance, rater=factories.user(), level=level, source="PISA")
    text = client_of(cast.admin).get(HELD).content.decode()
    assert "It came with a collection" in text
    assert "PISA" in text


def test_what_is_under_an_appeal_is_listed_without_what_was_said(cast, apart, client_of):
    factories.appeal(apart)
    text = client_of(cast.admin).get(HELD).content.decode()
    assert "an appeal is open" in text
    assert str(cast.other_teacher) not in text


def test_nothing_held_back_is_said_plainly(cast, client_of):
    assert "Nothing is held back." in client_of(cast.admin).get(HELD).content.decode()


def test_the_list_asks_the_same_however_long_it_is(cast, apart, client_of, django_assert_max_num_queries):
    client = client_of(cast.admin)
    client.get(HELD)
    for first, second in ((8, 3), (3, 8), (8, 3), (3, 8), (8, 3)):
        performance = factories.submission(student=cast.student, assignment=cast.assignment).performance
        Performance.objects.filter(pk=performance.pk).update(may_train=True)
        factories.result(performance, rater=cast.teacher, level=first)
        factories.rating(performance, rater=cast.other_teacher, level=second, purpose="audit")
    # session, reader, rule, ratings, recordings, names, submissions, sealed; and what every page asks
    with django_assert_max_num_queries(10):
        page = client.get(HELD)
    assert len(page.context["rows"]) == 6


@pytest.mark.parametrize("address", [RULE, HELD])
@pytest.mark.parametrize("who", ["teacher", "student", "nobody"])
def test_labels_are_hidden_from_everyone_else(cast, client_of, address, who):
    assert client_of(getattr(cast, who)).get(address).status_code == 404


def test_wrong_methods_are_refused(cast, client_of):
    assert client_of(cast.admin).post(HELD).status_code == 405
    assert client_of(cast.admin).delete(RULE).status_code == 405


def test_a_third_teacher_who_releases_a_level_on_the_desk_settles_it(cast, apart, client_of):
    third = factories.user()
    factories.enrol(cast.course, third, role="teacher")
    assert labels.held_back()
    desk.release(
        submission=apart, teacher=third, marks=Marks(level=7), autograde=None, seen=apart.performance.result.rating_id
    )
    assert not labels.held_back()
    (label,) = labels.learnable()
    assert [one.level for one in label.given] == [8, 7]
    assert "Nothing is held back." in client_of(cast.admin).get(HELD).content.decode()
