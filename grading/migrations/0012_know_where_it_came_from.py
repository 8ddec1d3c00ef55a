from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("grading", "0011_know_the_machine")]

    operations = [
        migrations.AddField(
            model_name="performance",
            name="collection",
            field=models.CharField(blank=True, max_length=120),
        ),
    ]
