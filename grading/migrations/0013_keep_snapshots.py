from typing import Any

from django.db import migrations

# What a snapshot holds never changes: neither its manifest nor its rows, which may only lose a recording or a rating
# that is erased. And nobody moves from one part of the data to another.
FORBID = """
CREATE FUNCTION grading_snapshot_is_kept() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION 'A snapshot never changes, nor the part that a player belongs to.';
END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER grading_dataset_is_kept BEFORE DELETE ON grading_dataset
    FOR EACH ROW EXECUTE FUNCTION grading_snapshot_is_kept();
CREATE TRIGGER grading_dataset_is_unchanged BEFORE UPDATE ON grading_dataset
    FOR EACH ROW WHEN (
        (OLD.digest, OLD.manifest, OLD.rubric_id) IS DISTINCT FROM (NEW.digest, NEW.manifest, NEW.rubric_id)
    )
    EXECUTE FUNCTION grading_snapshot_is_kept();

CREATE TRIGGER grading_example_is_kept BEFORE DELETE ON grading_example
    FOR EACH ROW EXECUTE FUNCTION grading_snapshot_is_kept();
CREATE TRIGGER grading_example_is_unchanged BEFORE UPDATE ON grading_example
    FOR EACH ROW WHEN (
        to_jsonb(NEW) - 'performance_id' - 'rating_id' IS DISTINCT FROM to_jsonb(OLD) - 'performance_id' - 'rating_id'
        OR (NEW.performance_id IS NOT NULL AND NEW.performance_id IS DISTINCT FROM OLD.performance_id)
        OR (NEW.rating_id IS NOT NULL AND NEW.rating_id IS DISTINCT FROM OLD.rating_id)
    )
    EXECUTE FUNCTION grading_snapshot_is_kept();

CREATE TRIGGER grading_playerpart_is_unchanged BEFORE UPDATE ON grading_playerpart
    FOR EACH ROW WHEN ((OLD.player_id, OLD.part) IS DISTINCT FROM (NEW.player_id, NEW.part))
    EXECUTE FUNCTION grading_snapshot_is_kept();
"""
ALLOW = """
DROP TRIGGER grading_dataset_is_kept ON grading_dataset;
DROP TRIGGER grading_dataset_is_unchanged ON grading_dataset;
DROP TRIGGER grading_example_is_kept ON grading_example;
DROP TRIGGER grading_example_is_unchanged ON grading_example;
DROP TRIGGER grading_playerpart_is_unchanged ON grading_playerpart;
DROP FUNCTION grading_snapshot_is_kept();
"""


def weigh(apps: Any, schema_editor: Any) -> None:
    """Of older snapshots the manifest alone says how much a label counts; trainings read the row."""
    for dataset in apps.get_model("grading", "Dataset").objects.iterator():
        for entry in dataset.manifest.get("examples", ()):
            if entry.get("weight", 1.0) != 1.0:
                dataset.examples.filter(performance=entry["performance"]).update(weight=entry["weight"])


class Migration(migrations.Migration):
    dependencies = [("grading", "0012_know_where_it_came_from")]

    operations = [migrations.RunPython(weigh, migrations.RunPython.noop), migrations.RunSQL(FORBID, ALLOW)]
