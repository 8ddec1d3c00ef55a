from django.db import migrations, models

RULES = [
    ("accepted", "the teacher agreed with the model"),
    ("overridden", "the teacher's level replaces the model's"),
    ("teacher", "the teacher's level; the model gave none"),
    ("agreed", "two teachers agreed; the first one's level stands"),
    ("settled", "a third teacher settled the difference of two"),
    ("appealed", "an independent teacher answered an appeal"),
]


class Migration(migrations.Migration):
    dependencies = [("grading", "0007_reduce_recordings")]

    operations = [
        migrations.AlterField(model_name="result", name="rule", field=models.CharField(choices=RULES, max_length=12))
    ]
