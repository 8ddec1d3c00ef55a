"""The catalogues of words: what the source says, taken out by machine, and what translators make of it.

One catalogue for pages (`django`) and one for scripts (`djangojs`) per language, under platform/locale. Babel reads and
writes them, because GNU gettext is not on every machine.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation import to_locale
from django.utils.translation.template import templatize

ROOT = Path(settings.ROOT)
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
# What people read is in these; commands, the launcher and the demo speak English to whoever runs the house.
PYTHON = ("platform", "grading")
SILENT = ("/migrations/", "/management/", "/launcher/", "/demo/")
DOMAINS = ("django", "djangojs")


def source(domain: str) -> Catalog:
    """Everything that is marked in the source, in its English words."""
    catalogue = Catalog(project="Clavier", charset="utf-8")
    for path, code, method in sorted(_files(domain), key=lambda each: each[0]):
        for _, words, comments, context in extract(method, BytesIO(code.encode()), KEYWORDS, ["Translators:"], {}):
            catalogue.add(words, locations=[(str(path.relative_to(ROOT)), 0)], auto_comments=comments, context=context)
    return catalogue


def _files(domain: str) -> Iterator[tuple[Path, str, str]]:
    if domain == "djangojs":
        for path in (ROOT / "static/js").rglob("*.*js"):
            yield path, path.read_text(), "javascript"
        return
    for folder in PYTHON:
        for path in (ROOT / folder).rglob("*.py"):
            if not any(part in path.as_posix() for part in SILENT):
                yield path, path.read_text(), "python"
    for path in (ROOT / "templates").rglob("*.*"):
        # In brackets, where Python knows no indentation.
        yield path, f"({templatize(path.read_text())})", "python"


def path_of(language: str, domain: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / to_locale(language) / "LC_MESSAGES" / f"{domain}.po"


def read(language: str, domain: str) -> Catalog:
    path = path_of(language, domain)
    if not path.exists():
        return Catalog(locale=to_locale(language), project="Clavier", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=to_locale(language))


def update(language: str, domain: str) -> Catalog:
    """Bring the catalogue up to the source: new words without a translation, those gone left out."""
    catalogue = read(language, domain)
    catalogue.update(source(domain), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    write(catalogue, language, domain)
    return catalogue


def write(catalogue: Catalog, language: str, domain: str) -> None:
    path = path_of(language, domain)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.header_comment = f"# What Clavier says, in {dict(settings.LANGUAGES)[language]}."
    with path.open("wb") as file:
        write_po(file, catalogue, omit_header=False, include_lineno=False, sort_output=True, width=120)


def missing(catalogue: Catalog) -> list[Message]:
    """What has no translation yet, or none for one of its plurals."""
    return [message for message in catalogue if message.id and not _complete(message)]


def _complete(message: Message) -> bool:
    given = message.string if isinstance(message.string, list | tuple) else [message.string]
    return bool(given) and all(given) and not message.fuzzy


def translators() -> list[str]:
    """The languages that need a catalogue: all but the one that the source is written in."""
    return [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
