"""Letters: written with what they tell of, sent once, tried again, and silent about levels and readers."""

import re
import smtplib
import threading
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.core import mail as outbox
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.utils import timezone

from accounts import health, mail
from accounts.models import Guardian, Letter
from accounts.services import letters
from config import env
from core import doctor
from grading.models import Abstention, Performance
from grading.signals import recording_refused
from reviews.marks import Marks
from reviews.services import marking
from tests import factories
from tests.accounts import postman

ABOUT = {"address": "/submissions/1/", "piece": "Minuet in G", "composer": "Christian Petzold"}
SITE = "https://piano.example.org"
Kind = Letter.Kind


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = SITE


@pytest.fixture
def reader(db):
    return factories.user(name="Ana", email="ana@example.org")


def post(reader, kind=Kind.RELEASED, **about) -> Letter:
    letter = letters.post(user=reader, kind=kind, about=ABOUT | about)
    assert letter is not None
    return letter


def of_each_kind(reader) -> list[Letter]:
    guardian = Guardian.objects.create(child=reader, email="parent@example.org")
    asked = {"address": "/guardian/a:b:c/", "child": "Ana"}
    found = [
        post(reader),
        post(reader, Kind.APPEAL),
        post(reader, Kind.PROBLEM, why=["The sound is missing."], again=False),
        post(reader, Kind.PROBLEM, why=["The hands are out of the picture."], again=True),
        letters.post(user=reader, kind=Kind.EXPORT, about={"address": "/e/", "until": "2026-03-02T10:00:00+00:00"}),
        *(
            letters.post(user=reader, kind=Kind.GUARDIAN, guardian=guardian, about=asked | {"confirmed": confirmed})
            for confirmed in (False, True)
        ),
    ]
    assert {letter.kind for letter in found} == set(Kind.values)
    return found


class Tags(HTMLParser):
    """Every tag with its attributes, and every address that one of them names."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.addresses: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)
        self.addresses |= {value for name, value in attrs if name in {"href", "src", "srcset", "background", "action"}}


def html_of(message) -> str:
    ((body, kind),) = message.alternatives
    assert kind == "text/html"
    return body


class TestReading:
    def test_each_kind_has_text_and_html_that_say_the_same_address(self, reader):
        for letter in of_each_kind(reader):
            message = mail.message(letter)
            link = SITE + letter.about["address"]
            assert message.subject
            assert link in message.body
            assert link in Tags(html_of(message)).addresses
            assert "{" not in message.body + html_of(message).partition("</style>")[2]

    def test_nothing_is_fetched_and_every_link_leads_to_the_site(self, reader):
        for letter in of_each_kind(reader):
            html = html_of(mail.message(letter))
            tags = Tags(html)
            assert not tags.names & {"img", "script", "link", "iframe", "object", "video", "audio", "picture", "form"}
            assert not re.search(r"url\(|@import|@font-face|\bstyle=", html)
            assert tags.addresses
            assert all(address.startswith(f"{SITE}/") for address in tags.addresses)
            assert {found.rstrip(".") for found in re.findall(r"https?://[^\s/<]+", html)} == {SITE}
            assert "?" not in "".join(tags.addresses)

    def test_neither_subject_nor_letter_tells_a_level(self, reader):
        for letter in of_each_kind(reader):
            message = mail.message(letter)
            assert not re.search(r"\d", message.subject)
            assert not re.search(r"level \d", message.body + html_of(message))

    def test_what_people_have_written_is_text(self, reader):
        letter = post(reader, Kind.PROBLEM, why=["<b>Louder</b> & slower"], again=True, piece="Rock & Roll")
        message = mail.message(letter)
        assert message.subject == "Please record Rock & Roll again"
        assert "<b>Louder</b> & slower" in message.body
        assert "&lt;b&gt;Louder&lt;/b&gt; &amp; slower" in html_of(message)

    def test_a_line_in_a_name_makes_no_header(self, reader):
        message = mail.message(post(reader, piece="Minuet\r\nBcc: all@example.org"))
        assert message.message()["Bcc"] is None
        assert "\n" not in message.subject

    def test_it_goes_to_the_student_and_the_guardians_only_to_the_guardian(self, reader):
        for letter in of_each_kind(reader):
            to = "parent@example.org" if letter.kind == Kind.GUARDIAN else "ana@example.org"
            assert mail.message(letter).to == [to]

    @pytest.mark.parametrize(("students", "guardians", "expected"), [("es", "zh-hans", "zh-hans"), ("es", "", "en")])
    def test_it_speaks_the_language_of_its_reader(self, reader, students, guardians, expected):
        reader.language = students
        guardian = Guardian.objects.create(child=reader, email="parent@example.org", language=guardians)
        assert mail.language_of(Letter(user=reader, kind=Kind.RELEASED)) == "es"
        assert mail.language_of(Letter(user=reader, kind=Kind.GUARDIAN, guardian=guardian)) == expected

    def test_what_can_be_switched_off_can_be_so_with_one_press(self, reader):
        for letter in of_each_kind(reader):
            headers = mail.message(letter).extra_headers
            assert headers["Auto-Submitted"] == "auto-generated"
            if letter.kind in Letter.OPTIONAL:
                stop = SITE + mail.stop_path(reader, letter.kind)
                assert headers["List-Unsubscribe"] == f"<{stop}>"
                assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
            else:
                assert not {"List-Unsubscribe", "List-Unsubscribe-Post"} & set(headers)


class TestPosting:
    def test_what_is_not_wanted_is_not_written(self, reader):
        letters.silence(user=reader, kind=Kind.RELEASED)
        assert letters.post(user=reader, kind=Kind.RELEASED, about=ABOUT) is None
        assert post(reader, Kind.APPEAL).pk

    def test_the_same_letter_that_still_waits_is_written_once(self, reader):
        assert post(reader) == post(reader)
        letters.send_due()
        post(reader)
        assert Letter.objects.count() == 2

    def test_it_is_gone_with_the_transaction_it_belongs_to(self, reader):
        with transaction.atomic():
            post(reader)
            transaction.set_rollback(True)
        assert not Letter.objects.exists()

    def test_a_worker_is_told_after_the_commit(self, reader, monkeypatch, django_capture_on_commit_callbacks):
        rung = []
        monkeypatch.setattr("accounts.tasks.send_letters.delay", lambda: rung.append(True))
        with django_capture_on_commit_callbacks(execute=True):
            post(reader)
            assert not rung
        assert rung == [True]

    def test_a_broker_that_is_away_is_no_trouble(self, reader, monkeypatch, django_capture_on_commit_callbacks):
        def away():
            raise OSError("no route")

        monkeypatch.setattr("accounts.tasks.send_letters.delay", away)
        with django_capture_on_commit_callbacks(execute=True):
            post(reader)
        assert Letter.objects.count() == 1


class TestSending:
    def test_each_goes_out_once(self, reader):
        for letter in of_each_kind(reader):
            assert letter.sent_at is None
        count = Letter.objects.count()
        assert letters.send_due() == count
        assert letters.send_due() == 0
        assert len(outbox.outbox) == count
        assert not Letter.objects.filter(sent_at__isnull=True).exists()

    def test_a_guardians_link_is_kept_no_longer_than_it_takes(self, reader):
        of_each_kind(reader)
        letters.send_due()
        assert list(Letter.objects.filter(kind=Kind.GUARDIAN).values_list("about", flat=True)) == [{}, {}]

    def test_a_failure_is_tried_again_later_each_time_after_a_longer_pause(self, reader, monkeypatch):
        post(reader)
        broken(monkeypatch)
        pauses = []
        for _ in range(letters.ATTEMPTS):
            Letter.objects.update(next_at=timezone.now())
            assert [letters.send_due(), letters.send_due()] == [0, 0]  # not before its time
            pauses.append(round((Letter.objects.get().next_at - timezone.now()) / timedelta(minutes=1)))
        assert pauses == [1, 2, 4, 8, 16, 32, 64, 128]
        Letter.objects.update(next_at=timezone.now())
        monkeypatch.undo()
        assert letters.send_due() == 0  # given up
        assert "the server is away" in Letter.objects.get().trouble

    def test_once_the_server_is_back_it_goes_out(self, reader, monkeypatch):
        post(reader)
        broken(monkeypatch)
        letters.send_due()
        monkeypatch.undo()
        Letter.objects.update(next_at=timezone.now())
        assert letters.send_due() == 1
        assert (Letter.objects.get().trouble, Letter.objects.get().attempts) == ("", 2)

    def test_one_that_cannot_be_written_does_not_hold_up_the_others(self, reader):
        Letter.objects.create(user=reader, kind="nonsense", about={})
        post(reader)
        assert letters.send_due() == 1
        assert "TemplateDoesNotExist" in Letter.objects.get(kind="nonsense").trouble

    def test_a_worker_killed_in_between_sends_it_once_more_and_no_oftener(self, reader, monkeypatch):
        post(reader)

        class Killed(BaseException):
            pass

        save = Letter.save

        def die(self, **fields):
            raise Killed

        monkeypatch.setattr(Letter, "save", die)
        with pytest.raises(Killed):
            letters.send_due()
        monkeypatch.setattr(Letter, "save", save)
        assert letters.send_due() == 1
        assert letters.send_due() == 0
        assert len(outbox.outbox) == 2

    def test_a_server_that_is_away_is_asked_once_in_a_run(self, reader, monkeypatch):
        for number in range(3):
            post(reader, piece=f"Piece {number}")
        broken(monkeypatch)
        letters.send_due()
        assert sorted(Letter.objects.values_list("attempts", flat=True)) == [0, 0, 1]

    def test_what_was_sent_long_ago_is_forgotten(self, reader):
        post(reader)
        letters.send_due()
        assert letters.forget_old() == 0
        Letter.objects.update(sent_at=timezone.now() - letters.KEPT - timedelta(minutes=1))
        assert letters.forget_old() == 1


def broken(monkeypatch) -> None:
    def fail(self, *_, **__):
        raise smtplib.SMTPServerDisconnected("the server is away")

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", fail)


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_letter_once(cast, monkeypatch):
    for number in range(6):
        post(cast.student, piece=f"Piece {number}")
    start, sent = threading.Barrier(2), []
    send = outbox.EmailMultiAlternatives.send

    def slowly(self, *args, **kwargs):
        threading.Event().wait(0.05)
        return send(self, *args, **kwargs)

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", slowly)

    def work():
        start.wait(10)
        try:
            sent.append(letters.send_due())
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sum(sent) == 6
    assert all(sent)
    assert len({message.subject for message in outbox.outbox}) == len(outbox.outbox) == 6


class TestSmtp:
    @pytest.fixture(autouse=True)
    def by_smtp(self, settings):
        settings.EMAIL_BACKEND = env.mail_backend("EMAIL_BACKEND_OF_NOBODY", "smtp")
        settings.EMAIL_HOST, settings.EMAIL_TIMEOUT = "127.0.0.1", 5
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""

    def test_a_server_gets_both_parts_and_the_headers(self, reader, settings):
        with postman.listening() as server:
            settings.EMAIL_PORT = server.port
            post(reader, piece="Für Elise")
            assert letters.send_due() == 1
        (message,) = server.taken
        assert server.to == ["ana@example.org"]
        assert message["Subject"] == "Your result for Für Elise is here"
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
        assert f"{SITE}/submissions/1/" in message.get_body(("plain",)).get_content()

    def test_a_server_that_takes_nothing_leaves_the_letter_waiting(self, reader, settings):
        with postman.listening(refuses=True) as server:
            settings.EMAIL_PORT = server.port
            post(reader)
            assert letters.send_due() == 0
        assert "this letter box is full" in Letter.objects.get().trouble

    def test_a_server_that_is_away_leaves_it_too(self, reader, settings):
        with postman.listening() as server:
            settings.EMAIL_PORT = server.port
        post(reader)
        assert letters.send_due() == 0
        assert "refused" in Letter.objects.get().trouble


class TestOccasions:
    def kinds(self) -> list[str]:
        return list(Letter.objects.order_by("pk").values_list("kind", flat=True))

    def release(self, submission, teacher, level=6, seen=None, answer=""):
        return marking.release(
            submission=submission, teacher=teacher, marks=Marks(level=level, answer=answer), autograde=None, seen=seen
        )

    def test_a_result(self, cast):
        submission = factories.submission(student=cast.student, assignment=cast.assignment)
        self.release(submission, cast.teacher)
        letter = Letter.objects.get()
        assert (letter.user, letter.kind) == (cast.student, Kind.RELEASED)
        assert letter.about["address"] == f"/submissions/{submission.pk}/"

    def test_the_first_of_two_markers_is_no_occasion(self, cast):
        submission = factories.submission(student=cast.student, assignment=cast.assignment, second=True)
        self.release(submission, cast.teacher)
        assert self.kinds() == []
        self.release(submission, cast.admin)
        assert self.kinds() == [Kind.RELEASED]

    def test_an_answer_to_an_appeal_is_one_letter_of_its_own(self, cast):
        submission = factories.submission(student=cast.student, assignment=cast.assignment)
        factories.result(submission.performance, rater=cast.teacher)
        factories.appeal(submission)
        self.release(submission, cast.admin, answer="The pulse is steady from the second line on.")
        assert self.kinds() == [Kind.APPEAL]

    def test_a_teacher_who_asks_for_another_recording(self, cast):
        submission = factories.submission(student=cast.student, assignment=cast.assignment)
        kind = Abstention.Kind.UNUSABLE
        marking.abstain(submission=submission, teacher=cast.teacher, kind=kind, reason="There is no sound at all.")
        letter = Letter.objects.get()
        assert (letter.kind, letter.about["why"]) == (Kind.PROBLEM, ["There is no sound at all."])
        assert letter.about["again"]

    def test_one_that_is_left_to_a_colleague_is_no_occasion(self, cast):
        submission = factories.submission(student=cast.student, assignment=cast.assignment)
        kind = Abstention.Kind.CONFLICT
        marking.abstain(submission=submission, teacher=cast.teacher, kind=kind, reason="She is my niece.")
        assert self.kinds() == []

    def test_a_recording_that_was_refused(self, cast):
        refused = factories.performance(
            player=cast.student, state=Performance.State.REFUSED, trouble="This file has no picture."
        )
        factories.submission(student=cast.student, assignment=cast.assignment, performance=refused)
        recording_refused.send(sender=Performance, performance=refused)
        assert Letter.objects.get().about["why"] == ["This file has no picture."]

    def test_one_that_nobody_has_handed_in_is_the_houses_own(self, cast):
        recording_refused.send(sender=Performance, performance=factories.performance(player=cast.student))
        assert self.kinds() == []


class TestDoctor:
    def test_all_well(self, reader, settings):
        (finding,) = health.mail()
        assert finding.well
        assert "0 to be sent" in finding.sentence

    def test_trouble_is_told_and_what_was_given_up(self, reader):
        post(reader)
        Letter.objects.update(attempts=letters.ATTEMPTS, trouble="SMTPServerDisconnected: gone")
        found = {finding.name: finding for finding in doctor.examine()}
        assert not found["mail trouble"].well
        assert "1 given up after 8 attempts" in found["mail trouble"].sentence
        assert "gone" in found["mail trouble"].sentence


class TestEnvironment:
    @pytest.mark.parametrize(
        ("value", "backend"),
        [
            ("console", "django.core.mail.backends.console.EmailBackend"),
            ("file", "django.core.mail.backends.filebased.EmailBackend"),
            ("smtp", "django.core.mail.backends.smtp.EmailBackend"),
            ("some.where.Backend", "some.where.Backend"),
        ],
    )
    def test_a_backend_by_its_word_or_its_path(self, monkeypatch, value, backend):
        monkeypatch.setenv("EMAIL_BACKEND", value)
        assert env.mail_backend("EMAIL_BACKEND", "file") == backend

    def test_another_word_stops_the_start(self, monkeypatch):
        monkeypatch.setenv("EMAIL_BACKEND", "pigeon")
        with pytest.raises(ImproperlyConfigured, match="console, file, smtp"):
            env.mail_backend("EMAIL_BACKEND", "file")

    def test_two_covers_stop_the_start(self, monkeypatch):
        monkeypatch.setenv("EMAIL_USE_TLS", "1")
        assert env.mail_cover() == (True, False)
        monkeypatch.setenv("EMAIL_USE_SSL", "1")
        with pytest.raises(ImproperlyConfigured, match="not both"):
            env.mail_cover()

    @pytest.mark.parametrize(
        "value", ["piano.example.org", "ftp://piano.example.org", "https://", "https://a.org/?b=1"]
    )
    def test_an_address_must_be_one(self, monkeypatch, value):
        monkeypatch.setenv("SITE_URL", value)
        with pytest.raises(ImproperlyConfigured, match="SITE_URL must be an address"):
            env.address("SITE_URL", "")

    def test_a_slash_at_its_end_is_left_out(self, monkeypatch):
        monkeypatch.setenv("SITE_URL", "https://piano.example.org/")
        assert env.address("SITE_URL", "") == "https://piano.example.org"
