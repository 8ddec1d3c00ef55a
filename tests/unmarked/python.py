"""Sentences of the Python code that a person reads and that no translator is given.

By what a string looks like (a capital letter, a space, a full stop), and by where it stands: a label, a help text, the
label of a choice, what a refusal or a message says.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

MARKS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
# What is said to whoever runs the house, and to programs; the card of a model, which engineers hand on.
SILENT = (
    "/migrations/",
    "/management/",
    "/launcher/",
    "/demo/",
    "/config/",
    "/core/doctor.py",
    "/api/serializers.py",
    "/lab/cards.py",
)
SENTENCE = re.compile(r"[A-Z\u201c%{][^<>{}=]* .*[.!?\u2026]\Z", re.DOTALL)
WORDS = re.compile(r"[^\W\d_]{2,}")
READ = {"label", "help_text", "placeholder", "empty_label", "sentence", "verbose_name"}
SAYING = re.compile(r"(messages\.\w+|\w*(Refused|ValidationError|NotReady|NotAsked|Held|Conflict|Unprocessable))\Z")
# The log of a training is for whoever runs the house, too.
LOGS = re.compile(r"((logger|logging)\.\w+|_log)\Z")
# Errors of programmers and of the house, which nobody reads on a page; why a job is given back, for the doctor.
INNER = {"ValueError", "TypeError", "RuntimeError", "OSError", "LeaseLost", "IncompleteTable", "give_back", "fail"}


def unmarked(source: str) -> Iterator[tuple[int, str]]:
    """(line, text) of everything that no translator is given."""
    tree = ast.parse(source)
    left_alone = {id(node) for node in _not_read(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _said(node, left_alone)
        elif isinstance(node, ast.ClassDef) and any("Choices" in ast.unparse(base) for base in node.bases):
            yield from _labels(node, left_alone)
        elif isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in left_alone and _is_sentence(node):
            yield node.lineno, _text(node)


def files(*roots: Path) -> Iterator[Path]:
    for root in roots:
        yield from (path for path in sorted(root.rglob("*.py")) if not any(part in path.as_posix() for part in SILENT))


def _not_read(tree: ast.Module) -> Iterator[ast.AST]:
    """What is marked, documents, is logged or tells a programmer, with everything inside; pieces of longer strings."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (_name(node.func) in MARKS | INNER or LOGS.match(ast.unparse(node.func))):
            yield from ast.walk(node)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield from (part for part in node.values if isinstance(part, ast.Constant))
        elif isinstance(node, ast.FunctionDef) and node.name in ("__str__", "__repr__"):
            yield from ast.walk(node)


def _said(call: ast.Call, left_alone: set[int]) -> Iterator[tuple[int, str]]:
    """Texts of a message, a refusal or a field, however short."""
    read = [keyword.value for keyword in call.keywords if keyword.arg in READ]
    if SAYING.match(ast.unparse(call.func)):
        read += call.args
    for node in read:
        if isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in left_alone and WORDS.search(_text(node)):
            yield node.lineno, _text(node)


def _labels(choices: ast.ClassDef, left_alone: set[int]) -> Iterator[tuple[int, str]]:
    """Labels of choices; those of a Kind are names for programs."""
    for line in choices.body:
        if isinstance(line, ast.Assign) and isinstance(line.value, ast.Tuple) and len(line.value.elts) == 2:
            label = line.value.elts[1]
            if isinstance(label, ast.Constant) and id(label) not in left_alone:
                yield label.lineno, str(label.value)


def _is_sentence(node: ast.Constant | ast.JoinedStr) -> bool:
    return SENTENCE.match(_text(node)) is not None


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def _text(node: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "%" for part in node.values)
    return node.value if isinstance(node.value, str) else ""
