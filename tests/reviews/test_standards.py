from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.history import sentence
from core.models import Event
from courses.models import Enrolment
from grading.models import Rating
from grading.services import datasets
from reviews.models import Anchor, CourseStandard, Pack, Standardisation
from reviews.services import anchors, standards
from submissions.models import Submission
from tests import factories


@pytest.fixture
def head(cast):
    return factories.enrol(cast.course, factories.user(name="Head"), Enrolment.Role.HEAD).user


@pytest.fixture
def pack(cast, head):
    """Three recordings of the cast's course: levels 3, 5 and 8, touch 2."""
    made = []
    for level in (3, 5, 8):
        performance = factories.submission(student=cast.student, assignment=cast.assignment).performance
        factories.autograde(performance)
        factories.result(performance, rater=cast.teacher, level=level)
        made.append(
            anchors.make(performance=performance, level=level, criteria={"touch": 2}, note="Hear the bass.", head=head)
        )
    return anchors.save_pack(pack=None, name="First years", anchors=made, head=head)


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
    before = (datasets.labels(), list(datasets.learnable().values_list("rating", flat=True)))
    off(client_of(cast.other_teacher), sitting, 1)
    assert Rating.objects.filter(purpose=Rating.Purpose.STANDARD).count() == 3
    assert (datasets.labels(), list(datasets.learnable().values_list("rating", flat=True))) == before
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


# What heads keep


@pytest.fixture
def agreed(cast):
    """A recording two teachers gave a 6."""
    performance = factories.submission(student=cast.student, assignment=cast.assignment).performance
    factories.result(performance, rater=cast.teacher, level=6)
    Rating.objects.create(performance=performance, rater=cast.admin, level=6, autograde_visible=False, purpose="second")
    return performance


def form(**fields) -> dict:
    return {"level": "6", "criterion-touch": "3", "note": "A calm hand."} | fields


def test_a_head_makes_an_anchor_of_what_teachers_agreed_on(cast, client_of, head, agreed):
    client = client_of(head)
    assert [row.pk for row in client.get(at("anchors")).context["proposals"]] == [agreed.pk]
    page = client.get(at("anchor", agreed.pk)).content.decode()
    assert "Teacher gave 6, Admin gave 6; level 6 was released" in page
    client.post(at("anchor", agreed.pk), form())
    anchor = Anchor.objects.get()
    assert (anchor.level, anchor.criteria, anchor.note) == (6, {"touch": 3}, "A calm hand.")
    assert (anchor.rubric, anchor.made_by) == (cast.rubric, head)
    assert not client.get(at("anchors")).context["proposals"]
    assert sentence(Event.objects.get()) == "Head made this recording an anchor of level 6"


def test_what_teachers_did_not_agree_on_is_not_proposed(cast, client_of, head, agreed):
    Rating.objects.filter(rater=cast.admin).update(level=9)
    assert not client_of(head).get(at("anchors")).context["proposals"]


def test_changing_the_agreed_level_is_told_with_what_it_was(cast, client_of, head, agreed):
    client_of(head).post(at("anchor", agreed.pk), form())
    client_of(head).post(at("anchor", agreed.pk), form(level="7"))
    assert sentence(Event.objects.first()) == "Head changed the agreed level of an anchor from 6 to 7"
    assert Anchor.objects.count() == 1


def test_an_anchor_taken_back_can_be_made_again(cast, client_of, head, agreed):
    client = client_of(head)
    client.post(at("anchor", agreed.pk), form())
    client.post(at("retire_anchor", Anchor.objects.get().pk))
    client.post(at("retire_anchor", Anchor.objects.get().pk))
    assert Anchor.objects.get().retired
    assert Event.objects.filter(kind="anchor_retired").count() == 1
    client.post(at("anchor", agreed.pk), form())
    assert not Anchor.objects.get().retired


def test_only_what_is_released_becomes_an_anchor(cast, client_of, head):
    waiting = factories.submission(student=cast.student, assignment=cast.assignment).performance
    assert client_of(head).post(at("anchor", waiting.pk), form()).status_code == 404
    with pytest.raises(anchors.AnchorError):
        anchors.make(performance=waiting, level=6, criteria={}, note="", head=head)


def test_a_head_keeps_only_what_is_of_her_courses(cast, client_of, head, pack, agreed):
    stranger = factories.enrol(cast.other_course, cast.nobody, Enrolment.Role.HEAD).user
    client = client_of(stranger)
    assert client.get(at("anchor", agreed.pk)).status_code == 404
    assert client.post(at("anchor", agreed.pk), form()).status_code == 404
    assert client.post(at("retire_anchor", pack.anchors.first().pk)).status_code == 404
    assert client.get(at("course_standard", cast.course.pk)).status_code == 404
    assert client.get(at("anchors")).status_code == 200
    CourseStandard.objects.create(course=cast.course, pack=pack)
    assert client.get(at("pack", pack.pk)).status_code == 404
    assert client.post(at("retire_pack", pack.pk)).status_code == 404
    assert not Anchor.objects.filter(retired=True).exists()


@pytest.mark.parametrize("who", ["teacher", "student", "other_teacher", "nobody"])
def test_the_pages_of_heads_are_hidden_from_everyone_else(cast, client_of, pack, agreed, who):
    client = client_of(getattr(cast, who))
    anchor = pack.anchors.first()
    for address in (
        at("anchors"),
        at("anchor", agreed.pk),
        at("new_pack"),
        at("pack", pack.pk),
        at("course_standard", cast.course.pk),
    ):
        assert client.get(address).status_code == 404
        assert client.post(address, form()).status_code in {404, 405}
    assert client.post(at("retire_anchor", anchor.pk)).status_code == 404
    assert client.post(at("retire_pack", pack.pk)).status_code == 404


def test_a_pack_is_put_together_and_changed(cast, client_of, head, pack):
    client = client_of(head)
    first, second, _ = pack.anchors.all()
    page = client.get(at("new_pack"))
    assert page.content.decode().count('name="anchors"') == 3
    client.post(at("new_pack"), {"name": "Second years", "anchors": [first.pk, second.pk]})
    made = Pack.objects.get(name="Second years")
    assert (set(made.anchors.all()), made.rubric) == ({first, second}, cast.rubric)
    client.post(at("pack", made.pk), {"name": "Seconds", "anchors": [first.pk]})
    made.refresh_from_db()
    assert (made.name, list(made.anchors.all())) == ("Seconds", [first])
    assert sentence(Event.objects.first()) == "Head changed the pack “Seconds”, 1 recording"


@pytest.mark.parametrize("wrong", ["name", "none", "retired", "rubric"])
def test_a_pack_that_cannot_be_is_refused(cast, client_of, head, pack, wrong):
    first, second, _ = pack.anchors.all()
    fields = {"name": "Second years", "anchors": [first.pk, second.pk]}
    if wrong == "name":
        fields["name"] = pack.name
    elif wrong == "none":
        fields["anchors"] = []
    elif wrong == "retired":
        anchors.retire(anchor=first, head=head)
    else:
        Anchor.objects.filter(pk=first.pk).update(rubric=factories.rubric())
    page = client_of(head).post(at("new_pack"), fields)
    assert page.status_code == 200
    assert "field__error" in page.content.decode()
    assert Pack.objects.count() == 1


def test_a_pack_that_a_course_asks_for_is_not_taken_back(cast, client_of, head, pack):
    CourseStandard.objects.create(course=cast.course, pack=pack)
    page = client_of(head).post(at("retire_pack", pack.pk), follow=True)
    assert "asks for this pack" in page.content.decode()
    pack.refresh_from_db()
    assert not pack.retired


def test_a_course_asks_and_asks_no_more(cast, client_of, head, pack):
    client = client_of(head)
    client.post(at("course_standard", cast.course.pk), {"pack": pack.pk, "days": "90", "within": "0.5"})
    standard = CourseStandard.objects.get()
    assert (standard.course, standard.pack, standard.days, standard.within) == (cast.course, pack, 90, 0.5)
    assert "no older than 90 days, within 0.5 levels" in sentence(Event.objects.first())
    client.post(at("course_standard", cast.course.pk), {"pack": "", "days": "90", "within": "0.5"})
    assert not CourseStandard.objects.exists()
    assert sentence(Event.objects.first()) == "Head asks for the pack “First years” no more"


@pytest.mark.parametrize("fields", [{"days": "0"}, {"within": "12"}, {"within": "nan"}, {"pack": "999"}])
def test_a_course_cannot_ask_for_what_makes_no_sense(cast, client_of, head, pack, fields):
    page = client_of(head).post(
        at("course_standard", cast.course.pk), {"pack": pack.pk, "days": "90", "within": "1"} | fields
    )
    assert page.status_code == 200
    assert not CourseStandard.objects.exists()


def test_a_pack_of_another_rubric_cannot_be_asked_for(cast, client_of, pack):
    course = factories.course()
    factories.assignment(course=course)
    page = client_of(cast.admin).post(at("course_standard", course.pk), {"pack": pack.pk, "days": "90", "within": "1"})
    assert page.status_code == 200
    assert not CourseStandard.objects.exists()
