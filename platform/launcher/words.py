"""Compiles the catalogues of platform/locale that have changed: what translators write (.po) to what programs read."""

import sys
from pathlib import Path

from .places import ROOT

LOCALE = ROOT / "platform/locale"


def compile_all(locale: Path = LOCALE) -> list[Path]:
    """Every .mo that was older than its .po, now made anew."""
    return [compile_one(written) for written in sorted(locale.rglob("*.po")) if is_stale(written)]


def is_stale(written: Path) -> bool:
    read = written.with_suffix(".mo")
    return not read.exists() or read.stat().st_mtime < written.stat().st_mtime


def compile_one(written: Path) -> Path:
    """Written aside and moved in: a site that is running reads either the old one or the new one."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with written.open("rb") as file:
        catalogue = read_po(file)
    read = written.with_suffix(".mo")
    aside = read.with_suffix(".mo.new")
    with aside.open("wb") as file:
        write_mo(file, catalogue)
    aside.replace(read)
    return read


if __name__ == "__main__":
    compile_all()
    sys.exit(0)
