"""Foreign pickles, read without unpickling: plain values and arrays of numbers, and nothing else.

A pickle is a program. This reader does not run it: it walks through its instructions one by one, knows the few that
build plain values, and recognises numpy's way of writing an array by its names alone. No name is ever imported and no
foreign callable called, so a hostile file can do nothing but be refused.
"""

from __future__ import annotations

import math
import pickletools
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

MOST_BYTES = 16 << 20  # of a file; PISA's largest has 0.7 MB
NUMBERS = re.compile(r"[<>=|]?[biuf][1248]")  # dtypes of plain numbers
MOST_AXES = 8

DTYPE, ARRAY, REBUILD, SCALAR, ENCODE = "dtype", "ndarray", "_reconstruct", "scalar", "encode"
NAMES = {
    "numpy dtype": DTYPE,
    "numpy ndarray": ARRAY,
    **{f"numpy.{core}.multiarray _reconstruct": REBUILD for core in ("core", "_core")},
    **{f"numpy.{core}.multiarray scalar": SCALAR for core in ("core", "_core")},
    "_codecs encode": ENCODE,  # how old protocols write bytes
}
LITERALS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
VALUES = {
    "INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT",
    "UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8", "BINBYTES", "SHORT_BINBYTES", "BINBYTES8",
}  # fmt: skip
PUTS = {"PUT", "BINPUT", "LONG_BINPUT"}
GETS = {"GET", "BINGET", "LONG_BINGET"}
IGNORED = {"PROTO", "FRAME"}


class UnpickleError(ValueError):
    """The pickle holds something else than plain values and arrays of numbers, or is damaged; the message says what."""


class Name:
    """A name the pickle mentions, known to this reader; it is never looked up."""

    def __init__(self, kind: str) -> None:
        self.kind = kind


class Blank:
    """An array or dtype whose contents come with a later instruction."""

    def __init__(self, kind: str, code: str = "") -> None:
        self.kind, self.code = kind, code
        self.places: list[int] = []  # in the memory


def read(path: Path) -> Any:
    """The value in the file. Raises UnpickleError, also where the file is missing or larger than MOST_BYTES."""
    try:
        with Path(path).open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UnpickleError(f"{Path(path).name} cannot be read: {error.strerror}.") from error
    try:
        return loads(data)
    except UnpickleError as error:
        raise UnpickleError(f"{Path(path).name} is refused: {error}") from error


def loads(data: bytes) -> Any:
    """The value in the bytes: None, bool, int, float, str, bytes, tuple, list, dict, arrays of numbers (read-only).

    Raises UnpickleError.
    """
    if len(data) > MOST_BYTES:
        raise UnpickleError(f"It is larger than {MOST_BYTES >> 20} MB.")
    reader = Reader()
    for word, argument in _instructions(data):
        if word == "STOP":
            return reader.result()
        reader.follow(word, argument)
    raise UnpickleError("It ends too early.")


def _instructions(data: bytes) -> Iterator[tuple[str, Any]]:
    try:
        for instruction, argument, _ in pickletools.genops(data):
            yield instruction.name, argument
    except (ValueError, OverflowError, AttributeError, Warning) as error:
        if isinstance(error, UnpickleError):
            raise
        raise UnpickleError("It is damaged, or no pickle at all.") from error


class Reader:
    """The stack and the memory of one pickle."""

    def __init__(self) -> None:
        self.stack: list[Any] = []
        self.marks: list[int] = []
        self.memo: dict[int, Any] = {}

    def result(self) -> Any:
        if len(self.stack) != 1 or self.marks:
            raise UnpickleError("It is damaged: something is left over at its end.")
        return plain(self.pop())

    def follow(self, word: str, argument: Any) -> None:
        """Do one instruction. Raises UnpickleError for one that does not build a plain value."""
        if word in IGNORED:
            return
        if word in LITERALS:
            self.stack.append(LITERALS[word])
        elif word in VALUES:
            self.stack.append(argument)
        elif word in PUTS:
            self.keep(int(argument))
        elif word in GETS:
            if int(argument) not in self.memo:
                raise UnpickleError("It is damaged: it asks for a value it never kept.")
            self.stack.append(self.memo[int(argument)])
        elif word in ACTIONS:
            ACTIONS[word](self)
        elif word == "GLOBAL":
            self.stack.append(name(argument))
        else:
            raise UnpickleError(f"It holds the instruction {word}, which no plain value needs.")

    def top(self) -> Any:
        if len(self.stack) <= (self.marks[-1] if self.marks else 0):
            raise UnpickleError("It is damaged: a value is missing.")
        return self.stack[-1]

    def pop(self) -> Any:
        value = self.top()
        self.stack.pop()
        return value

    def mark(self) -> None:
        self.marks.append(len(self.stack))

    def since_mark(self) -> list[Any]:
        if not self.marks:
            raise UnpickleError("It is damaged: a mark is missing.")
        begin = self.marks.pop()
        values = self.stack[begin:]
        del self.stack[begin:]
        return values

    def keep(self, place: int) -> None:
        value = self.memo[place] = self.top()
        if isinstance(value, Blank):
            value.places.append(place)

    def memoize(self) -> None:
        self.keep(len(self.memo))

    def push(self, value: Any) -> None:
        self.stack.append(value)

    def tuple_of(self, count: int) -> None:
        values = [self.pop() for _ in range(count)]
        self.push(tuple(reversed(values)))

    def extend(self, values: list[Any]) -> None:
        target = self.top()
        if type(target) is not list:
            raise UnpickleError("It is damaged: it adds to something that is no list.")
        target += [plain(value) for value in values]

    def fill(self, values: list[Any]) -> None:
        target = self.top()
        if type(target) is not dict or len(values) % 2:
            raise UnpickleError("It is damaged: it adds to something that is no dictionary.")
        for key, value in zip(values[::2], values[1::2], strict=True):
            target[hashable(key)] = plain(value)

    def begin_dict(self) -> None:
        values = self.since_mark()
        self.push({})
        self.fill(values)

    def stack_global(self) -> None:
        word, module = self.pop(), self.pop()
        self.push(name(f"{module} {word}" if type(module) is str and type(word) is str else ""))

    def reduce(self) -> None:
        words, called = self.pop(), self.pop()
        if not isinstance(called, Name) or type(words) is not tuple or called.kind not in CALLS:
            raise UnpickleError("It calls something that is no array, and is not obeyed.")
        self.push(CALLS[called.kind](words))

    def build(self) -> None:
        """Fill the blank on the stack, and wherever it is remembered."""
        state, blank = self.pop(), self.pop()
        if not isinstance(blank, Blank) or type(state) is not tuple:
            raise UnpickleError("It sets the inside of something that is no array, and is not obeyed.")
        if blank.kind == DTYPE:
            set_order(blank, state)
            self.push(blank)
            return
        made = array(state)
        self.push(made)
        for place in blank.places:
            if self.memo[place] is blank:
                self.memo[place] = made


def name(text: str) -> Name:
    if text not in NAMES:
        asked = text.replace(" ", ".")[:80]
        raise UnpickleError(f"It asks for '{asked}', which is neither an array nor a plain value.")
    return Name(NAMES[text])


def plain(value: Any) -> Any:
    """The value itself, unless it is a name or a blank, which are no values."""
    if isinstance(value, Name | Blank):
        raise UnpickleError("It is damaged: an array in it was begun and never filled.")
    return value


def hashable(key: Any) -> Any:
    """The key, where it is a short one: a deep tuple would take for ever to hash."""
    flat = key if type(key) is tuple else (key,)
    if not all(type(part) in (str, bytes, int, float, bool) for part in flat):
        raise UnpickleError("It holds a dictionary whose keys are not plain.")
    return key


def call_dtype(words: tuple[Any, ...]) -> Blank:
    if not words or type(words[0]) is not str or not NUMBERS.fullmatch(words[0]):
        raise UnpickleError("It holds an array of something else than numbers.")
    return Blank(DTYPE, words[0])


def call_rebuild(words: tuple[Any, ...]) -> Blank:
    if len(words) != 3 or not isinstance(words[0], Name) or words[0].kind != ARRAY:
        raise UnpickleError("It begins an array that is none of numpy's own.")
    return Blank(ARRAY)


def call_scalar(words: tuple[Any, ...]) -> int | float | bool:
    if len(words) != 2:
        raise UnpickleError("It holds a number in a form that is not known.")
    numbers = numbers_in(words[1], words[0])
    if len(numbers) != 1:
        raise UnpickleError("It holds a number in a form that is not known.")
    return numbers[0].item()  # type: ignore[no-any-return]


def call_encode(words: tuple[Any, ...]) -> bytes:
    if len(words) != 2 or type(words[0]) is not str or words[1] != "latin1":
        raise UnpickleError("It holds bytes in a form that is not known.")
    try:
        return words[0].encode("latin1")
    except UnicodeEncodeError as error:
        raise UnpickleError("It holds bytes in a form that is not known.") from error


def set_order(blank: Blank, state: tuple[Any, ...]) -> None:
    """A dtype's state: its byte order, and nothing of fields or objects."""
    if len(state) < 8 or state[1] not in ("<", ">", "=", "|") or state[2:5] != (None, None, None):
        raise UnpickleError("It holds an array of something else than numbers.")
    blank.code = state[1] + blank.code.lstrip("<>=|")


def array(state: tuple[Any, ...]) -> np.ndarray:
    """An array's state: version, shape, dtype, whether columns come first, bytes."""
    if len(state) != 5 or type(state[1]) is not tuple or len(state[1]) > MOST_AXES or type(state[3]) is not bool:
        raise UnpickleError("It holds an array in a form that is not known.")
    _, shape, kind, columns_first, data = state
    if not all(type(length) is int and length >= 0 for length in shape):
        raise UnpickleError("It holds an array whose shape is not one.")
    numbers = numbers_in(data, kind)
    if math.prod(shape) != len(numbers):
        raise UnpickleError("It holds an array that is not as large as it says.")
    return numbers.reshape(shape, order="F" if columns_first else "C")


def numbers_in(data: Any, kind: Any) -> np.ndarray:
    """`[n]` numbers that share the memory of `data`: however often they are built, nothing is allocated."""
    if not isinstance(kind, Blank) or kind.kind != DTYPE or type(data) is not bytes:
        raise UnpickleError("It holds an array of something else than numbers.")
    try:
        return np.frombuffer(data, np.dtype(kind.code))
    except (ValueError, TypeError) as error:
        raise UnpickleError("It holds an array that is not as large as it says.") from error


CALLS: dict[str, Callable[[tuple[Any, ...]], Any]] = {
    DTYPE: call_dtype,
    REBUILD: call_rebuild,
    SCALAR: call_scalar,
    ENCODE: call_encode,
}
ACTIONS: dict[str, Callable[[Reader], None]] = {
    "MARK": Reader.mark,
    "MEMOIZE": Reader.memoize,
    "EMPTY_DICT": lambda reader: reader.push({}),
    "EMPTY_LIST": lambda reader: reader.push([]),
    "EMPTY_TUPLE": lambda reader: reader.push(()),
    "TUPLE1": lambda reader: reader.tuple_of(1),
    "TUPLE2": lambda reader: reader.tuple_of(2),
    "TUPLE3": lambda reader: reader.tuple_of(3),
    "TUPLE": lambda reader: reader.push(tuple(reader.since_mark())),
    "LIST": lambda reader: reader.push([plain(value) for value in reader.since_mark()]),
    "DICT": Reader.begin_dict,
    "APPEND": lambda reader: reader.extend([reader.pop()]),
    "APPENDS": lambda reader: reader.extend(reader.since_mark()),
    "SETITEM": lambda reader: reader.fill([reader.pop(), reader.pop()][::-1]),
    "SETITEMS": lambda reader: reader.fill(reader.since_mark()),
    "STACK_GLOBAL": Reader.stack_global,
    "REDUCE": Reader.reduce,
    "BUILD": Reader.build,
}
