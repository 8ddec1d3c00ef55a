"""A word that nobody uses, written wherever a person's own words may stand, and looked for afterwards."""

from pathlib import Path

from django.db import connection, models

from accounts.models import SignInFailure, User
from core import personal
from core.personal import Fate
from tests.personal.conftest import STRANGE

NOT_THEIR_WORDS = {
    ("grading.Abstention", "reason"): "its student still reads why to record it again",
    ("grading.Rating", "source"): "the name of an imported collection",
    ("grading.Bundle", "source"): "the name of an imported collection",
    ("grading.Bundle", "trouble"): "a program's",
    ("grading.Bundle", "file"): "a program's",
    ("grading.Alarm", "subject"): "the house's: what it measured",
    ("core.Event", "kind"): "the house's",
    ("grading.TrainingRun", "code_version"): "a program's",
    ("grading.TrainingRun", "error"): "a program's",
    ("grading.TrainingRun", "log"): "a program's",
}


def strange_words(user: User) -> None:
    """Write the strange word into every field of words of every row that a rule gives to this person."""
    User.objects.filter(pk=user.pk).update(name=STRANGE, email=f"{STRANGE}@example.org")
    SignInFailure.objects.update(email=f"{STRANGE}@example.org")
    for table in personal.tables():
        fields = [field for field in table.kind._meta.concrete_fields if is_free_text(table, field)]
        for number, row in enumerate(table.rows(user) if table.model != "core.Event" else ()):
            values = {field.name: f"{STRANGE} {number}"[: field.max_length or None] for field in fields}
            if values:
                table.kind._default_manager.filter(pk=row.pk).update(**values)


ADDRESSES = {"source", "digest"}  # where files of the row lie


def is_free_text(table: personal.Table, field: models.Field) -> bool:
    if table.fate in {Fate.KEEP, Fate.UNLINK} and field.name not in table.blank:
        named = (table.model, field.name) in NOT_THEIR_WORDS or field.unique or field.choices
        if isinstance(field, models.CharField | models.TextField) and not named and not others_words(table):
            raise AssertionError(f"{table.model}.{field.name} stays: are its words the person's? See NOT_THEIR_WORDS.")
        return False
    words = type(field) in {models.CharField, models.TextField, models.EmailField}
    long_enough = (field.max_length or 99) > 20
    return words and long_enough and not field.choices and not field.unique and field.name not in ADDRESSES


def others_words(table: personal.Table) -> bool:
    """The row is somebody else's recording, snapshot or model; the person has only touched it."""
    return table.model in {
        "grading.Performance",
        "grading.Dataset",
        "grading.Promotion",
        "submissions.Submission",
        "submissions.Appeal",
        "reviews.Anchor",
    }


def in_the_database() -> list[str]:
    """Where the strange word stands, row by row, in any column of any table."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT row::text FROM "{table}" AS row WHERE row::text ILIKE %s', [f"%{STRANGE}%"])
            found += [f"{table}: {text}" for (text,) in cursor.fetchall()]
    return found


def in_files(house: Path) -> list[Path]:
    return [
        path
        for path in house.rglob("*")
        if path.is_file() and (STRANGE.encode() in path.read_bytes() or STRANGE in path.name)
    ]
