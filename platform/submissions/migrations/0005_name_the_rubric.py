from django.db import migrations
from django.db.models import OuterRef, Subquery


def of_the_assignment(apps, schema_editor):
    """A recording is judged by the rubric of what it was handed in for."""
    submissions = apps.get_model("submissions", "Submission").objects.using(schema_editor.connection.alias)
    performances = apps.get_model("grading", "Performance").objects.using(schema_editor.connection.alias)
    rubrics = submissions.filter(performance=OuterRef("pk")).values("assignment__rubric")[:1]
    performances.filter(rubric=None).update(rubric=Subquery(rubrics))


class Migration(migrations.Migration):
    dependencies = [
        ("submissions", "0004_practice"),
        ("grading", "0010_learn_in_a_loop"),
    ]

    operations = [migrations.RunPython(of_the_assignment, migrations.RunPython.noop)]
