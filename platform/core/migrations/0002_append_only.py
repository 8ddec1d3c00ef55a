from django.db import migrations

# A row of the history may lose its actor or its recording when these are erased; nothing else of it ever changes.
FORBID = """
CREATE FUNCTION core_event_is_append_only() RETURNS trigger AS $$
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
CREATE TRIGGER core_event_is_append_only BEFORE UPDATE OR DELETE ON core_event
    FOR EACH ROW EXECUTE FUNCTION core_event_is_append_only();
"""
ALLOW = "DROP TRIGGER core_event_is_append_only ON core_event; DROP FUNCTION core_event_is_append_only();"


class Migration(migrations.Migration):
    dependencies = [("core", "0001_the_history")]

    operations = [migrations.RunSQL(FORBID, ALLOW)]
