"""What the environment says of mail; a wrong word stops the start."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


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
