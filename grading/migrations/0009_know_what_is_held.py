from django.db import migrations, models


class Migration(migrations.Migration):
    """Whether a recording is held stands beside its state in the index that queues read."""

    dependencies = [
        ("grading", "0008_answered_by_appeal"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="performance", name="performance_shown"),
        migrations.AddIndex(
            model_name="performance",
            index=models.Index(fields=["id"], include=("state", "autograde", "held_until"), name="performance_shown"),
        ),
    ]
