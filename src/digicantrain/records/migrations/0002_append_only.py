"""Statements are append-only in the database too, where it can keep several programs apart.

SQLite belongs to this one program, whose model refuses changes; there a trigger would also refuse
the DELETE by which the test runner empties tables.
"""

from django.db import migrations

KEEP = """
CREATE FUNCTION records_statement_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'The record store is append-only: a statement is neither changed nor deleted.';
END $$;
CREATE TRIGGER records_statement_append_only BEFORE UPDATE OR DELETE ON records_statement
  FOR EACH ROW EXECUTE FUNCTION records_statement_is_append_only();
"""
LET_GO = """
DROP TRIGGER records_statement_append_only ON records_statement;
DROP FUNCTION records_statement_is_append_only();
"""


def keep(_apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(KEEP)


def let_go(_apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(LET_GO)


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]
    operations = [migrations.RunPython(keep, let_go)]
