from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("grading", "0014_bound_the_kappa")]

    operations = [
        migrations.RemoveIndex(model_name="autograde", name="autograde_weighed"),
        migrations.AddIndex(
            model_name="autograde",
            index=models.Index(
                fields=["id"],
                include=("level", "low", "high", "by_sight", "by_ear", "abstained"),
                name="autograde_weighed",
            ),
        ),
    ]
