"""Labelled recordings in layouts that others read, and back: one module a layout, all of them over the same rows.

A layout writes tables into a folder and reads them from one; `archives` makes a file of the folder and of the
recordings, and a folder of a file. Nothing here knows the database.
"""

from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from .rows import Carried

_MODULES = {
    "clavier": "clavier",
    "csv": "table",
    "datasets": "parquet",
    "pisa": "pisa",
    "labelstudio": "label_studio",
}


class Layout(Protocol):
    """What a module of a layout offers."""

    MEDIA: str  # the folder of the recordings
    TABLE: str  # its main table, which may also come alone, without an archive around it

    def write(self, carried: Carried, folder: Path) -> None:
        """The tables, into an empty folder. The recordings are put beside them by whoever packs."""

    def read(self, folder: Path) -> Carried:
        """The rows of the tables in `folder`, each checked. Raises `rows.Wrong`."""


def layout(name: str) -> Layout:
    """The module of a layout, loaded when it is needed: one of them brings a large library."""
    return cast(Layout, import_module(f"{__name__}.{_MODULES[name]}"))
