"""Typed readers of the environment: a wrong value stops the start with a sentence, never a surprise later."""

import os
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parents[2]
TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


@lru_cache
def running_site() -> dict[str, str]:
    """What the site on this machine was started with, so that a command in another shell speaks to the same one."""
    kept = Path(os.environ.get("CLAVIER_VAR") or ROOT / "var") / "environment"
    return dict(line.split("=", 1) for line in kept.read_text().splitlines()) if kept.exists() else {}


def text(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, running_site().get(name, default))
    if value is None:
        raise ImproperlyConfigured(f"Set {name} in the environment, or start the site with `make demo`.")
    return value


def flag(name: str, default: bool = False) -> bool:
    value = os.environ.get(name, str(default)).strip().lower()
    if value not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}.")
    return value in TRUE


def number(name: str, default: int, *, at_least: int = 0) -> int:
    value = os.environ.get(name, str(default))
    try:
        parsed = int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None
    if parsed < at_least:
        raise ImproperlyConfigured(f"{name} must be at least {at_least}, not {parsed}.")
    return parsed


def address(name: str, default: str) -> str:
    """Where a site is, without a slash at its end: `https://piano.example.org`."""
    value = text(name, default).rstrip("/")
    found = urlsplit(value)
    if found.scheme not in {"http", "https"} or not found.netloc or found.query or found.fragment:
        raise ImproperlyConfigured(f"{name} must be an address such as https://piano.example.org, not {value!r}.")
    return value


MAIL = {"console": "console", "file": "filebased", "smtp": "smtp"}


def mail_backend(name: str, default: str) -> str:
    """`console`, `file` or `smtp`; or the whole path of a backend, as Django has it."""
    value = text(name, default)
    if value in MAIL:
        return f"django.core.mail.backends.{MAIL[value]}.EmailBackend"
    if "." not in value:
        raise ImproperlyConfigured(f"{name} must be console, file, smtp or a path to a backend, not {value!r}.")
    return value


def mail_cover() -> tuple[bool, bool]:
    """Whether the talk with the mail server is covered by STARTTLS, or by TLS from its first byte; not by both."""
    tls, ssl = flag("EMAIL_USE_TLS"), flag("EMAIL_USE_SSL")
    if tls and ssl:
        raise ImproperlyConfigured("Set EMAIL_USE_TLS (port 587) or EMAIL_USE_SSL (port 465), not both.")
    return tls, ssl


def names(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def folder(name: str, default: Path) -> Path:
    return Path(os.environ.get(name, str(default))).resolve()


def database(name: str) -> dict[str, object]:
    """`postgres://user:password@host:port/name` as Django's DATABASES entry."""
    url = urlsplit(text(name))
    if url.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"{name} must begin with postgres://, not {url.scheme!r}.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.path.lstrip("/"),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": unquote(url.hostname or ""),
        "PORT": str(url.port or 5432),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
