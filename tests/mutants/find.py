"""Find every permission check in the source, and write the same module without it.

A check is one of these, wherever it stands:

- a permission queryset: `Course.objects.taught_by(user)` becomes `Course.objects.all()`
- a demand: `require_admin(user)` is left out
- a fetch with permission: `get_course_for(request.user, pk)` is asked by somebody who may everything
- a question: `teaches(user, course)`, `sees_autograde(user, …)`, `user.is_admin` is answered with yes
- what is one's own: `Phrase.objects.filter(teacher=request.user)` loses its `teacher`
- what belongs to another thing: `get_object_or_404(course.invitations, …)` looks among those of all courses
- a refusal: `if …: raise Http404` that asks about a person never refuses
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# No person asks these for anything.
NOBODYS = {"migrations", "launcher", "demo", "management"}
SETS = {"of", "taught_by", "headed_by", "visible_to", "waiting_for"}
QUESTIONS = ("teaches", "studies", "heads", "sees_", "may_")
ADMIN = {"is_admin", "is_staff"}
LOOKUPS = {"filter", "get", "get_or_create", "get_object_or_404"}
ANYONE = "_anyone"  # a global that `apply` puts into the module: somebody who may everything


@dataclass(frozen=True)
class Mutant:
    """One check taken away. `function` is the qualified name of the function that holds it."""

    path: Path
    function: str
    line: int
    what: str
    index: int  # which node of the module, in the order of ast.walk

    @property
    def module(self) -> str:
        return ".".join(self.path.relative_to(ROOT / "platform").with_suffix("").parts).removesuffix(".__init__")

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line} {self.what}"


def sources() -> Iterator[Path]:
    for path in sorted((ROOT / "platform").rglob("*.py")):
        if not NOBODYS & set(path.parts):
            yield path


def mutants() -> list[Mutant]:
    return [mutant for path in sources() for mutant in _in(path)]


def _in(path: Path) -> Iterator[Mutant]:
    tree = ast.parse(path.read_text())
    functions = dict(_functions(tree))
    for index, node in enumerate(ast.walk(tree)):
        what = _what(node)
        if what and node in functions:
            yield Mutant(path, functions[node], getattr(node, "lineno", 0), what, index)


def _functions(node: ast.AST, name: str = "", inside: str = "") -> Iterator[tuple[ast.AST, str]]:
    """Every node that stands in a function, with the qualified name of the outermost function around it."""
    for child in ast.iter_child_nodes(node):
        if inside:
            yield child, inside
            yield from _functions(child, name, inside)
        elif isinstance(child, ast.FunctionDef):
            own = f"{name}{child.name}"
            for statement in child.body:
                yield statement, own
                yield from _functions(statement, f"{own}.<locals>.", own)
        else:
            yield from _functions(child, f"{name}{child.name}." if isinstance(child, ast.ClassDef) else name)


def _what(node: ast.AST) -> str:
    """What is checked here, in words; nothing for other code."""
    match node:
        case ast.Expr(value=ast.Call(func=ast.Name(id=name))) if name.startswith("require_"):
            return f"without {name}"
        case ast.Call(func=ast.Attribute(attr=name), args=[user]) if name in SETS and _is_person(user):
            return f"without .{name}"
        case ast.Call(func=ast.Name(id=name), args=[user, *_]) if name.startswith("get_") and _is_person(user):
            return f"{name} asked by anyone"
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name.startswith(QUESTIONS) and any(
            _is_person(argument) for argument in node.args
        ):
            return f"{name} answered with yes"
        case ast.Attribute(attr=name, ctx=ast.Load(), value=who) if name in ADMIN and _is_person(who):
            return f"{name} answered with yes"
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in LOOKUPS and _own(node):
            return f"{name} without {_own(node)}"
        case ast.If(body=[ast.Raise(exc=ast.Name(id="Http404"))], orelse=[]) if any(
            map(_is_person, ast.walk(node.test))
        ):
            return "without raise Http404"
        case ast.Call(func=ast.Name(id="get_object_or_404"), args=[ast.Attribute(attr=name), *_]) if name != "objects":
            return f"any of {name}"
    return ""


def _is_person(node: ast.AST) -> bool:
    match node:
        case ast.Name(id="user" | "teacher" | "student" | "head"):
            return True
        case ast.Attribute(attr="user", value=ast.Name(id="request") | ast.Attribute(attr="request")):
            return True
        case ast.Call(func=ast.Name(id="cast"), args=[_, inner]):
            return _is_person(inner)
    return False


def _own(call: ast.Call) -> str:
    return next((word.arg or "" for word in call.keywords if _is_person(word.value)), "")


def without(mutant: Mutant) -> ast.Module:
    """The module of the mutant, without its check."""
    tree = ast.parse(mutant.path.read_text())
    found = list(ast.walk(tree))[mutant.index]
    return ast.fix_missing_locations(_Without(found).visit(tree))


class _Without(ast.NodeTransformer):
    def __init__(self, found: ast.AST) -> None:
        self.found = found

    def visit(self, node: ast.AST) -> ast.AST:
        return self._replaced(node) if node is self.found else self.generic_visit(node)

    def _replaced(self, node: ast.AST) -> ast.AST:
        match node:
            case ast.Expr():
                new: ast.AST = ast.Pass()
            case ast.If():
                new = ast.If(ast.Constant(False), node.body, [])
            case ast.Attribute():
                new = ast.Constant(True)
            case ast.Call(func=ast.Attribute(attr=name, value=rows)) if name in SETS:
                new = ast.Call(ast.Attribute(rows, "all", ast.Load()), [], [])
            case ast.Call(func=ast.Name(id=name)) if name.startswith("get_") and name not in LOOKUPS:
                new = ast.Call(node.func, [ast.Name(ANYONE, ast.Load()), *node.args[1:]], node.keywords)
            case ast.Call(func=ast.Name(id="get_object_or_404"), args=[ast.Attribute() as rows, *_]) if not _own(node):
                everything = ast.Attribute(ast.Attribute(rows, "model", ast.Load()), "objects", ast.Load())
                new = ast.Call(node.func, [everything, *node.args[1:]], node.keywords)
            case ast.Call() if _own(node):
                new = ast.Call(node.func, node.args, [word for word in node.keywords if not _is_person(word.value)])
            case _:
                new = ast.Constant(True)
        return ast.copy_location(new, node)
