import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import grading.models.grades

ADD_UP = """
INSERT INTO grading_usuallevel (player_id, level, results)
SELECT performance.player_id, AVG(rating.level), COUNT(*)
FROM grading_result AS result
JOIN grading_rating AS rating ON rating.id = result.rating_id
JOIN grading_performance AS performance ON performance.id = result.performance_id
GROUP BY performance.player_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("grading", "0003_several_teachers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="autograde",
            name="by_sight",
            field=models.GeneratedField(
                db_persist=True,
                expression=grading.models.grades.ExpectedLevel("visual"),
                output_field=models.FloatField(),
            ),
        ),
        migrations.AddField(
            model_name="autograde",
            name="by_ear",
            field=models.GeneratedField(
                db_persist=True,
                expression=grading.models.grades.ExpectedLevel("aural"),
                output_field=models.FloatField(),
            ),
        ),
        migrations.CreateModel(
            name="UsualLevel",
            fields=[
                (
                    "player",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="usual",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("level", models.FloatField()),
                ("results", models.PositiveIntegerField()),
            ],
        ),
        migrations.RunSQL(ADD_UP, migrations.RunSQL.noop),
    ]
