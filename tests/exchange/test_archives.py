"""A stranger's archive: what it says of itself is not believed, and nothing of it lies outside of its folder."""

import io
import shutil
import stat
import struct
import zipfile
from collections import namedtuple

import pytest

from grading.exchange import archives
from grading.exchange.rows import Wrong


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "laid"
    path.mkdir()
    return path


def archive(tmp_path, *entries, squeeze=zipfile.ZIP_STORED):
    path = tmp_path / "sent.zip"
    with zipfile.ZipFile(path, "w", squeeze) as package:
        for name, data in entries:
            package.writestr(name, data)
    return path


def refused(path, folder, alone="manifest.jsonl", **told) -> str:
    with pytest.raises(Wrong) as wrong:
        archives.unpack(path, folder, alone=alone, **told)
    return wrong.value.code


def test_what_is_packed_is_the_same_file_at_any_time_of_day(tmp_path):
    tables = tmp_path / "tables"
    (tables / "data").mkdir(parents=True)
    (tables / "data" / "b.txt").write_text("b")
    (tables / "a.txt").write_text("a")
    film = tmp_path / "film"
    film.write_bytes(b"film")
    made = []
    for name in ("one.zip", "two.zip"):
        archives.pack(tables, {"media/x.mp4": film}, tmp_path / name)
        made.append((tmp_path / name).read_bytes())
        (tables / "a.txt").touch()
    assert made[0] == made[1]
    with zipfile.ZipFile(tmp_path / "one.zip") as package:
        assert package.namelist() == ["a.txt", "data/b.txt", "media/x.mp4"]


def test_what_is_packed_is_unpacked(tmp_path, folder):
    root = archives.unpack(archive(tmp_path, ("a.txt", "a"), ("media/x.mp4", "film")), folder, alone="a.txt")
    assert (root / "media" / "x.mp4").read_text() == "film"


def test_a_folder_that_was_packed_as_such_is_entered(tmp_path, folder):
    sent = archive(tmp_path, ("labels/a.txt", "a"), ("labels/media/x.mp4", "film"), ("__MACOSX/labels/._a.txt", "x"))
    assert archives.unpack(sent, folder, alone="a.txt").name == "labels"


@pytest.mark.parametrize(
    "name",
    ["../outside", "media/../../outside", "/etc/outside", "C:/outside", "a\\..\\outside", "media//x", "a/b/c/d/e",
     "media/.. ", "x" * 200, "line\nbreak", "./."],
)  # fmt: skip
def test_a_name_that_leads_elsewhere_is_refused(tmp_path, folder, name):
    assert refused(archive(tmp_path, (name, "x")), folder) == "strange_name"
    assert list(folder.iterdir()) == []
    assert not (tmp_path / "outside").exists()


def test_a_link_is_refused(tmp_path, folder):
    entry = zipfile.ZipInfo("media/x.mp4")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    entry.create_system = 3
    assert refused(archive(tmp_path, (entry, "/etc/passwd")), folder) == "link"
    assert list(folder.iterdir()) == []


def test_two_files_of_one_name_are_refused(tmp_path, folder):
    assert refused(archive(tmp_path, ("a.txt", "a"), ("A.TXT", "b")), folder) == "same_name"


def test_a_bomb_is_refused_by_what_it_would_unpack_to(tmp_path, folder, monkeypatch):
    monkeypatch.setattr(archives, "FILE_BYTES", 1 << 20)
    sent = archive(tmp_path, ("media/x.mp4", bytes(2 << 20)), squeeze=zipfile.ZIP_DEFLATED)
    assert sent.stat().st_size < 10_000
    assert refused(sent, folder) == "too_large"
    assert list(folder.iterdir()) == []


def test_many_small_files_that_are_large_together_are_refused(tmp_path, folder, monkeypatch):
    monkeypatch.setattr(archives, "TOTAL_BYTES", 100)
    assert refused(archive(tmp_path, *((f"{number}.txt", "x" * 30) for number in range(4))), folder) == "too_large"


def test_too_many_files_are_refused(tmp_path, folder, monkeypatch):
    monkeypatch.setattr(archives, "MOST_FILES", 3)
    assert refused(archive(tmp_path, *((f"{number}.txt", "") for number in range(4))), folder) == "too_many_files"


def test_a_list_of_files_that_would_fill_the_memory_is_not_read(tmp_path, folder):
    """The size of the list stands in the last record; there the archive claims four gigabytes of it."""
    sent = archive(tmp_path, ("a.txt", "a"))
    data = bytearray(sent.read_bytes())
    struct.pack_into("<L", data, data.rindex(b"PK\5\6") + 12, 0xFFFFFFF0)
    sent.write_bytes(data)
    assert refused(sent, folder) == "too_many_files"
    assert list(folder.iterdir()) == []


def test_a_file_that_lies_about_its_size_is_damaged(tmp_path, folder):
    sent = archive(tmp_path, ("a.txt", "a" * 1000), squeeze=zipfile.ZIP_DEFLATED)
    data = bytearray(sent.read_bytes())
    struct.pack_into("<L", data, data.index(b"PK\1\2") + 24, 10)  # unpacked size in the list
    sent.write_bytes(data)
    assert refused(sent, folder) == "damaged"


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.9, 0.99])
def test_an_archive_that_was_cut_off_is_refused(tmp_path, folder, kept):
    sent = archive(tmp_path, ("a.txt", "a" * 1000), ("media/x.mp4", "film" * 1000))
    sent.write_bytes(sent.read_bytes()[: int(sent.stat().st_size * kept)])
    assert refused(sent, folder) in ("damaged", "no_archive")


def test_a_changed_byte_is_noticed(tmp_path, folder):
    sent = archive(tmp_path, ("a.txt", "first and second"))
    sent.write_bytes(sent.read_bytes().replace(b"second", b"secund", 1))
    assert refused(sent, folder) == "damaged"


def test_a_locked_archive_is_refused(tmp_path, folder):
    sent = archive(tmp_path, ("a.txt", "a"))
    data = bytearray(sent.read_bytes())
    data[data.index(b"PK\1\2") + 8] |= 1
    sent.write_bytes(data)
    assert refused(sent, folder) == "encrypted"


def test_other_ways_of_squeezing_are_refused(tmp_path, folder):
    assert refused(archive(tmp_path, ("a.txt", "a" * 99), squeeze=zipfile.ZIP_LZMA), folder) == "damaged"


def test_a_disk_that_is_too_full_is_no_fault_of_the_archive(tmp_path, folder, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(9, 9, 0))
    with pytest.raises(archives.NoRoom):
        archives.unpack(archive(tmp_path, ("a.txt", "a")), folder, alone="a.txt")


def test_a_table_may_come_alone(tmp_path, folder):
    sent = tmp_path / "in-1.csv"
    sent.write_text("id,rater,level\n")
    assert (
        (archives.unpack(sent, folder, alone="labels.csv", name="in-1.csv") / "labels.csv").read_text().startswith("id")
    )


def test_something_else_alone_is_refused(tmp_path, folder):
    sent = tmp_path / "in-1.pdf"
    sent.write_bytes(b"%PDF")
    assert refused(sent, folder, alone="labels.csv", name="in-1.pdf") == "no_archive"


def test_a_spreadsheet_alone_is_not_unpacked_though_it_is_a_zip(tmp_path, folder):
    sent = tmp_path / "in-1.xlsx"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("xl/workbook.xml", "x")
    sent.write_bytes(buffer.getvalue())
    root = archives.unpack(sent, folder, alone="Raw_Annotations.xlsx", name=sent.name)
    assert [path.name for path in root.iterdir()] == ["Raw_Annotations.xlsx"]
