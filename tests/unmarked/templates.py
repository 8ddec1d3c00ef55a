"""Text of a template outside {% translate %} and {% blocktranslate %}.

Django's own lexer says what is a tag and what is text; what is left of a template without its tags is read as HTML.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from django.template.base import Lexer, Token, TokenType

READ = ("aria-label", "alt", "title", "placeholder", "aria-description", "aria-valuetext", "content")
LETTERS = re.compile(r"[^\W\d_]{2,}")
# Filters that put words of their own into a page, and an argument of an include that is text.
FILTERS = re.compile(r"\|(?:default|default_if_none|pluralize|yesno|join|cut|add):(?!_\()([\"'])(?P<words>.*?)\1")
BARE_PLURAL = re.compile(r"\|pluralize\b")
ARGUMENTS = re.compile(r"\b(?!template\b)\w+=([\"'])(?P<words>[^\"']*[^\W\d_]{2,}[^\"']* [^\"']*|[A-Z][a-z][^\"']*)\1")
FOR_SCRIPTS = {"true,false"}
# Names, and what is written the same in every language.
KEPT = re.compile(r"\b(Clavier|mp4|make doctor|kB|MB|GB|kHz|Hz|dB|ms|px)\b")
# Blocks of a template that hold no text: classes of the body.
SILENT = {"body_class"}


def unmarked(source: str) -> Iterator[tuple[int, str]]:
    """(line, text) of everything that no translator is given."""
    tokens = list(Lexer(source).tokenize())
    reader = _Reader(_html(tokens))
    yield from reader.found
    for token in tokens:
        if token.token_type in (TokenType.VAR, TokenType.BLOCK):
            yield from _in_tag(token)


def _html(tokens: list[Token]) -> str:
    """The template without its tags and without what is marked; every line stays where it is."""
    html, inside = [], ""
    for token in tokens:
        name = token.contents.partition(" ")[0] if token.token_type == TokenType.BLOCK else ""
        silent = name == "block" and token.contents.split()[1] in SILENT
        if not inside and (name in ("blocktranslate", "blocktrans", "comment") or silent):
            inside = f"end{name}"
        elif inside and name == inside:
            inside = ""
        is_text = token.token_type == TokenType.TEXT and not inside
        html.append(token.contents if is_text else "\n" * _lines(token))
    return "".join(html)


def _lines(token: Token) -> int:
    return token.contents.count("\n")


def _in_tag(token: Token) -> Iterator[tuple[int, str]]:
    if token.contents.startswith(("translate ", "blocktranslate", "url ", "static ", "load ", "extends ")):
        return
    for found in FILTERS.finditer(token.contents):
        if LETTERS.search(found["words"]) and found["words"] not in FOR_SCRIPTS:
            yield token.lineno, found["words"]
    if BARE_PLURAL.search(token.contents):
        yield token.lineno, "a plural glued by a filter"
    if token.contents.startswith("include "):
        for found in ARGUMENTS.finditer(token.contents):
            yield token.lineno, found["words"]


class _Reader(HTMLParser):
    """Collects the text and the attributes that are read or heard."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[int, str]] = []
        self.key = False  # inside <kbd>: the name of a key
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.key = self.key or tag == "kbd"
        for name, value in attrs:
            read = name in READ and not (tag == "meta" or tag == "link")
            if value and (read or (name.startswith("data-") and name.endswith(("-label", "-text", "-words-text")))):
                self._note(value)

    def handle_data(self, data: str) -> None:
        if self.cdata_elem is None and not self.key:
            self._note(data)

    def handle_endtag(self, tag: str) -> None:
        self.key = self.key and tag != "kbd"

    def _note(self, text: str) -> None:
        bare = " ".join(text.split())
        if LETTERS.search(KEPT.sub("", bare)):
            self.found.append((self.getpos()[0] + text[: len(text) - len(text.lstrip())].count("\n"), bare))
