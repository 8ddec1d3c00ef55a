from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("grading", "0004_what_queues_weigh")]

    operations = [
        migrations.AddIndex(
            model_name="autograde",
            index=models.Index(
                fields=["id"], include=("level", "low", "high", "by_sight", "by_ear"), name="autograde_weighed"
            ),
        ),
        migrations.AddIndex(
            model_name="performance",
            index=models.Index(fields=["id"], include=("state", "autograde"), name="performance_shown"),
        ),
    ]
