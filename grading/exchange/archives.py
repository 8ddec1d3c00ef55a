"""A folder of tables with its recordings as one file, the same bytes every time; and back, within bounds.

Nothing of a stranger's archive is trusted: not its names, not the sizes it declares, not how many files it has.
"""

import re
import shutil
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from .rows import Place, Wrong

MOST_FILES = 100_000
DIRECTORY_BYTES = 64 << 20  # of an archive's list of files
FILE_BYTES = 4 << 30  # of one file, unpacked; above the largest recording
TOTAL_BYTES = 500 << 30  # unpacked
ROOM_BYTES = 1 << 30  # of the disk left free
DEPTH = 4  # folders in one another
BLOCK = 1 << 20
BEGINNING = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can tell; archives of one content are one file
NAME = re.compile(r"[^\x00-\x1f\x7f/\\:*?\"<>|]{1,150}")
LITTER = ("__MACOSX", ".DS_Store", "Thumbs.db")

Progress = Callable[[float], None]


class NoRoom(Exception):
    """The disk is too full, for how many bytes and where; nothing is wrong with the archive."""


def pack(tables: Path, files: Mapping[str, Path], out: Path, *, progress: Progress | None = None) -> None:
    """Write the files below `tables`, then `files` by their names in the archive. Stored, not squeezed: recordings do
    not get smaller, and every version of zlib squeezes otherwise.
    """
    listed = {path.relative_to(tables).as_posix(): path for path in tables.rglob("*") if path.is_file()} | dict(files)
    require_room(sum(path.stat().st_size for path in listed.values()), out.parent)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for number, (name, path) in enumerate(sorted(listed.items()), 1):
            entry = zipfile.ZipInfo(name, BEGINNING)
            entry.external_attr, entry.create_system, entry.file_size = 0o644 << 16, 3, path.stat().st_size
            with path.open("rb") as file, archive.open(entry, "w") as into:
                shutil.copyfileobj(file, into, BLOCK)
            if progress:
                progress(number / len(listed))


def unpack(archive: Path, folder: Path, *, alone: str, name: str = "") -> Path:
    """Lay the archive out in `folder`; the folder that holds its tables. A table that came alone is laid there under
    the name `alone`, if what was sent (`name`) ends as it does.

    Raises Wrong for what no honest archive has, NoRoom, and then leaves the half-filled folder to the caller.
    """
    if not zipfile.is_zipfile(archive) or _is_table(name, alone):
        if Path(name).suffix.lower() != Path(alone).suffix:
            raise Wrong("no_archive")
        require_room(archive.stat().st_size, folder)
        shutil.copyfile(archive, folder / alone)
        return folder
    try:
        if _directory_bytes(archive) > DIRECTORY_BYTES:
            raise Wrong("too_many_files", most=MOST_FILES)
        with zipfile.ZipFile(archive) as package:
            entries = list(_entries(package))
            require_room(sum(entry.file_size for entry in entries), folder)
            for entry in entries:
                _lay(package, entry, folder)
    except (zipfile.BadZipFile, zlib.error, EOFError, struct.error, NotImplementedError, RuntimeError) as error:
        raise Wrong("damaged") from error
    return _root(folder)


def require_room(size: int, folder: Path) -> None:
    if shutil.disk_usage(folder).free < size + ROOM_BYTES:
        raise NoRoom(size, folder)


def _is_table(name: str, alone: str) -> bool:
    """A spreadsheet is a zip too."""
    return Path(alone).suffix == ".xlsx" and Path(name).suffix.lower() == ".xlsx"


def _directory_bytes(archive: Path) -> int:
    """The size of the archive's list of files by its last record, before anybody reads that list into memory.

    APPNOTE 4.3.14 to 4.3.16: the record, and where a size does not fit in it, its 64-bit twin.
    """
    with archive.open("rb") as file:
        size = file.seek(0, 2)
        start = max(size - 22 - 65_535, 0)
        file.seek(start)
        tail = file.read()
        at = tail.rfind(b"PK\5\6")
        if at < 0:
            raise Wrong("damaged")
        declared = int(struct.unpack_from("<L", tail, at + 12)[0])
        locator = at - 20
        if locator >= 0 and tail[locator : locator + 4] == b"PK\6\7":
            file.seek(struct.unpack_from("<Q", tail, locator + 8)[0])
            record = file.read(56)
            if record[:4] == b"PK\6\6":
                declared = int(struct.unpack_from("<Q", record, 40)[0])
    return declared


def _entries(package: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    seen: set[str] = set()
    total = 0
    if len(package.infolist()) > MOST_FILES:
        raise Wrong("too_many_files", most=MOST_FILES)
    for entry in package.infolist():
        path = PurePosixPath(entry.filename)
        if entry.is_dir() or path.parts[:1] == ("__MACOSX",) or path.name in LITTER:
            continue
        _require_plain(entry, path)
        if entry.filename.casefold() in seen:
            raise Wrong("same_name", file=entry.filename)
        seen.add(entry.filename.casefold())
        total += entry.file_size
        if entry.file_size > FILE_BYTES or total > TOTAL_BYTES:
            raise Wrong("too_large")
        yield entry


def _require_plain(entry: zipfile.ZipInfo, path: PurePosixPath) -> None:
    parts = entry.filename.split("/")
    if len(parts) > DEPTH or not all(NAME.fullmatch(part) and part.strip(". ") for part in parts):
        raise Wrong("strange_name", file=entry.filename)
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise Wrong("link", file=path.name)
    if entry.flag_bits & 0x1:
        raise Wrong("encrypted")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Wrong("damaged")


def _lay(package: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path) -> None:
    """One file, never more of it than it declares."""
    out = folder.joinpath(*entry.filename.split("/"))
    out.parent.mkdir(parents=True, exist_ok=True)
    with package.open(entry) as file, out.open("xb") as into:
        _copy(file, into, entry.file_size, Place(out.name))  # type: ignore[arg-type]


def _copy(file: BinaryIO, into: BinaryIO, size: int, place: Place) -> None:
    left = size
    while block := file.read(BLOCK):
        left -= len(block)
        if left < 0:
            raise Wrong("damaged", place)
        into.write(block)
    if left:
        raise Wrong("damaged", place)


def _root(folder: Path) -> Path:
    """Whoever packs a folder often packs the folder itself."""
    inside = list(folder.iterdir())
    if len(inside) == 1 and inside[0].is_dir():
        return inside[0]
    return folder
