from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.history import sentence
from core.models import Event
from courses.models import Enrolment
from grading.models import Rating
from grading.services import datasets, labels
from reviews.models import CourseStandard, Standardisation
from reviews.services import anchors, standards
from submissions.models import Submission
from tests import factories


@pytest.fixture
def sitting(cast, pack):
    """The other course's teacher, whose rubric is the same, has begun."""
    return standards.begin(pack=pack, teacher=cast.other_teacher)


def at(name, *args) -> str:
    return reverse(f"reviews:{name}", args=args)


def give(client, sitting, anchor, level, **fields):
    return client.post(at("standard_grade", sitting.pk), {"anchor": anchor.pk, "level": level} | fields, follow=True)


def off(client, sitting, by):
    """Grade every anchor so many levels above what is agreed."""
    for anchor in sitting.pack.anchors.all():
        answer = give(client, sitting, anchor, anchor.level + by)
    return answer


# A sitting


def test_a_teacher_grades_a_pack_and_sees_the_distance_at_once(cast, client_of, pack):
    client = client_of(cast.other_teacher)
    page = client.post(at("standard_begin", pack.pk), follow=True)
    assert "Recording 1 of 3" in page.content.decode()
    sitting = Standardisation.objects.get()
    anchor = page.context["anchor"]
    page = give(client, sitting, anchor, anchor.level + 1, **{"criterion-touch": 4})
    text = page.content.decode()
    assert f"You gave {anchor.level + 1}; the agreed level is {anchor.level}: 1 level above." in text
    assert "Touch: you 4, agreed 2." in text
    assert "Hear the bass." in text
    assert "Recording 2 of 3" in text


def test_at_the_end_it_says_the_distance_the_direction_and_the_criterion(cast, client_of, sitting):
    client = client_of(cast.other_teacher)
    low, middle, high = sitting.pack.anchors.order_by("level")
    give(client, sitting, low, 5, **{"criterion-touch": 4})
    give(client, sitting, middle, 5, **{"criterion-touch": 3})
    text = give(client, sitting, high, 7).content.decode()
    assert "You are 1.0 level from the agreed levels on average, 0.3 above them taken together." in text
    assert "furthest off in Touch: 1.5 marks kinder than agreed" in text
    sitting.refresh_from_db()
    assert sitting.distance == pytest.approx(1.0)
    assert sitting.finished_at is not None
    page = client.get(at("standards")).content.decode()
    assert "“First years”, 3 recordings, 1.0 level from the agreed levels" in page
    assert sentence(Event.objects.get(kind="standardised")) == (
        "Other Teacher graded the pack “First years”, 1.0 level from the agreed levels on average"
    )


def test_neither_agreed_marks_nor_the_models_grade_nor_the_player_show_before(cast, client_of, sitting):
    page = client_of(cast.other_teacher).get(at("standard_sitting", sitting.pk))
    text = page.content.decode()
    for telling in ("key--pressed", "Hear the bass", "most likely", "Student", "agreed level is"):
        assert telling not in text.split("<main", 1)[1]


def test_the_order_says_nothing_of_the_levels_and_stays(cast, pack):
    orders = set()
    for _ in range(6):
        teacher = factories.user()
        sitting = standards.begin(pack=pack, teacher=teacher)
        order = [anchor.level for anchor in standards.standards.outstanding(sitting)]
        assert order == [anchor.level for anchor in standards.standards.outstanding(sitting)]
        orders.add(tuple(order))
    assert len(orders) > 1


def test_a_double_click_grades_once_and_the_first_word_stands(cast, client_of, sitting):
    client = client_of(cast.other_teacher)
    anchor = sitting.pack.anchors.first()
    give(client, sitting, anchor, 4)
    give(client, sitting, anchor, 9)
    assert [rating.level for rating in sitting.ratings.all()] == [4]
    assert Rating.objects.filter(purpose=Rating.Purpose.STANDARD).count() == 1


def test_beginning_in_two_tabs_begins_once(cast, client_of, pack):
    client = client_of(cast.other_teacher)
    first = client.post(at("standard_begin", pack.pk))["Location"]
    assert client.post(at("standard_begin", pack.pk))["Location"] == first


def test_an_anchor_that_is_taken_back_in_mid_sitting_is_asked_no_more(cast, client_of, head, sitting):
    client = client_of(cast.other_teacher)
    gone, *rest = sitting.pack.anchors.all()
    anchors.retire(anchor=gone, head=head)
    page = give(client, sitting, gone, 5)
    assert "taken out of the pack meanwhile" in page.content.decode()
    assert not sitting.ratings.exists()
    for anchor in rest:
        give(client, sitting, anchor, anchor.level)
    sitting.refresh_from_db()
    assert sitting.distance == 0


def test_one_that_was_graded_before_it_was_taken_back_does_not_count(cast, client_of, head, sitting):
    client = client_of(cast.other_teacher)
    gone, *rest = sitting.pack.anchors.all()
    give(client, sitting, gone, 10)
    anchors.retire(anchor=gone, head=head)
    for anchor in rest:
        page = give(client, sitting, anchor, anchor.level)
    assert "You gave the agreed level every time." in page.content.decode()
    assert "taken back, not counted" in page.content.decode()


def test_a_pack_that_is_changed_in_mid_sitting_goes_on_as_it_is_now(cast, client_of, head, sitting):
    client = client_of(cast.other_teacher)
    low, middle, high = sitting.pack.anchors.order_by("level")
    give(client, sitting, low, 3)
    anchors.save_pack(pack=sitting.pack, name="Fewer", anchors=[low, middle], head=head)
    page = give(client, sitting, high, 8)
    assert "not in this pack any more" in page.content.decode()
    assert "Recording 2 of 2" in page.content.decode()
    give(client, sitting, middle, 6)
    sitting.refresh_from_db()
    assert sitting.distance == pytest.approx(0.5)


def test_a_pack_that_is_emptied_in_mid_sitting_can_be_finished(cast, client_of, head, sitting):
    client = client_of(cast.other_teacher)
    first, *rest = sitting.pack.anchors.all()
    give(client, sitting, first, first.level + 2)
    assert "left to grade" in client.post(at("standard_finish", sitting.pk), follow=True).content.decode()
    for anchor in rest:
        anchors.retire(anchor=anchor, head=head)
    page = client.get(at("standard_sitting", sitting.pk)).content.decode()
    assert "No recording is left in this pack" in page
    client.post(at("standard_finish", sitting.pk))
    client.post(at("standard_finish", sitting.pk))
    sitting.refresh_from_db()
    assert sitting.distance == 2.0
    assert Event.objects.filter(kind="standardised").count() == 1


def test_a_pack_that_is_taken_back_in_mid_sitting_asks_nothing_more(cast, client_of, head, sitting):
    anchors.retire_pack(pack=sitting.pack, head=head)
    page = client_of(cast.other_teacher).get(at("standard_sitting", sitting.pk)).content.decode()
    assert "No recording is left in this pack" in page
    client_of(cast.other_teacher).post(at("standard_finish", sitting.pk))
    sitting.refresh_from_db()
    assert (sitting.finished_at is None, sitting.distance) == (False, None)


@pytest.mark.parametrize(
    "fields", [{"level": ""}, {"level": "11"}, {"level": "x"}, {"level": "4", "criterion-touch": "9"}]
)
def test_what_is_no_level_is_refused_and_nothing_is_kept(cast, client_of, sitting, fields):
    anchor = sitting.pack.anchors.first()
    answer = client_of(cast.other_teacher).post(at("standard_grade", sitting.pk), {"anchor": anchor.pk} | fields)
    assert answer.status_code == 422
    assert "field__error" in answer.content.decode()
    assert not sitting.ratings.exists()


def test_an_anchor_of_another_pack_cannot_be_graded_here(cast, client_of, head, sitting):
    performance = factories.submission(student=cast.student, assignment=cast.assignment).performance
    factories.result(performance, rater=cast.teacher)
    foreign = anchors.make(performance=performance, level=4, criteria={}, note="", head=head)
    give(client_of(cast.other_teacher), sitting, foreign, 4)
    assert not Rating.objects.filter(purpose=Rating.Purpose.STANDARD).exists()


# What it must not touch


def test_these_ratings_are_nobodys_result_no_label_and_no_history_of_the_player(cast, client_of, sitting):
    before = (datasets.labels(), [label.ratings for label in labels.learnable()])
    off(client_of(cast.other_teacher), sitting, 1)
    assert Rating.objects.filter(purpose=Rating.Purpose.STANDARD).count() == 3
    assert (datasets.labels(), [label.ratings for label in labels.learnable()]) == before
    for rating in Rating.objects.filter(purpose=Rating.Purpose.STANDARD):
        assert (rating.autograde, rating.autograde_visible) == (None, False)
        assert not hasattr(rating, "result")
    for submission in Submission.objects.all():
        page = client_of(cast.student).get(reverse("submissions:submission", args=[submission.pk]))
        assert "Other Teacher" not in page.content.decode()


# Who may see and hear


def media(anchor) -> str:
    return reverse("core:media", args=[anchor.performance_id, "proxy"])


def test_a_teacher_of_another_course_plays_an_anchor_only_while_she_sits_with_its_pack(
    cast, client_of, head, pack, house
):
    for anchor in pack.anchors.all():
        factories.media(anchor.performance)
    first, second, _ = pack.anchors.all()
    client = client_of(cast.other_teacher)
    assert client.get(media(first)).status_code == 404
    sitting = standards.begin(pack=pack, teacher=cast.other_teacher)
    assert client.get(media(first)).status_code == 200
    plain = factories.media(factories.submission(student=cast.student, assignment=cast.assignment).performance)
    assert client.get(reverse("core:media", args=[plain.pk, "proxy"])).status_code == 404
    for who in (cast.nobody, cast.other_student):
        assert client_of(who).get(media(first)).status_code == 404
    anchors.retire(anchor=second, head=head)
    assert client.get(media(second)).status_code == 404
    off(client, sitting, 0)
    assert client.get(media(first)).status_code == 404


def test_whoever_teaches_no_more_plays_nothing_more(cast, client_of, sitting, house):
    anchor = sitting.pack.anchors.first()
    factories.media(anchor.performance)
    Enrolment.objects.filter(user=cast.other_teacher).delete()
    client = client_of(cast.other_teacher)
    assert client.get(media(anchor)).status_code == 404
    assert client.get(at("standard_sitting", sitting.pk)).status_code == 404


def test_a_pack_of_a_rubric_one_does_not_teach_by_cannot_be_begun(cast, client_of, pack):
    stranger = factories.enrol(factories.course(), factories.user(), Enrolment.Role.TEACHER).user
    factories.assignment(course=stranger.enrolments.get().course)
    assert client_of(stranger).post(at("standard_begin", pack.pk)).status_code == 404
    CourseStandard.objects.create(course=stranger.enrolments.get().course, pack=pack)
    assert client_of(stranger).post(at("standard_begin", pack.pk)).status_code == 302


@pytest.mark.parametrize("who", ["teacher", "admin", "student", "nobody"])
def test_nobody_looks_into_anothers_sitting(cast, client_of, sitting, who):
    client = client_of(getattr(cast, who))
    assert client.get(at("standard_sitting", sitting.pk)).status_code == 404
    anchor = sitting.pack.anchors.first()
    assert client.post(at("standard_grade", sitting.pk), {"anchor": anchor.pk, "level": 3}).status_code == 404
    assert client.post(at("standard_finish", sitting.pk)).status_code == 404
    assert not sitting.ratings.exists()


@pytest.mark.parametrize(
    ("name", "method"), [("standard_grade", "get"), ("standard_finish", "get"), ("standard_sitting", "post")]
)
def test_it_refuses_the_wrong_method(cast, client_of, sitting, name, method):
    assert getattr(client_of(cast.other_teacher), method)(at(name, sitting.pk)).status_code == 405


# What a course asks


@pytest.fixture
def asked(cast, pack):
    return CourseStandard.objects.create(course=cast.other_course, pack=pack, days=30, within=1.0)


def fresh(cast) -> bool:
    return standards.is_fresh(teacher=cast.other_teacher, course=cast.other_course)


def sat(cast, pack, *, days_ago=1.0, distance=0.5):
    return Standardisation.objects.create(
        pack=pack, teacher=cast.other_teacher, finished_at=timezone.now() - timedelta(days=days_ago), distance=distance
    )


def test_a_course_that_asks_nothing_is_content(cast):
    assert fresh(cast)


@pytest.mark.parametrize(
    ("sittings", "expected"),
    [
        ([], False),
        ([{"days_ago": 29}], True),
        ([{"days_ago": 31}], False),
        ([{"distance": 1.0}], True),
        ([{"distance": 1.1}], False),
        ([{"distance": None}], False),
        ([{"days_ago": 31}, {"distance": 2.0}], False),
        ([{"distance": 2.0}, {"days_ago": 3}], True),
    ],
)
def test_a_sitting_must_be_near_enough_and_not_too_old(cast, asked, sittings, expected):
    for each in sittings:
        sat(cast, asked.pack, **each)
    assert fresh(cast) is expected


def test_a_sitting_with_another_pack_or_of_a_colleague_or_an_open_one_does_not_count(cast, head, asked, pack):
    other = anchors.save_pack(pack=None, name="Other", anchors=list(pack.anchors.all()), head=head)
    sat(cast, other)
    Standardisation.objects.create(pack=pack, teacher=cast.teacher, finished_at=timezone.now(), distance=0.0)
    standards.begin(pack=pack, teacher=cast.other_teacher)
    assert not fresh(cast)


def test_a_pack_that_cannot_be_taken_any_more_is_asked_of_nobody(cast, head, asked, pack):
    for anchor in pack.anchors.all():
        anchors.retire(anchor=anchor, head=head)
    assert fresh(cast)


def test_what_is_due_is_said_on_the_page_and_no_more_once_it_is_done(cast, client_of, asked):
    client = client_of(cast.other_teacher)
    due = f"Your standardisation for {cast.other_course} is due"
    assert due in client.get(at("standards")).content.decode()
    assert due in client.get(at("queue")).content.decode()
    sat(cast, asked.pack)
    assert due not in client.get(at("standards")).content.decode()
    assert due not in client.get(at("queue")).content.decode()


def test_the_page_asks_the_database_a_fixed_number_of_times(
    cast, client_of, asked, sitting, django_assert_max_num_queries
):
    client = client_of(cast.other_teacher)
    off(client, sitting, 0)
    for _ in range(3):
        off(client, standards.begin(pack=asked.pack, teacher=cast.other_teacher), 1)
    # session, user, teaches (2), sittings with ratings and criteria (3), due (2), packs, heads
    with django_assert_max_num_queries(11):
        client.get(at("standards"))
