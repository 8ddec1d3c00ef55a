"""Let the running site do without one check: the live function gets the code of the mutated one."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import reduce
from importlib import import_module
from inspect import unwrap
from types import CodeType, FunctionType
from typing import Any

from accounts.models import User
from tests.mutants.find import ANYONE, Mutant, without


@contextmanager
def applied(mutant: Mutant) -> Iterator[None]:
    function = live(mutant)
    original = function.__code__
    function.__globals__[ANYONE] = User(pk=0, is_staff=True, is_superuser=True)
    function.__code__ = _code(compile(without(mutant), str(mutant.path), "exec"), mutant.function)
    try:
        yield
    finally:
        function.__code__ = original


def live(mutant: Mutant) -> FunctionType:
    """The function as the site runs it, below its decorators."""

    def within(owner: Any, name: str) -> Any:
        return vars(owner)[name]

    found: Any = reduce(within, mutant.function.split("."), import_module(mutant.module))
    found = getattr(found, "fget", None) or getattr(found, "func", None) or getattr(found, "__func__", None) or found
    function = unwrap(found)
    assert isinstance(function, FunctionType), mutant
    return function


def _code(module: CodeType, name: str) -> CodeType:
    for constant in module.co_consts:
        if isinstance(constant, CodeType):
            if constant.co_qualname == name:
                return constant
            if name.startswith(f"{constant.co_qualname}."):
                return _code(constant, name)
    raise LookupError(name)
