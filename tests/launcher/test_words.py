"""Catalogues are compiled where somebody has changed them, and only there."""

import gettext
import os

import pytest

from launcher import words

SPANISH = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Profile"\nmsgstr "Perfil"\n'


@pytest.fixture
def written(tmp_path):
    path = tmp_path / "es/LC_MESSAGES/django.po"
    path.parent.mkdir(parents=True)
    path.write_text(SPANISH)
    return path


def test_a_new_catalogue_can_be_read_after_compiling(written, tmp_path):
    (read,) = words.compile_all(tmp_path)
    with read.open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Profile") == "Perfil"


def test_nothing_is_compiled_twice_without_a_change(written, tmp_path):
    words.compile_all(tmp_path)
    assert words.compile_all(tmp_path) == []


def test_a_changed_catalogue_is_compiled_again(written, tmp_path):
    (read,) = words.compile_all(tmp_path)
    written.write_text(SPANISH.replace("Perfil", "Mi perfil"))
    later = read.stat().st_mtime + 1
    os.utime(written, (later, later))
    words.compile_all(tmp_path)
    with read.open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Profile") == "Mi perfil"
