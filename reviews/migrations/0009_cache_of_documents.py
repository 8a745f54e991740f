"""The table of the cache in which reports are kept, which stood in the other one before."""

from django.core.management import call_command
from django.db import migrations


def make_table(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("DELETE FROM cache WHERE cache_key LIKE %s", [":1:report-%"])


class Migration(migrations.Migration):
    dependencies = [("reviews", "0008_open_reviews")]

    operations = [migrations.RunPython(make_table, migrations.RunPython.noop)]
