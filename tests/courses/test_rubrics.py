"""A rubric is read by every teacher and edited by heads of courses and admins; what was marked is never lost."""

import pytest

from core.history import sentence
from core.models import Event
from courses.models import Enrolment
from courses.services import rubrics
from courses.services.rubrics import Line, Sheet
from grading.models import Criterion, Rubric
from tests import factories

LIST = "/rubrics/"


def page(rubric, rest=""):
    return f"/rubrics/{rubric.pk}/{rest}"


@pytest.fixture
def head(cast):
    """The teacher, who now heads her course."""
    Enrolment.objects.filter(user=cast.teacher).update(role=Enrolment.Role.HEAD)
    return cast.teacher


def typed(rubric=None, lines=None, **changed):
    """The form's fields as they stand when the rubric is opened, but for what is changed; `lines` in their order."""
    sheet = rubrics.sheet_of(rubric) if rubric else Sheet()
    lines = [as_typed(line) for line in sheet.criteria] if lines is None else lines
    form = {"name": sheet.name, "description": sheet.description, "seen": sheet.digest}
    form |= {f"level_{level}": words for level, words in sheet.levels.items()}
    form |= {"criteria-TOTAL_FORMS": len(lines), "criteria-INITIAL_FORMS": 0}
    for place, line in enumerate(lines):
        form |= {f"criteria-{place}-{name}": value for name, value in line.items()}
        form[f"criteria-{place}-ORDER"] = place + 1
    return form | changed


def as_typed(line):
    fields = {"key": line.key, "name": line.name, "descriptor": line.descriptor, "weight": line.weight}
    fields |= {f"band_{mark}": words for mark, words in line.bands.items()}
    return fields | ({"retired": "on"} if line.retired else {})


def names(rubric):
    return [criterion.name for criterion in rubric.criteria.filter(retired=False)]


def said():
    return sentence(Event.objects.latest("pk"))


# Reading


def test_every_teacher_reads_rubrics_and_only_heads_are_led_to_editing(cast, client_of, head):
    for who, may in ((head, True), (cast.other_teacher, False), (cast.admin, True)):
        client = client_of(who)
        assert cast.rubric.name in client.get(LIST).content.decode()
        assert ("/edit/" in client.get(page(cast.rubric)).content.decode()) == may


def test_the_page_shows_the_words_of_every_mark_and_level(cast, client_of):
    cast.rubric.levels = {"7": "Sings and dances."}
    cast.rubric.save()
    cast.rubric.criteria.filter(key="touch").update(bands={"3": "Mostly even."}, weight=2)
    shown = client_of(cast.teacher).get(page(cast.rubric)).content.decode()
    for words in ("Sings and dances.", "Mostly even.", "How touch sounds.", "weight 2"):
        assert words in shown


def test_what_is_retired_is_named_and_no_more_marked(cast, client_of):
    cast.rubric.criteria.filter(key="touch").update(retired=True)
    response = client_of(cast.teacher).get(page(cast.rubric))
    assert [line.name for line, _ in response.context["criteria"]] == ["Rhythm", "Posture"]
    assert "Marked no more" in response.content.decode()


@pytest.mark.parametrize("rest", ["", "edit/"])
def test_students_find_nothing(cast, client_of, rest):
    assert client_of(cast.student).get(page(cast.rubric, rest)).status_code == 404
    assert client_of(cast.student).get(LIST).status_code == 404


@pytest.mark.parametrize("rest", ["", "edit/"])
def test_it_asks_as_often_for_a_long_rubric(cast, client_of, head, rest, django_assert_max_num_queries):
    for number in range(9):
        Criterion.objects.create(rubric=cast.rubric, key=f"c{number}", name=f"C {number}", order=9)
    client = client_of(head)
    # session, person, teaches or heads (2), rubric, criteria, ratings, marks or history, doors (2)
    with django_assert_max_num_queries(12):
        client.get(page(cast.rubric, rest))


# Editing


def test_only_heads_and_admins_edit(cast, client_of):
    assert client_of(cast.teacher).post(page(cast.rubric, "edit/"), typed(cast.rubric, name="Mine")).status_code == 404
    assert client_of(cast.teacher).post(f"{LIST}new/", typed(name="Mine")).status_code == 404
    assert not Rubric.objects.filter(name="Mine").exists()


def test_a_new_rubric_gets_its_keys_from_the_names(cast, client_of, head):
    lines = [
        {"name": "Hands & posture", "weight": 2},
        {"name": "音色", "weight": 1},
        {"name": "Hands posture", "weight": 1},
    ]
    form = typed(lines=lines, name="Recital", level_10="On a stage.")
    response = client_of(head).post(f"{LIST}new/", form | {"criteria-0-band_5": "Free."})
    made = Rubric.objects.get(name="Recital")
    assert response.url == page(made)
    assert made.levels == {"10": "On a stage."}
    rows = [(row.key, row.name, row.weight, row.bands, row.order) for row in made.criteria.all()]
    assert rows == [
        ("hands-posture", "Hands & posture", 2.0, {"5": "Free."}, 0),
        ("criterion", "音色", 1.0, {}, 1),
        ("hands-posture-2", "Hands posture", 1.0, {}, 2),
    ]
    assert said() == f"{head} made the rubric Recital"


def test_a_key_stays_when_the_name_changes(cast, client_of, head):
    lines = [as_typed(line) for line in rubrics.sheet_of(cast.rubric).criteria]
    lines[0]["name"] = "Pulse"
    client_of(head).post(page(cast.rubric, "edit/"), typed(cast.rubric, lines))
    assert cast.rubric.criteria.get(key="rhythm").name == "Pulse"
    assert said() == f"{head} changed the rubric {cast.rubric.name}: the name of Pulse from Rhythm to Pulse"


def test_the_order_is_the_one_that_was_sent(cast, client_of, head):
    form = typed(cast.rubric) | {"criteria-0-ORDER": 3, "criteria-2-ORDER": 1}
    client_of(head).post(page(cast.rubric, "edit/"), form)
    assert names(cast.rubric) == ["Posture", "Touch", "Rhythm"]
    assert said().endswith("the order")


def test_a_criterion_is_retired_and_its_marks_stay(cast, client_of, head):
    submission = factories.submission(student=cast.student, assignment=cast.assignment)
    rating = factories.result(submission.performance, rater=head).rating
    form = typed(cast.rubric) | {"criteria-1-retired": "on"}
    client_of(head).post(page(cast.rubric, "edit/"), form)
    assert names(cast.rubric) == ["Rhythm", "Posture"]
    rating.refresh_from_db()
    assert rating.criteria["touch"] == 2
    assert said().endswith("by which 1 rating had been given: whether Touch is marked: no")


def test_a_criterion_that_is_not_sent_is_retired_not_deleted(cast, client_of, head):
    lines = [as_typed(line) for line in rubrics.sheet_of(cast.rubric).criteria][:2]
    client_of(head).post(page(cast.rubric, "edit/"), typed(cast.rubric, lines))
    assert cast.rubric.criteria.get(key="posture").retired


def test_a_new_criterion_that_is_left_out_again_is_not_made(cast, client_of, head):
    lines = [*map(as_typed, rubrics.sheet_of(cast.rubric).criteria), {"name": "Memory", "weight": 1, "retired": "on"}]
    client_of(head).post(page(cast.rubric, "edit/"), typed(cast.rubric, lines))
    assert cast.rubric.criteria.count() == 3


def test_the_history_names_what_changed_with_old_and_new(cast, client_of, head):
    lines = [*map(as_typed, rubrics.sheet_of(cast.rubric).criteria), {"name": "Memory", "weight": 1}]
    form = typed(cast.rubric, lines, level_3="Finds the keys.") | {"criteria-0-weight": 2.5}
    client_of(head).post(page(cast.rubric, "edit/"), form)
    event = Event.objects.get(kind="rubric_changed")
    assert event.actor == head
    assert event.before["the weight of Rhythm"] == 1.0
    assert event.after["the weight of Rhythm"] == 2.5
    assert event.after["the words of level 3"] == "Finds the keys."
    assert "the weight of Rhythm from 1 to 2.5" in sentence(event)
    assert "added the criterion Memory" in sentence(event)
    assert sentence(event) in client_of(cast.teacher).get(page(cast.rubric)).content.decode()


def test_saving_what_is_there_already_is_no_act(cast, client_of, head):
    assert client_of(head).post(page(cast.rubric, "edit/"), typed(cast.rubric)).url == page(cast.rubric)
    assert not Event.objects.exists()


def test_the_form_warns_how_many_ratings_were_given_by_it(cast, client_of, head):
    assert "given by this rubric" not in client_of(head).get(page(cast.rubric, "edit/")).content.decode()
    for _ in range(2):
        submission = factories.submission(student=cast.student, assignment=cast.assignment)
        factories.result(submission.performance, rater=head)
    elsewhere = factories.assignment(course=cast.course)
    submission = factories.submission(student=cast.student, assignment=elsewhere)
    factories.result(submission.performance, rater=head)
    assert "2 ratings were given by this rubric" in client_of(head).get(page(cast.rubric, "edit/")).content.decode()


# Two at once


def test_the_second_of_two_is_told_and_nothing_is_lost(cast, client_of, head):
    mine, theirs = typed(cast.rubric, description="Mine."), typed(cast.rubric, description="Theirs.")
    client_of(cast.admin).post(page(cast.rubric, "edit/"), theirs)
    told = client_of(head).post(page(cast.rubric, "edit/"), mine)
    cast.rubric.refresh_from_db()
    assert cast.rubric.description == "Theirs."
    shown = told.content.decode()
    assert "Admin changed this rubric at" in shown
    assert "Mine." in shown
    again = mine | {"seen": told.context["form"]["seen"].value()}
    assert client_of(head).post(page(cast.rubric, "edit/"), again).url == page(cast.rubric)
    cast.rubric.refresh_from_db()
    assert cast.rubric.description == "Mine."


def test_a_criterion_of_another_rubric_cannot_be_named(cast, client_of, head):
    foreign = factories.rubric()
    foreign.criteria.filter(key="touch").update(key="elsewhere")
    form = typed(cast.rubric) | {"criteria-0-key": "elsewhere"}
    told = client_of(head).post(page(cast.rubric, "edit/"), form)
    assert "does not belong to this rubric" in told.content.decode()
    assert names(foreign) == ["Rhythm", "Touch", "Posture"]
    assert names(cast.rubric) == ["Rhythm", "Touch", "Posture"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": ""}, "field__error"),
        ({"criteria-1-name": ""}, "field__error"),
        ({"criteria-1-weight": "heavy"}, "field__error"),
        ({"criteria-1-weight": "-1"}, "field__error"),
        ({"criteria-1-band_2": "x" * 601}, "field__error"),
        ({"level_4": "x" * 601}, "field__error"),
        ({"criteria-1-name": "rhythm"}, "Two criteria have the same name"),
        ({"name": "Taken"}, "Another rubric has this name"),
        ({"criteria-1-key": "rhythm"}, "does not belong"),
    ],
)
def test_what_cannot_be_kept_says_why_and_keeps_what_was_typed(cast, client_of, head, changed, words):
    factories.rubric(name="Taken")
    told = client_of(head).post(page(cast.rubric, "edit/"), typed(cast.rubric, description="Typed.") | changed)
    assert told.status_code == 200
    assert words in told.content.decode()
    assert "Typed." in told.content.decode()
    assert not Event.objects.exists()


# Without scripts


def sent_with(client, rubric, act, **changed):
    response = client.post(page(rubric, "edit/"), typed(rubric, **changed) | {"act": act})
    assert response.status_code == 200
    return response


def shown_names(response):
    return [line["name"].value() for line in response.context["lines"]]


@pytest.mark.parametrize(
    ("act", "order"),
    [
        ("up:1", ["Touch", "Rhythm", "Posture"]),
        ("down:1", ["Rhythm", "Posture", "Touch"]),
        ("up:0", ["Rhythm", "Touch", "Posture"]),
        ("down:2", ["Rhythm", "Touch", "Posture"]),
        ("down:7", ["Rhythm", "Touch", "Posture"]),
    ],
)
def test_buttons_move_a_criterion_and_save_nothing(cast, client_of, head, act, order):
    response = sent_with(client_of(head), cast.rubric, act, description="Typed.")
    assert shown_names(response) == order
    assert "Typed." in response.content.decode()
    assert names(cast.rubric) == ["Rhythm", "Touch", "Posture"]


def test_a_button_adds_an_empty_criterion(cast, client_of, head):
    response = sent_with(client_of(head), cast.rubric, "add")
    assert shown_names(response) == ["Rhythm", "Touch", "Posture", ""]


def test_a_button_shows_it_as_on_the_desk_and_saves_nothing(cast, client_of, head):
    response = sent_with(client_of(head), cast.rubric, "preview", level_2="Two hands, slowly.")
    assert '<p data-word="2"><b>2</b> Two hands, slowly.</p>' in response.content.decode()
    cast.rubric.refresh_from_db()
    assert cast.rubric.levels == {}


def test_moving_passes_over_what_is_retired():
    sheet = Sheet(criteria=(Line("A"), Line("B", retired=True), Line("C")))
    assert [line.name for line in rubrics.moved(sheet, 0, 1).criteria] == ["B", "C", "A"]
    assert [line.name for line in rubrics.moved(sheet, 2, -1).criteria] == ["C", "A", "B"]
