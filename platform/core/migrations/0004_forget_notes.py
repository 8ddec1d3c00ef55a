from django.db import migrations

# As before, and a note may become empty: its words were a person's, and go with them.
FORBID = """
CREATE OR REPLACE FUNCTION core_event_is_append_only() RETURNS trigger AS $$
BEGIN
    IF TG_OP = 'UPDATE'
        AND (NEW.actor_id IS NULL OR NEW.actor_id = OLD.actor_id)
        AND (NEW.performance_id IS NULL OR NEW.performance_id = OLD.performance_id)
        AND (NEW.note = '' OR NEW.note = OLD.note)
        AND to_jsonb(NEW) - 'actor_id' - 'performance_id' - 'note'
            = to_jsonb(OLD) - 'actor_id' - 'performance_id' - 'note'
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'The history is append-only.';
END;
$$ LANGUAGE plpgsql;
"""
BEFORE = """
CREATE OR REPLACE FUNCTION core_event_is_append_only() RETURNS trigger AS $$
BEGIN
    IF TG_OP = 'UPDATE'
        AND (NEW.actor_id IS NULL OR NEW.actor_id = OLD.actor_id)
        AND (NEW.performance_id IS NULL OR NEW.performance_id = OLD.performance_id)
        AND to_jsonb(NEW) - 'actor_id' - 'performance_id' = to_jsonb(OLD) - 'actor_id' - 'performance_id'
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'The history is append-only.';
END;
$$ LANGUAGE plpgsql;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0003_the_school")]

    operations = [migrations.RunSQL(FORBID, BEFORE)]
