import contextlib
import io
import os
import pickle
import pickletools
import struct

import numpy as np
import pytest

from ml.data import unpickle
from ml.data.unpickle import UnpickleError

RELEASED_LIKE = {
    (20, 0): {"frames": np.arange(160), "framerate": 29.97, "player_level": 6, "song_level": 5},
    (20, 1): {
        "frames": np.arange(160, 320),
        "framerate": np.float64(25.0),
        "player_level": np.int64(1),
        "song_level": 0,
    },
}


class Calls:
    """Pickles as a call of `function` with `words`."""

    def __init__(self, function, *words):
        self.function, self.words = function, words

    def __reduce__(self):
        return self.function, self.words


class Sets:
    """Pickles as an array whose inside is set to `state`."""

    def __init__(self, state):
        self.state = state

    def __reduce__(self):
        return np.empty(0).__reduce__()[0], (np.ndarray, (0,), b"b"), self.state


def written(value, protocol=2):
    """As numpy 1 wrote it: its private module had no underscore then."""
    return pickle.dumps(value, protocol)


@pytest.mark.parametrize("protocol", [1, 2, 3, 4])
def test_arrays_of_numbers_and_plain_values_come_through(protocol):
    value = [RELEASED_LIKE, ("a", b"b", 1.5, None, True, -3, 2**70), [], {}, (), {"é": [1, [2]]}]
    found = unpickle.loads(written(value, protocol))
    assert found[1:] == value[1:]
    assert found[0].keys() == RELEASED_LIKE.keys()
    assert np.array_equal(found[0][20, 1]["frames"], np.arange(160, 320))
    assert (found[0][20, 1]["framerate"], found[0][20, 1]["player_level"]) == (25.0, 1)


def test_arrays_keep_their_shape_order_and_byte_order():
    values = [np.arange(6).reshape(2, 3), np.asfortranarray(np.eye(3)), np.arange(4, dtype=">i2"), np.array(3.0)]
    values += [values[0], np.array([True, False])]  # the first once more, out of the pickle's memory
    for value, found in zip(values, unpickle.loads(written(values)), strict=True):
        assert value.shape == found.shape
        assert np.array_equal(value, found)


def test_the_name_of_numpys_private_module_may_be_the_old_one():
    old = written(np.arange(3)).replace(b"numpy._core.multiarray", b"numpy.core.multiarray")
    assert np.array_equal(unpickle.loads(old), np.arange(3))


@pytest.mark.parametrize("protocol", [0, 1, 2, 3, 4, 5])
def test_a_call_of_a_program_is_refused_and_nothing_runs(protocol, tmp_path):
    witness = tmp_path / "ran"
    for hostile in (
        Calls(os.system, f"touch {witness}"),
        Calls(eval, f"open({str(witness)!r}, 'w')"),
        Calls(exec, f"open({str(witness)!r}, 'w')"),
        Calls(getattr, "text", "format"),
        {(1, 0): {"frames": Calls(os.mkdir, str(witness))}},
    ):
        with pytest.raises(UnpickleError):
            unpickle.loads(pickle.dumps(hostile, protocol))
    assert not witness.exists()


def test_a_program_inside_an_array_is_refused_and_nothing_runs(tmp_path):
    witness = tmp_path / "ran"
    objects = np.array([Calls(os.mkdir, str(witness)), 1], dtype=object)
    inside = Sets((1, (1,), np.dtype("O"), False, [Calls(os.mkdir, str(witness))]))
    record = np.zeros(2, dtype=[("a", "i4"), ("b", "O")])
    for hostile in (objects, inside, record, np.array(["text"]), np.zeros(2, dtype="datetime64[s]")):
        with pytest.raises(UnpickleError, match=r"something else than numbers|which is neither"):
            unpickle.loads(written(hostile))
    assert not witness.exists()


def test_allowed_names_cannot_be_called_with_anything_else():
    array = np.dtype("i8")
    for hostile in (
        Calls(np.ndarray, (2**40,)),
        Calls(np.dtype, "(100000000,)i8"),
        Calls(np.dtype, "i8,O"),
        Calls(np.dtype, {"names": ["a"], "formats": ["O"]}),
        Calls(np.empty(0).__reduce__()[0], dict, (0,), b"b"),
        Calls(np.float64(1).__reduce__()[0], np.dtype("O"), b""),
        Calls(np.float64(1).__reduce__()[0], array, b"short"),
        Calls(np.float64(1).__reduce__()[0], array, bytes(16)),
        np.ndarray,
        np.dtype,
    ):
        with pytest.raises(UnpickleError):
            unpickle.loads(written(hostile))


def test_an_array_that_says_it_is_huge_allocates_nothing():
    for shape in ((2**40,), (-1,), (2**40, 0, 2**40, 5), (1,) * 40, ("1",)):
        with pytest.raises(UnpickleError):
            unpickle.loads(written(Sets((1, shape, np.dtype("i8"), False, bytes(8)))))


def test_many_arrays_of_the_same_bytes_share_them():
    data = bytes(1 << 20)
    found = unpickle.loads(written([Sets((1, (1 << 17,), np.dtype("i8"), False, data)) for _ in range(300)]))
    assert len(found) == 300
    assert all(np.shares_memory(found[0], other) for other in found[1:])


def test_an_array_that_is_never_filled_and_a_name_alone_are_no_values():
    rebuild = b"cnumpy._core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR".replace(b"S'b'", b"Vb")
    for hostile in (rebuild + b".", b"(lp0\n" + rebuild + b"a.", b"cnumpy\nndarray\n.", b"(cnumpy\nndarray\nI1\nd."):
        with pytest.raises(UnpickleError):
            unpickle.loads(hostile)


@pytest.mark.parametrize(
    "hostile",
    [
        b"",
        b".",
        b"N",
        b"K\x01K\x02.",
        b"(.",
        b"0.",
        b"}(K\x01u.",
        b"]\x85R.",
        b"N}b.",
        b"h\x05.",
        b"(t",
        b"t.",
        b"u.",
        b"e.",
        b"\x80\x04\x8c\x02os\x8c\x06system\x93.",
        b"\x80\x04K\x01K\x02\x93.",
        b"cos\nsystem\n.",
        b"ios\nsystem\n.",
        b"Pid\n.",
        b"\x82\x01.",
        b"}}}s.",
        b"]]]s.",
        b"B\xff\xff\xff\x7fabc.",
        b"\x8e" + struct.pack("<Q", 2**62) + b"abc.",
        b"\x8b\xff\xff\xff\x7f.",
        b"I" + b"9" * 10_000 + b"\n.",
        b"\xff\xfe not a pickle",
    ],
)
def test_what_is_damaged_or_strange_is_refused_with_a_sentence(hostile):
    with pytest.raises(UnpickleError, match=r"^It .*\.$"):
        unpickle.loads(hostile)


def test_every_cut_of_a_file_is_refused():
    whole = written(RELEASED_LIKE)
    for length in range(0, len(whole), 7):
        with pytest.raises(UnpickleError):
            unpickle.loads(whole[:length])


def test_a_key_that_would_take_for_ever_to_hash_is_refused():
    nested = b"K\x01" + b"".join(b"q" + bytes([n]) + b"h" + bytes([n]) + b"\x86" for n in range(60))
    with pytest.raises(UnpickleError, match="keys"):
        unpickle.loads(b"}" + nested + b"K\x01s.")


@pytest.mark.filterwarnings("ignore:invalid escape sequence")
def test_random_damage_never_raises_anything_else():
    whole, dice = written(RELEASED_LIKE), np.random.default_rng(5)
    for _ in range(1500):
        damaged = bytearray(whole)
        for place in dice.integers(0, len(whole), 3):
            damaged[place] = dice.integers(256)
        with contextlib.suppress(UnpickleError):
            unpickle.loads(bytes(damaged))


def test_a_file_that_is_too_large_or_missing_is_refused_by_its_name(tmp_path):
    large = tmp_path / "large.pkl"
    with large.open("wb") as file:
        file.truncate(unpickle.MOST_BYTES + 1)
    with pytest.raises(UnpickleError, match=r"large\.pkl is refused"):
        unpickle.read(large)
    with pytest.raises(UnpickleError, match=r"gone\.pkl cannot be read"):
        unpickle.read(tmp_path / "gone.pkl")


def test_every_instruction_is_either_known_or_refused():
    known = {*unpickle.LITERALS, *unpickle.VALUES, *unpickle.PUTS, *unpickle.GETS, *unpickle.IGNORED}
    known |= {*unpickle.ACTIONS, "GLOBAL", "STOP"}
    assert known <= {instruction.name for instruction in pickletools.opcodes}
    for instruction in pickletools.opcodes:
        if instruction.name not in known:
            with pytest.raises(UnpickleError, match="instruction"):
                unpickle.Reader().follow(instruction.name, None)


def test_pickles_own_reader_agrees():
    data = written(RELEASED_LIKE)
    theirs = pickle.load(io.BytesIO(data))
    ours = unpickle.loads(data)
    assert all(np.array_equal(theirs[key]["frames"], ours[key]["frames"]) for key in theirs)
