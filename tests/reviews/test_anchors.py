"""Anchors, packs and what a course asks: what heads of course keep."""

import pytest
from django.urls import reverse

from accounts.models import Consent
from accounts.services import consents
from core.history import sentence
from core.models import Event
from courses.models import Enrolment
from grading.models import Rating
from reviews.models import Anchor, CourseStandard, Pack
from reviews.services import anchors
from tests import factories


def at(name, *args) -> str:
    return reverse(f"reviews:{name}", args=args)


@pytest.fixture
def agreed(cast):
    """A recording two teachers gave a 6, of a student who agrees to being shown."""
    factories.agree(cast.student, Consent.Purpose.SHOWING)
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


def test_of_a_student_who_is_not_to_be_shown_nothing_becomes_an_anchor(cast, client_of, head, agreed):
    consents.withdraw(user=cast.student, purpose=Consent.Purpose.SHOWING)
    client = client_of(head)
    assert list(client.get(at("anchors")).context["proposals"]) == []
    page = client.post(at("anchor", agreed.pk), form(), follow=True).content.decode()
    assert "has not agreed to be shown" in page
    assert not Anchor.objects.exists()


def test_a_withdrawal_retires_the_anchors_made_of_a_student_s_recordings(cast, client_of, head, agreed):
    client_of(head).post(at("anchor", agreed.pk), form())
    other = Anchor.objects.create(
        performance=factories.performance(player=cast.other_student), rubric=cast.rubric, level=3
    )
    consents.withdraw(user=cast.student, purpose=Consent.Purpose.SHOWING)
    assert Anchor.objects.get(performance=agreed).retired
    other.refresh_from_db()
    assert not other.retired
    event = Event.objects.filter(kind="anchor_retired").get()
    assert sentence(event) == "The house took it back as an anchor of level 6"
    factories.agree(cast.student, Consent.Purpose.SHOWING)
    assert Anchor.objects.get(performance=agreed).retired
