import django.db.models.deletion
from django.db import migrations, models


def point(apps, schema_editor):
    """What was shown so far is the newest."""
    for autograde in apps.get_model("grading", "Autograde").objects.order_by("created_at").iterator():
        apps.get_model("grading", "Performance").objects.filter(pk=autograde.performance_id).update(autograde=autograde)


class Migration(migrations.Migration):
    dependencies = [("grading", "0001_begin")]

    operations = [
        migrations.AddField(
            model_name="performance",
            name="autograde",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="grading.autograde",
            ),
        ),
        migrations.RunPython(point, migrations.RunPython.noop),
    ]
