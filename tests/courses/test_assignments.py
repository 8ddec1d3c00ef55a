from courses.models import Assignment, Piece
from tests import factories


def test_a_teacher_sets_a_piece(cast, client_of):
    piece = factories.piece(title="Arabesque")
    form = {
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
    form = {"piece": cast.assignment.piece.pk, "rubric": cast.rubric.pk, "instructions": "Slower.", "course": 999}
    client_of(cast.teacher).post(f"/assignments/{cast.assignment.pk}/edit/", form)
    cast.assignment.refresh_from_db()
    assert (cast.assignment.instructions, cast.assignment.course) == ("Slower.", cast.course)


def test_a_form_that_is_wrong_says_where(cast, client_of):
    response = client_of(cast.teacher).post(f"/courses/{cast.course.pk}/assignments/new/", {"due_at": "tomorrow"})
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
