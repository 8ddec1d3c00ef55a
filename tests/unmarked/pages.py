"""Text of an answer that no translator was asked about: every translation stands in ⟦brackets⟧, and all data too."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.http import HttpResponse
from django.utils import translation

from .templates import READ

OPEN, CLOSE = "⟦", "⟧"
LETTERS = re.compile(r"[^\W\d_¼-¾]{2,}")
INNERMOST = re.compile(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}")
# The same in every language: names, addresses, codes, digests, units.
KEPT = re.compile(
    r"\S+@\S+|\b[0-9a-f-]{8,}…?|\b[A-Z2-9]{8}\b|https?://\S+|English|Español|中文"
    r"|\b(Clavier|mp4|heads\+\w+|tiny|kB|MB|GB|kHz|Hz|dB|ms|px)\b"
)
# What is not for reading, or for programs.
UNREAD = ("script", "style", "code", "kbd", "pre")
# Elements that a translated sentence may hold; it ends with any other one.
INLINE = {"a", "b", "cite", "code", "em", "input", "kbd", "option", "q", "select", "span", "strong", "time"}
# What scripts show of the data that a page brings along, and of an answer in JSON.
SHOWN = {"sentence", "label", "group", "words", "title", "alt", "hint"}
# Free text of people; what a program writes is left as it is.
WRITTEN = {
    "accounts.User": ("name",),
    "courses.Course": ("name", "description"),
    "courses.Piece": ("title", "composer"),
    "courses.Assignment": ("instructions",),
    "grading.Rubric": ("name", "description"),
    "grading.Criterion": ("name", "descriptor"),
    "grading.Technique": ("name",),
    "grading.Performance": ("piece", "source_name"),
    "grading.Rating": ("comment", "reason"),
    "grading.Remark": ("text",),
    "grading.ModelVersion": ("variant",),
    "reviews.Phrase": ("text",),
    "reviews.Pack": ("name",),
    "reviews.Anchor": ("note",),
    "submissions.Appeal": ("reason", "answer"),
}


def bracket_translations(monkeypatch: Any) -> None:
    """From now on every translation is its English words in brackets."""

    def one(message: str) -> str:
        return f"{OPEN}{message}{CLOSE}" if message else ""

    def many(singular: str, plural: str, number: float) -> str:
        return one(singular if number == 1 else plural)

    real = translation._trans
    monkeypatch.setattr(real, "gettext", one, raising=False)
    monkeypatch.setattr(real, "ngettext", many, raising=False)
    monkeypatch.setattr(real, "pgettext", lambda context, message: one(message), raising=False)
    monkeypatch.setattr(real, "npgettext", lambda context, *message: many(*message), raising=False)


def bracket_data() -> None:
    """What people have written stands in brackets, too, so that it hides no word of ours."""
    for label, names in WRITTEN.items():
        for name in names:
            rows: models.QuerySet[Any] = apps.get_model(label)._default_manager.exclude(**{name: ""})
            rows.update(**{name: Concat(Value(OPEN), F(name), Value(CLOSE), output_field=models.TextField())})


def unmarked(response: HttpResponse) -> list[str]:
    kind, text = response.get("Content-Type", ""), response.content.decode()
    if "json" in kind:
        return [said for said in _shown(json.loads(text)) if _plain(said)]
    if "html" not in kind:
        return []
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return [said for said in reader.said if _plain(said)]


def _plain(text: str) -> bool:
    while INNERMOST.search(text):
        text = INNERMOST.sub("", text)
    return bool(LETTERS.search(KEPT.sub("", text)))


def _shown(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        for name, value in data.items():
            if isinstance(value, str) and name in SHOWN:
                yield value
            yield from _shown(value)
    elif isinstance(data, list):
        for value in data:
            yield from _shown(value)


class _Reader(HTMLParser):
    """What is read or heard of a page: text, attributes that are read, and what its scripts are given to show."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._line: list[str] = []
        self._within: list[str] = []
        self._json = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._end_unless_inline(tag)
        if not self._within:
            self.said += [value for name, value in attrs if value and name in READ and tag not in ("meta", "link")]
        # What says of itself that it is English, as a model's card does, is so in every language.
        english = tag != "html" and given.get("lang") == "en"
        if tag in UNREAD or english or tag in self._within[-1:]:
            self._within.append(tag)
            self._json = given.get("type") == "application/json"

    def handle_endtag(self, tag: str) -> None:
        self._end_unless_inline(tag)
        if self._within and self._within[-1] == tag:
            self._within.pop()

    def handle_data(self, data: str) -> None:
        if not self._within:
            self._line.append(data)
        elif self._within[-1] == "script" and self._json:
            self.said += _shown(json.loads(data))

    def close(self) -> None:
        super().close()
        self._end_unless_inline("html")

    def _end_unless_inline(self, tag: str) -> None:
        if tag not in INLINE:
            self.said.append(" ".join("".join(self._line).split()))
            self._line = []
