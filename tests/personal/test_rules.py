"""Every link to a person has a rule, and every table and folder says whether it belongs to somebody."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from accounts.models import User
from core import personal
from core.personal import Fate

pytestmark = pytest.mark.django_db

# Tables that hold nothing of a person, and why.
NOBODYS = {
    "auth.Permission": "Django's own",
    "auth.Group": "Django's own",
    "auth.Group_permissions": "Django's own",
    "contenttypes.ContentType": "Django's own",
    "django_celery_beat.SolarSchedule": "the scheduler's",
    "django_celery_beat.IntervalSchedule": "the scheduler's",
    "django_celery_beat.ClockedSchedule": "the scheduler's",
    "django_celery_beat.CrontabSchedule": "the scheduler's",
    "django_celery_beat.PeriodicTasks": "the scheduler's",
    "django_celery_beat.PeriodicTask": "the scheduler's",
    "grading.Rubric": "the school's",
    "grading.Criterion": "the school's",
    "grading.Technique": "the school's",
    "grading.ModelVersion": "the school's; its report counts recordings and names them by number",
    "grading.RetrainingPolicy": "the school's",
    "grading.LabelRule": "the school's",
    "grading.GateBounds": "the school's",
    "grading.WorkerBeat": "a program's",
    "grading.PublishFailure": "a program's",
    "core.School": "the school's",
    "courses.Course": "the school's",
    "courses.Piece": "the school's",
    "courses.Assignment": "the school's",
    "courses.Invitation": "the course's",
    "reviews.Pack": "the school's",
    "reviews.CourseStandard": "the course's",
    # By another way than a rule: see the tests named.
    "sessions.Session": "test_whoever_is_erased_is_signed_out_everywhere",
    "accounts.SignInFailure": "test_no_trace_of_a_student_is_left",
    "accounts.User": "the person's own row, emptied by accounts/services/erasure.py",
    # An example keeps its level when its recording goes; what names a person in it is the recording.
    "grading.Example": "its link to the recording becomes empty with the recording",
}
# Words in what is kept that were not the person's own.


def label(model: type[models.Model]) -> str:
    return model._meta.label


def every_model() -> list[type[models.Model]]:
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]


def links(model: type[models.Model]) -> Iterator[models.ForeignKey]:
    return (field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey))


def test_every_link_to_a_person_has_a_rule():
    found = {
        (label(model), field.name) for model in every_model() for field in links(model) if field.related_model is User
    }
    ruled = {(table.model, table.path) for table in personal.tables()}
    assert found - ruled == set(), "say in the app's whose.py what becomes of these"


def test_every_table_belongs_to_somebody_or_is_said_to_belong_to_nobody():
    ruled = {table.model for table in personal.tables()}
    by_label = {label(model): model for model in every_model()}
    settled = ruled | set(NOBODYS)
    while True:
        goes_with = {
            name
            for name, model in by_label.items()
            if name not in settled
            and any(
                label(field.related_model) in settled - set(NOBODYS) and field.remote_field.on_delete is models.CASCADE
                for field in links(model)
            )
        }
        if not goes_with:
            break
        settled |= goes_with
    assert set(by_label) - settled == set(), "say in the app's whose.py, or in NOBODYS, whose these are"
    assert set(NOBODYS) - set(by_label) == set(), "these are no tables any more"


def test_no_rule_speaks_of_a_table_or_a_path_that_is_not_there(cast):
    for table in personal.tables():
        table.rows(cast.student).exists()
        for name in (*table.blank, *table.leave_out):
            table.kind._meta.get_field(name)
        if table.fate == Fate.UNLINK:
            assert table.kind._meta.get_field(table.path).null


def test_every_folder_of_the_house_has_a_rule():
    """A folder is a setting that is a path below VAR. Static files are the program's own."""
    var = Path(settings.VAR)
    roots = {
        name
        for name in dir(settings)
        if name.isupper() and isinstance(getattr(settings, name), Path) and var in Path(getattr(settings, name)).parents
    }
    assert roots - {"STATIC_ROOT"} <= {folder.root for folder in personal.folders()}
