from core.history import sentence
from core.models import Event
from courses.models import Assignment, Enrolment, Piece
from tests import factories

ALONE = {
    **{"second_marking": "none", "second_percent": 20, "tolerance": 1},
    **{"accepts_late": "on", "attempts": "", "counting": "last"},
}


def as_it_is(assignment):
    fields = ("second_marking", "second_percent", "tolerance", "accepts_late", "counting")
    form = {name: getattr(assignment, name) for name in fields} | {"attempts": assignment.attempts or ""}
    return form | {"piece": assignment.piece_id, "rubric": assignment.rubric_id}


def test_a_teacher_sets_a_piece(cast, client_of):
    piece = factories.piece(title="Arabesque")
    form = ALONE | {
        "piece": piece.pk,
        "rubric": cast.rubric.pk,
        "instructions": "Twice.",
        "due_at": "2030-05-01T12:00",
    }
    response = client_of(cast.teacher).post(f"/courses/{cast.course.pk}/assignments/new/", form)
    assert response.url == f"/courses/{cast.course.pk}/"
    made = Assignment.objects.get(piece=piece)
    assert (made.course, made.due_at.year) == (cast.course, 2030)


def test_a_teacher_sets_nothing_in_anothers_course(cast, client_of):
    form = {"piece": factories.piece().pk, "rubric": cast.rubric.pk}
    assert client_of(cast.other_teacher).post(f"/courses/{cast.course.pk}/assignments/new/", form).status_code == 404
    assert client_of(cast.other_teacher).get(f"/assignments/{cast.assignment.pk}/edit/").status_code == 404
    assert cast.course.assignments.count() == 1


def test_an_assignment_stays_in_its_course_when_it_is_edited(cast, client_of):
    form = as_it_is(cast.assignment) | {"instructions": "Slower.", "course": 999}
    client_of(cast.teacher).post(f"/assignments/{cast.assignment.pk}/edit/", form)
    cast.assignment.refresh_from_db()
    assert (cast.assignment.instructions, cast.assignment.course) == ("Slower.", cast.course)


def test_a_form_that_is_wrong_says_where(cast, client_of):
    response = client_of(cast.teacher).post(
        f"/courses/{cast.course.pk}/assignments/new/", ALONE | {"due_at": "tomorrow"}
    )
    assert response.status_code == 200
    assert response.content.decode().count("field__error") == 3


def test_a_teacher_adds_and_corrects_a_piece(cast, client_of):
    client = client_of(cast.teacher)
    client.post("/pieces/new/", {"composer": "Erik Satie", "title": "Gymnopedie"})
    piece = Piece.objects.get(composer="Erik Satie")
    client.post(f"/pieces/{piece.pk}/edit/", {"composer": "Erik Satie", "title": "Gymnopédie"})
    assert "Gymnopédie" in client.get("/pieces/").content.decode()


def test_the_same_piece_is_not_added_twice(cast, client_of):
    form = {"composer": "Erik Satie", "title": "Gymnopédie"}
    client = client_of(cast.teacher)
    client.post("/pieces/new/", form)
    assert client.post("/pieces/new/", form).status_code == 200
    assert Piece.objects.filter(**form).count() == 1


def test_pieces_are_the_teachers_business(cast, client_of):
    for path in ("/pieces/", "/pieces/new/", f"/pieces/{cast.assignment.piece.pk}/edit/"):
        assert client_of(cast.student).get(path).status_code == 404


def edit(client, assignment, **changed):
    return client.post(f"/assignments/{assignment.pk}/edit/", as_it_is(assignment) | changed)


def test_second_marking_needs_two_teachers(cast, client_of):
    client = client_of(cast.teacher)
    told = edit(client, cast.assignment, second_marking="all").content.decode()
    assert "Second marking needs two teachers in this course" in told
    factories.enrol(cast.course, factories.user(), Enrolment.Role.HEAD)
    assert edit(client, cast.assignment, second_marking="all", tolerance=2).status_code == 302
    cast.assignment.refresh_from_db()
    assert (cast.assignment.second_marking, cast.assignment.tolerance) == ("all", 2)


def test_a_new_assignment_needs_two_teachers_too(cast, client_of):
    form = ALONE | {"piece": factories.piece().pk, "rubric": cast.rubric.pk, "second_marking": "sample"}
    told = client_of(cast.teacher).post(f"/courses/{cast.course.pk}/assignments/new/", form)
    assert "needs two teachers" in told.content.decode()
    assert cast.course.assignments.count() == 1


def test_who_decides_when_two_differ_is_said(cast, client_of):
    page = client_of(cast.teacher).get(f"/assignments/{cast.assignment.pk}/edit/").content.decode()
    assert "a third teacher of the course, its head or an admin decides" in page


def test_a_share_and_a_tolerance_stay_within_reason(cast, client_of):
    for changed in ({"second_percent": 101}, {"tolerance": 10}, {"tolerance": -1}):
        assert "field__error" in edit(client_of(cast.teacher), cast.assignment, **changed).content.decode()
    assert not Event.objects.filter(kind="assignment_changed").exists()


def test_the_history_says_how_marking_was_changed(cast, client_of):
    factories.enrol(cast.course, factories.user(), Enrolment.Role.TEACHER)
    edit(
        client_of(cast.teacher), cast.assignment, second_marking="sample", second_percent=50, due_at="2030-05-01T12:00"
    )
    event = Event.objects.get(kind="assignment_changed")
    assert (event.course, event.before["second_percent"], event.after["second_percent"]) == (cast.course.pk, 20, 50)
    assert sentence(event) == (
        f"{cast.teacher} changed the assignment {cast.assignment.piece}: "
        "when it is due from nothing to 1 May 2030, 12:00; "
        "second marking from one teacher marks to two teachers mark a share; "
        "the share that two teachers mark from 20 to 50"
    )


def test_setting_a_piece_stands_in_the_history(cast, client_of):
    piece = factories.piece(title="Arabesque", composer="Burgmüller")
    form = ALONE | {"piece": piece.pk, "rubric": cast.rubric.pk}
    client_of(cast.teacher).post(f"/courses/{cast.course.pk}/assignments/new/", form)
    assert (
        sentence(Event.objects.get(kind="assignment_added"))
        == f"{cast.teacher} set Burgmüller: Arabesque, one teacher marks"
    )


def test_a_teacher_says_how_often_until_when_and_which_attempt_counts(cast, client_of):
    form = as_it_is(cast.assignment) | {"attempts": "3", "counting": "best", "due_at": "2030-05-01T12:00"}
    del form["accepts_late"]
    client_of(cast.teacher).post(f"/assignments/{cast.assignment.pk}/edit/", form)
    cast.assignment.refresh_from_db()
    assert (cast.assignment.attempts, cast.assignment.counting, cast.assignment.accepts_late) == (3, "best", False)
    said = sentence(Event.objects.get(kind="assignment_changed"))
    assert "whether late ones are taken: no" in said
    assert "how often one may hand in from nothing to 3" in said
    assert "which attempt counts from the last attempt counts to the best attempt counts" in said


def test_no_attempt_at_all_is_no_number(cast, client_of):
    form = as_it_is(cast.assignment) | {"attempts": "0"}
    response = client_of(cast.teacher).post(f"/assignments/{cast.assignment.pk}/edit/", form)
    assert "greater than or equal to 1" in response.content.decode()
