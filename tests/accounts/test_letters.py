"""Letters: sent once, tried again, and told of where they cannot be sent."""

import smtplib
import threading
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.db import transaction
from django.utils import timezone

from accounts import health
from accounts.models import Letter
from accounts.services import letters
from config import env
from core import doctor
from tests.accounts import postman
from tests.accounts.posting import ABOUT, SITE, Kind, of_each_kind, post
from tests.races import at_once


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
    send = outbox.EmailMultiAlternatives.send

    def slowly(self, *args, **kwargs):
        threading.Event().wait(0.05)
        return send(self, *args, **kwargs)

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", slowly)

    sent = at_once(letters.send_due, letters.send_due)
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
