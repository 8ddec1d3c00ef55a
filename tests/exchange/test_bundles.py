"""An export or import from its being asked for to its end."""

import os
import shutil
from collections import namedtuple
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Consent, User
from accounts.services import consents, erasure
from core import history
from core.models import Event
from grading.exchange import archives, words
from grading.models import Bundle, Job, Performance, PlayerPart, Rating, Result, Rubric, Technique
from grading.services import bundles, jobs, monitoring, performances, reduction, rounds
from tests import factories
from tests.exchange.conftest import carried_in, carried_out, carry, members, prepare_all

TABLE = "id,file,player,part,rater,level,rubric\n"


@pytest.fixture
def sent(tmp_path, disk):
    """An archive of a table and a film, made anew for each call."""

    def sent(*rows: str, films=("a.mp4",), head=TABLE) -> object:
        folder = tmp_path / "sent"
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "media").mkdir(parents=True)
        (folder / "labels.csv").write_text(head + "".join(f"{row}\n" for row in rows))
        for film in films:
            (folder / "media" / film).write_bytes(f"film {film}".encode())
        archives.pack(folder, {}, tmp_path / "sent.zip")
        return tmp_path / "sent.zip"

    return sent


def why(bundle) -> str:
    assert bundle.state == "refused", bundle.numbers
    return words.sentence(bundle.numbers["wrong"])


def test_it_is_carried_once_however_often_the_doorbell_rings(
    prepared, school, doorbells, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        bundle = bundles.export(by=None, dataset=school, layout="csv")
    (ring,) = [each for each in doorbells if each.task == "grading.tasks.bundle"]
    bundles.carry(ring.job_id)
    written = bundles.path_of(Bundle.objects.get()).stat().st_mtime_ns
    bundles.carry(ring.job_id)
    bundle.refresh_from_db()
    assert (bundle.state, Job.objects.get(bundle=bundle).state) == ("ready", "done")
    assert bundles.path_of(bundle).stat().st_mtime_ns == written


def test_it_says_how_much_of_what_has_left(prepared, school):
    bundle = bundles.export(by=None, dataset=school, layout="clavier")
    carry(bundle)
    told = {
        name: bundle.numbers[name] for name in ("performances", "ratings", "players", "raters", "withdrawn", "reduced")
    }
    assert told == {"performances": 6, "ratings": 8, "players": 3, "raters": 2, "withdrawn": 0, "reduced": 0}
    assert bundle.numbers["bytes"] == bundles.path_of(bundle).stat().st_size


def test_who_has_withdrawn_and_what_is_not_kept_whole_stays(prepared, school, cast, tmp_path):
    consents.withdraw(user=cast.student, purpose=Consent.Purpose.TRAINING)
    Performance.objects.filter(pk=Performance.objects.filter(may_train=True).first().pk).update(
        reduced_at=timezone.now()
    )
    performances.erase(performance=Performance.objects.filter(may_train=True, reduced_at=None).first())
    archive = carried_out(school, "clavier", tmp_path / "out.zip")
    numbers = Bundle.objects.get().numbers
    assert (numbers["performances"], numbers["withdrawn"], numbers["reduced"]) == (2, 3, 1)
    assert len([name for name in members(archive) if name.startswith("media/")]) == 2


def test_a_snapshot_that_nobody_agrees_to_any_more_is_refused(prepared, school):
    Performance.objects.update(may_train=False)
    bundle = bundles.export(by=None, dataset=school, layout="csv")
    carry(bundle)
    assert why(bundle).startswith("Nobody in this snapshot agrees")


@pytest.mark.parametrize("act", ["withdraws", "is erased"])
def test_an_archive_goes_as_soon_as_somebody_in_it(prepared, school, cast, act, django_capture_on_commit_callbacks):
    bundle = bundles.export(by=None, dataset=school, layout="csv")
    carry(bundle)
    path = bundles.path_of(bundle)
    assert bundles.may_leave(bundle)
    with django_capture_on_commit_callbacks(execute=True):
        if act == "withdraws":
            consents.withdraw(user=cast.student, purpose=Consent.Purpose.TRAINING)
        else:
            erasure.forget(user=cast.student)
    bundle.refresh_from_db()
    assert (bundle.state, path.exists()) == ("gone", False)
    assert not bundles.may_leave(bundle)


def test_an_archive_is_kept_for_a_week(prepared, school):
    bundle = bundles.export(by=None, dataset=school, layout="csv")
    carry(bundle)
    Bundle.objects.update(created_at=timezone.now() - bundles.KEPT + timedelta(minutes=1))
    bundles.look_after()
    assert bundles.path_of(bundle).exists()
    Bundle.objects.update(created_at=timezone.now() - bundles.KEPT - timedelta(minutes=1))
    bundles.look_after()
    bundle.refresh_from_db()
    assert (bundle.state, bundles.path_of(bundle).exists()) == ("gone", False)


def test_what_a_killed_worker_left_behind_is_swept_away(disk, db):
    left, fresh = bundles.folder() / "work-1-x", bundles.folder() / "work-2-x"
    for folder in (left, fresh):
        folder.mkdir()
    old = (timezone.now() - bundles.ABANDONED - timedelta(hours=1)).timestamp()
    os.utime(left, (old, old))
    bundles.look_after()
    assert [path.name for path in bundles.folder().iterdir()] == ["work-2-x"]


def test_an_error_of_ours_is_tried_again_and_then_told(prepared, school, settings, monkeypatch):
    settings.JOB_ATTEMPTS = 2
    monkeypatch.setattr(archives, "pack", lambda *_, **__: 1 / 0)
    bundle = bundles.export(by=None, dataset=school, layout="csv")
    carry(bundle)
    assert (bundle.state, Job.objects.get(bundle=bundle).state) == ("waiting", "queued")
    carry(bundle)
    assert why(bundle).startswith("Something went wrong in this house")
    assert list(bundles.folder().iterdir()) == []


def test_a_worker_that_lost_its_job_writes_nothing(prepared, school, monkeypatch):
    bundle = bundles.export(by=None, dataset=school, layout="csv")

    def lose(*_, **__):
        raise jobs.LeaseLost

    monkeypatch.setattr(jobs, "finish", lose)
    bundles.carry(Job.objects.get(bundle=bundle).pk)
    bundle.refresh_from_db()
    assert bundle.state == "waiting"


def test_the_file_that_was_sent_goes_when_it_was_read(prepared, sent, django_capture_on_commit_callbacks, db):
    with django_capture_on_commit_callbacks(execute=True):
        bundle = carried_in(sent("x,a.mp4,p,train,one,3,"), "csv")
    assert (bundle.state, bundles.path_of(bundle).exists()) == ("ready", False)


def test_the_file_that_was_sent_goes_when_it_was_refused(prepared, sent, django_capture_on_commit_callbacks, db):
    with django_capture_on_commit_callbacks(execute=True):
        bundle = carried_in(sent("x,a.mp4,p,train,one,11,"), "csv")
    assert why(bundle) == "labels.csv, line 2: A level is a whole number from 1 to 10, not “11”."
    assert not bundles.path_of(bundle).exists()


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["x,a.mp4,p,train,one,3,", "y,b.mp4,q,train,one,4,"], "The recording “b.mp4” is not in the archive"),
        (["x,a.mp4,p,train,one,3,", "y,a.mp4,p,audit,one,4,"], "“p” stands in two parts"),
        (["x,a.mp4,p,train,one,3,", "y,,q,train,one,4,"], "The recording “y” is not in the archive"),
    ],
)
def test_of_an_archive_with_one_bad_row_nothing_is_taken(prepared, sent, db, rows, said):
    assert said in why(carried_in(sent(*rows), "csv"))
    for model in (Performance, Rating, User, PlayerPart, Rubric, Job.objects.filter(kind="prepare").model):
        assert not model.objects.exclude(**({"kind": "bundle"} if model is Job else {})).exists()


def test_a_file_that_is_not_what_was_packed_is_refused(prepared, sent, db):
    digest = "0" * 64
    head = "id,file,player,rater,level,digest\n"
    assert "its content has changed" in why(carried_in(sent(f"x,a.mp4,p,one,3,{digest}", head=head), "csv"))


def test_a_full_disk_is_said_and_nothing_is_taken(prepared, sent, monkeypatch, db):
    file = sent("x,a.mp4,p,train,one,3,")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: namedtuple("usage", "total used free")(9, 9, 0))
    assert "not enough room on the disk" in why(carried_in(file, "csv"))


def test_who_has_another_name_in_another_collection_is_another_person(prepared, sent, db):
    carried_in(sent("x,a.mp4,p,,Marta,3,"), "csv", "Leiden")
    carried_in(sent("y,a.mp4,p,,Marta,4,"), "csv", "Leiden")
    carried_in(sent("z,a.mp4,p,,Marta,5,"), "csv", "Gent")
    assert len(set(Rating.objects.values_list("rater", flat=True))) == 2
    assert not User.objects.filter(name__contains="Marta").exists()
    assert set(Rating.objects.values_list("source", flat=True)) == {"Leiden", "Gent"}


def test_whoever_has_a_part_keeps_it(prepared, sent, db):
    carried_in(sent("x,a.mp4,p,audit,one,3,"), "csv")
    carried_in(sent("y,a.mp4,p,train,one,3,"), "csv")
    assert [row.part for row in PlayerPart.objects.all()] == ["audit"]


def test_who_does_not_agree_is_left_out_and_counted(prepared, sent, db):
    head = "id,file,player,rater,level,training\n"
    bundle = carried_in(sent("x,a.mp4,p,one,3,false", "y,a.mp4,q,one,3,true", head=head), "csv")
    assert (bundle.numbers["performances"], bundle.numbers["unagreed"]) == (1, 1)
    assert Performance.objects.get().may_train
    assert Consent.objects.filter(purpose="training", granted=True).count() == 1


def test_new_words_of_an_annotator_join_a_recording_that_is_here(prepared, school, sent, db):
    here = Performance.objects.order_by("pk").first()
    bundle = carried_in(sent(f"{here.pk},,p,,stranger,8,", films=()), "csv", "Label Studio")
    assert (bundle.numbers["performances"], bundle.numbers["known"], bundle.numbers["ratings"]) == (0, 1, 1)
    rating = here.ratings.get(source="Label Studio")
    event = Event.objects.get(performance=here)
    assert history.sentence(event) == "The house brought in 1 rating from Label Studio"
    assert (rating.level, rating.rater.has_usable_password(), rating.performance.collection) == (8, False, "")


def test_a_house_takes_nobody_back_who_asked_to_be_forgotten(prepared, school, cast, tmp_path):
    file = carried_out(school, "clavier", tmp_path / "out.zip")
    erasure.forget(user=cast.student)
    bundle = carried_in(file, "clavier")
    assert (bundle.numbers["forgotten"], bundle.numbers["known"], bundle.numbers["performances"]) == (2, 4, 0)
    assert Performance.objects.count() == 4


def test_a_house_knows_better_than_an_old_archive_what_its_own_agree_to(prepared, school, cast, tmp_path):
    file = carried_out(school, "clavier", tmp_path / "out.zip")
    consents.withdraw(user=cast.student, purpose=Consent.Purpose.TRAINING)
    for performance in Performance.objects.filter(player=cast.student):
        performances.erase(performance=performance)
    bundle = carried_in(file, "clavier")
    assert (bundle.numbers["unagreed"], bundle.numbers["performances"]) == (2, 0)
    assert not consents.holds(user=cast.student, purpose=Consent.Purpose.TRAINING)


def test_an_address_that_somebody_signs_in_with_is_not_taken_over(prepared, school, cast, tmp_path, settings):
    file = carried_out(school, "clavier", tmp_path / "out.zip")
    settings.SECRET_KEY = "of another house"
    key = next(line for line in members(file)["manifest.jsonl"].decode().splitlines() if '"player"' in line)
    key = key.partition('"player":"')[2][:16]
    squatter = factories.user(email=f"{key}@imported.invalid")
    Performance.objects.all().delete()
    assert "Somebody signs in to this house as" in why(carried_in(file, "clavier"))
    assert not Rating.objects.filter(rater=squatter).exists()


def test_a_rubric_of_the_same_name_that_says_something_else_gets_its_collections_name(
    prepared, school, cast, tmp_path, settings
):
    file = carried_out(school, "clavier", tmp_path / "out.zip")
    settings.SECRET_KEY = "of another house"
    Performance.objects.all().delete()
    cast.rubric.levels = {"1": "something else"}
    cast.rubric.save()
    carried_in(file, "clavier", "Leiden")
    carried_in(file, "clavier", "Leiden")
    theirs = Rubric.objects.get(name=f"{cast.rubric.name} (Leiden)")
    assert (theirs.levels["10"], theirs.performances.count()) == ("concert", 6)


def test_words_of_another_schools_vocabulary_are_not_offered_here(prepared, school, tmp_path, settings):
    file = carried_out(school, "clavier", tmp_path / "out.zip")
    settings.SECRET_KEY = "of another house"
    Performance.objects.all().delete()
    Technique.objects.all().delete()
    carried_in(file, "clavier")
    assert [row.retired for row in Technique.objects.filter(name="thumb under")] == [True]


def test_what_came_in_asks_no_teacher_and_moves_no_watch(prepared, sent, db):
    head = "id,file,player,part,rater,level,rule\n"
    assert carried_in(sent("x,a.mp4,p,audit,one,3,teacher", head=head), "csv").state == "ready"
    prepare_all()
    assert Performance.objects.get().result.level == 3
    assert not rounds.rated_once().exists()
    assert monitoring.gather(timezone.now()).recorded == []


def test_what_came_in_waits_for_nobody(prepared, sent, db):
    head = "id,file,player,rater,level,grading\n"
    carried_in(sent("x,a.mp4,p,one,3,true", head=head), "csv")
    prepare_all()
    assert Performance.objects.get().may_grade
    assert performances.waiting() == []


def test_what_came_in_is_kept_whole_however_old_its_result_is(empty_house, prepared, school, tmp_path):
    file = carried_out(school, "clavier", tmp_path / "out.zip")
    assert reduction.due(30).count() == 6
    empty_house()
    carried_in(file, "clavier")
    prepare_all()
    assert Result.objects.count() == 6
    assert not reduction.due(30).exists()


def test_the_commands_carry_out_and_in(prepared, school, tmp_path, settings):
    said = StringIO()
    call_command("export_labels", tmp_path / "out.zip", "--layout", "csv", "--name", "Home", stdout=said)
    assert "'performances': 6" in said.getvalue()
    assert not Bundle.objects.exists()
    settings.SECRET_KEY = "of another house"
    Performance.objects.all().delete()
    call_command("import_labels", tmp_path / "out.zip", "--layout", "csv", "--source", "Away", stdout=said)
    assert Performance.objects.filter(collection="Away").count() == 6
    assert (tmp_path / "out.zip").exists()


def test_the_commands_say_why_not(disk, db, tmp_path):
    (tmp_path / "bad.csv").write_text("id,rater\n")
    with pytest.raises(CommandError, match="The column “level” is missing"):
        call_command("import_labels", tmp_path / "bad.csv", "--layout", "csv", "--source", "Away")
    with pytest.raises(CommandError, match="There is no such snapshot"):
        call_command("export_labels", tmp_path / "out.zip")
    with pytest.raises(CommandError, match="There is no file"):
        call_command("import_labels", tmp_path / "nothing.zip", "--source", "Away")
