"""The first sheet of an .xlsx file, which is a zip of XML, as plain text. Bounded, and without document types."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

MOST_BYTES = 16 << 20  # of one part, unpacked; PISA's largest has 0.6 MB
SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
SHEET, WORDS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"


class SpreadsheetError(ValueError):
    """The file is no spreadsheet that can be read; the message says why."""


def read(path: Path) -> list[dict[str, str]]:
    """The rows that hold anything, each as column letter → text. Raises SpreadsheetError."""
    try:
        with zipfile.ZipFile(path) as package:
            words = _words(_part(package, WORDS)) if WORDS in package.namelist() else []
            rows = [_row(row, words) for row in _part(package, SHEET).iter(f"{SPACE}row")]
    except (zipfile.BadZipFile, zlib.error, OSError, KeyError, NotImplementedError, RuntimeError) as error:
        raise SpreadsheetError(f"{Path(path).name} is no spreadsheet that can be read.") from error
    except (ElementTree.ParseError, UnicodeDecodeError, ValueError, IndexError) as error:
        if isinstance(error, SpreadsheetError):
            raise
        raise SpreadsheetError(f"{Path(path).name} is damaged.") from error
    found = [row for row in rows if row]
    if not found:
        raise SpreadsheetError(f"{Path(path).name} is empty.")
    return found


def _part(package: zipfile.ZipFile, name: str) -> Element:
    """One XML part. A document type, with which a small file can grow without end, is refused before it is parsed."""
    with package.open(name) as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise SpreadsheetError(f"Its part {name} unpacks to more than {MOST_BYTES >> 20} MB.")
    text = data.decode("utf-8-sig")  # another encoding could hide what is looked for here
    if "\0" in text or "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise SpreadsheetError(f"Its part {name} declares a document type, which no spreadsheet needs.")
    return ElementTree.fromstring(text)


def _words(root: Element) -> list[str]:
    return [_text(item) for item in root.iter(f"{SPACE}si")]


def _row(row: Element, words: list[str]) -> dict[str, str]:
    return {column: text for column, text in _cells(row, words) if text}


def _cells(row: Element, words: list[str]) -> Iterator[tuple[str, str]]:
    for cell in row.iter(f"{SPACE}c"):
        column = re.sub(r"\d", "", cell.get("r", ""))
        value = cell.findtext(f"{SPACE}v", "")
        if cell.get("t") == "s" and value:
            place = int(value)
            if place < 0:
                raise SpreadsheetError("It refers to a text it does not hold.")
            value = words[place]
        elif cell.get("t") == "inlineStr":
            value = _text(cell)
        yield column, value


def _text(element: Element) -> str:
    return "".join(part.text or "" for part in element.iter(f"{SPACE}t"))
