"""Out of one house, into an empty one, and out again: the same file."""

import pytest

from accounts.models import Consent, User
from grading import exchange
from grading.models import Autograde, Bundle, Job, Performance, PlayerPart, Rating, Remark, Result, Rubric
from tests.exchange.conftest import BEGAN, WORDS, all_here, carried_in, carried_out, members, prepare_all

LAYOUTS = Bundle.Layout.values


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_is_carried_into_an_empty_house_leaves_it_as_the_same_file(
    empty_house, prepared, school, tmp_path, layout
):
    first = carried_out(school, layout, tmp_path / "first.zip", source="The old house")
    empty_house()
    assert not Performance.objects.exists()
    bundle = carried_in(first, layout)
    assert (bundle.state, bundle.numbers["performances"]) == ("ready", 6), bundle.numbers
    prepare_all()
    second = carried_out(all_here(), layout, tmp_path / "second.zip")
    assert members(first) == members(second)
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_nobodys_name_words_or_number_leave_the_house(prepared, school, cast, tmp_path, layout):
    archive = carried_out(school, layout, tmp_path / "out.zip")
    everything = b"".join(members(archive).values())
    people = (cast.teacher, cast.other_teacher, cast.student, cast.other_student)
    for secret in (WORDS, "Marta.mov", *(person.name for person in people), *(person.email for person in people)):
        assert secret.encode() not in everything


@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_archive_has_its_table_and_every_recording_by_its_digest(prepared, school, tmp_path, layout):
    found = members(carried_out(school, layout, tmp_path / "out.zip"))
    form = exchange.layout(layout)
    assert form.TABLE in found
    films = [name for name in found if name.startswith(f"{form.MEDIA}/")]
    assert len(films) == 6
    assert {found[name][:5] for name in films} == {b"film "}


def test_what_comes_in_is_what_left(empty_house, prepared, school, tmp_path):
    first = carried_out(school, "clavier", tmp_path / "first.zip", source="The old house")
    told = what_was_said()
    parts = sorted(PlayerPart.objects.values_list("part", flat=True))
    agreed = sorted(Consent.objects.filter(purpose="training").values_list("at", flat=True))
    empty_house()
    carried_in(first, "clavier")
    prepare_all()
    assert what_was_said() == told
    assert sorted(PlayerPart.objects.values_list("part", flat=True)) == parts == ["audit", "train", "validation"]
    assert sorted(Consent.objects.filter(purpose="training").values_list("at", flat=True)) == agreed
    performance = Performance.objects.filter(player__part__part="audit").first()
    assert (performance.state, performance.crop["y"], performance.piece) == (
        "prepared",
        0.25,
        "=Für Elise, “the” theme",
    )
    assert performance.collection == "Elsewhere"
    rubric = performance.rubric
    assert (Rubric.objects.count(), rubric.levels["10"], rubric.criteria.count()) == (1, "concert", 3)
    assert set(Rating.objects.values_list("source", "comment", "reason")) == {("The old house", "", "")}
    assert set(Remark.objects.values_list("start", "end", "mark", "criterion", "technique__name", "text")) == {
        (1.25, 2.5, "good", "rhythm", None, ""),
        (3.0, None, "technique", "", "thumb under", ""),
    }
    assert set(Result.objects.values_list("rule", "released_at")) == {("teacher", BEGAN)}
    assert not Autograde.objects.exists()


def what_was_said() -> list[tuple]:
    rows = Rating.objects.order_by("performance_id", "created_at")
    return list(rows.values_list("performance", "level", "purpose", "autograde_visible", "created_at"))


def test_nobody_can_sign_in_as_who_came_in(empty_house, prepared, school, tmp_path):
    first = carried_out(school, "clavier", tmp_path / "first.zip")
    empty_house()
    carried_in(first, "clavier", "Leiden")
    people = User.objects.all()
    assert people.count() == 5
    for person in people:
        assert person.email.endswith("@imported.invalid")
        assert person.name.startswith("Leiden ")
        assert not person.is_active
        assert not person.has_usable_password()


def test_a_grade_is_asked_for_where_the_player_agreed_to_one_alone(empty_house, prepared, school, tmp_path):
    first = carried_out(school, "clavier", tmp_path / "first.zip")
    refused = set(Performance.objects.filter(may_grade=False).values_list("pk", flat=True))
    empty_house()
    carried_in(first, "clavier")
    prepare_all()
    graded = set(Job.objects.filter(kind="grade").values_list("performance", flat=True))
    assert len(graded) == 4
    assert not graded & refused
    assert set(Performance.objects.filter(may_grade=False).values_list("pk", flat=True)) == refused


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_same_archive_twice_changes_nothing(empty_house, prepared, school, tmp_path, layout):
    first = carried_out(school, layout, tmp_path / "first.zip")
    empty_house()
    carried_in(first, layout)
    prepare_all()
    before = everything_here()
    again = carried_in(first, layout)
    assert everything_here() == before
    told = {name: again.numbers[name] for name in ("performances", "ratings", "known")}
    assert (again.state, told) == ("ready", {"performances": 0, "ratings": 0, "known": 6})


def everything_here() -> list[list[tuple]]:
    models = (Performance, Rating, Remark, Result, User, Consent, PlayerPart, Rubric)
    return [list(model.objects.order_by("pk").values_list()) for model in models]


def test_a_house_that_reads_its_own_archive_knows_everybody_in_it(prepared, school, db, tmp_path):
    first = carried_out(school, "clavier", tmp_path / "first.zip")
    before = everything_here()
    bundle = carried_in(first, "clavier")
    assert (bundle.state, bundle.numbers["known"]) == ("ready", 6)
    assert everything_here() == before
