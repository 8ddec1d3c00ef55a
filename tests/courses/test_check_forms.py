"""What a teacher asks of a recording before it counts."""

import pytest

from core.history import sentence
from core.models import Event
from grading import checks
from tests import factories


def form_of(assignment, **fields):
    names = ("second_marking", "second_percent", "tolerance", "counting")
    given = {name: getattr(assignment, name) for name in names}
    return given | {"piece": assignment.piece_id, "rubric": assignment.rubric_id} | fields


def save(client, assignment, **fields):
    response = client.post(f"/assignments/{assignment.pk}/edit/", form_of(assignment, **fields))
    assignment.refresh_from_db()
    return response


def test_a_rule_is_kept_where_it_differs_from_the_usual_one(cast, client_of):
    save(client_of(cast.teacher), cast.assignment, check_dark="refuse", check_clipped=checks.USUAL["clipped"])
    assert cast.assignment.checks == {"dark": "refuse"}
    assert checks.given(cast.assignment.checks)["dark"] == "refuse"


def test_choosing_the_usual_again_forgets_it(cast, client_of):
    client = client_of(cast.teacher)
    save(client, cast.assignment, check_dark="refuse")
    save(client, cast.assignment, check_dark=checks.USUAL["dark"])
    assert cast.assignment.checks == {}


def test_a_form_without_the_checks_leaves_them(cast, client_of):
    client = client_of(cast.teacher)
    save(client, cast.assignment, check_dark="refuse")
    save(client, cast.assignment, instructions="Slower.")
    assert (cast.assignment.checks, cast.assignment.instructions) == ({"dark": "refuse"}, "Slower.")


def test_lengths_are_written_as_minutes_and_seconds(cast, client_of):
    client = client_of(cast.teacher)
    save(client, cast.assignment, shortest="1:07", longest="12:30")
    assert (cast.assignment.shortest, cast.assignment.longest) == (67, 750)
    page = client.get(f"/assignments/{cast.assignment.pk}/edit/").content.decode()
    assert 'value="1:07"' in page
    assert 'value="12:30"' in page


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"shortest": "67"}, "Write it as minutes and seconds"),
        ({"shortest": "1:77"}, "Write it as minutes and seconds"),
        ({"longest": "31:00"}, "A recording lasts between 0:01 and 30:00."),
        ({"longest": "0:00"}, "A recording lasts between 0:01 and 30:00."),
        ({"shortest": "2:00", "longest": "1:00"}, "This is shorter than the shortest."),
        ({"check_dark": "perhaps"}, "perhaps"),
    ],
)
def test_what_makes_no_sense_is_said_in_its_place_and_not_kept(cast, client_of, fields, said):
    response = save(client_of(cast.teacher), cast.assignment, **fields)
    assert response.status_code == 200
    page = response.content.decode()
    assert said in page
    assert '<details class="checks" open>' in page
    assert (cast.assignment.shortest, cast.assignment.longest, cast.assignment.checks) == (None, None, {})


def test_they_are_folded_away_and_every_check_is_there(cast, client_of):
    page = client_of(cast.teacher).get(f"/courses/{cast.course.pk}/assignments/new/").content.decode()
    assert '<details class="checks">' in page
    for check in checks.CHECKS:
        assert page.count(f'name="check_{check}"') == 1


def test_the_history_says_what_was_changed(cast, client_of):
    client = client_of(cast.teacher)
    save(client, cast.assignment, check_dark="refuse", longest="2:00")
    said = sentence(Event.objects.get(kind="assignment_changed"))
    assert "what is looked at before a recording counts" in said
    assert "the longest length from nothing to 2:00" in said


def test_a_new_assignment_keeps_them_too(cast, client_of):
    piece = factories.piece()
    form = form_of(cast.assignment, check_piano="refuse", shortest="0:30") | {"piece": piece.pk}
    client_of(cast.teacher).post(f"/courses/{cast.course.pk}/assignments/new/", form)
    made = cast.course.assignments.get(piece=piece)
    assert (made.checks, made.shortest) == ({"piano": "refuse"}, 30)
