"""Sentences of the scripts that a person reads or hears and that no translator is given.

By what a string looks like (words with a space between, one of them in small letters), and by where it stands: what is
written into an element, an aria-label, what is said.
"""

import re
from collections.abc import Iterator

STRING = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|`(?:[^`\\]|\\.)*`', re.DOTALL)
PLACE = re.compile(r"\$\{(?:[^{}]|\{[^{}]*\})*\}")
SENTENCE = re.compile(r"\A[A-Z\u201c]?[^\W\d_]*[^<>=;{}\[\]#()]* [a-z]{2,}[^<>={};\[\]#()]*\Z")
WORDS = re.compile(r"[^\W\d_]{2,}")
# On the same line: names for the stylesheet and of drawings.
NAMES = re.compile(r"className|classList|preserveAspectRatio")
# Directly before a string: what makes it marked, what is never read, and what always is.
MARKED = re.compile(r"(?:gettext|pgettext|ngettext)\((?:[^()]*,)?\s*\Z")
NOT_READ = re.compile(
    r"(?:Error|warn|log|error|debug|querySelector(?:All)?|closest|matches|from|import|addEventListener|className ="
    r"|cssText =|font:|class:|d:|getElementById|matchMedia|transition =|Content-Type\":)\s*\(?\s*\Z"
)
READ = re.compile(
    r"(?:\.(?:textContent|innerText|ariaLabel|title|placeholder) =\s*|setAttribute\(\"aria-(?:label|valuetext)\",\s*"
    r"|\b(?:say|tell|announce)\(\s*)\Z"
)


def unmarked(source: str) -> Iterator[tuple[int, str]]:
    """(line, text) of everything that no translator is given."""
    for found in STRING.finditer(source):
        written = found[0]
        if written.startswith(("//", "/*")):
            continue
        text, before = PLACE.sub("%", written[1:-1]), source[max(0, found.start() - 200) : found.start()]
        if MARKED.search(before) or NOT_READ.search(before) or NAMES.search(before.rpartition("\n")[2]):
            continue
        if WORDS.search(text) and (READ.search(before) or SENTENCE.match(text)):
            yield source.count("\n", 0, found.start()) + 1, text
