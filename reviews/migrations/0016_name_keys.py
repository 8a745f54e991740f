from collections import Counter

from django.db import migrations, models

from ipsfidelity.alphabets import sort_key
from ipsfidelity.names import cleaned_name, name_key, search_key
from ipsfidelity.privacy import refuse_identity_numbers
from reviews.models import names

LONGEST_NAME = 150
ALPHABETS = ("norwegian", "swedish", "english")
# By model: the source of its unique key, and the fields within which the key is unique.
KEYS = {"network": ("name", ()), "organisation": ("name", ("network_id",)), "user": ("email", ())}


def fill(apps, schema_editor):
    """Compute the keys. Where a key exists already, the later rows are numbered, so that they are kept as they are."""
    for model_name, (source, within) in KEYS.items():
        model = apps.get_model("reviews", model_name)
        derived = (f"{source}_key", f"{source}_key_number", "search_key", *(f"sort_{each}" for each in ALPHABETS))
        columns = ", ".join(f"{column} = %s" for column in ("name", *derived))
        with schema_editor.connection.cursor() as cursor:
            # By SQL, because the ORM takes minutes for ten thousand rows.
            cursor.executemany(
                f"UPDATE {model._meta.db_table} SET {columns} WHERE id = %s",  # noqa: S608
                list(values(model, source, within)),
            )


def values(model, source, within):
    """Yield for each row the name as it is stored from now on, the derived columns, and the primary key."""
    taken = Counter()
    for pk, name, text, *scope in model.objects.order_by("pk").values_list("pk", "name", source, *within):
        name = cleaned_name(name)[:LONGEST_NAME] or (f"#{pk}" if source == "name" else "")
        key = name_key(text) or (f"#{pk}" if text or source == "name" else "")
        number = taken[key, *scope] if key else 0
        taken[key, *scope] += 1
        yield name, key, number, search_key(name), *(sort_key(name, each) for each in ALPHABETS), pk


def added(model_name, source):
    """Yield the operations that add the columns of a model."""
    key = names.UniqueKeyField(source, default="", editable=False, max_length=300)
    number = models.PositiveSmallIntegerField(default=0, editable=False)
    search = names.SearchKeyField(default="", editable=False, max_length=300)
    yield migrations.AddField(model_name, f"{source}_key", key)
    yield migrations.AddField(model_name, f"{source}_key_number", number)
    yield migrations.AddField(model_name, "search_key", search)
    for alphabet in ALPHABETS:
        yield migrations.AddField(model_name, f"sort_{alphabet}", names.SortKeyField(alphabet, default=b""))


class Migration(migrations.Migration):
    """Networks, organisations and people get keys for comparing, sorting and searching. 0017 makes keys unique."""

    dependencies = [("reviews", "0013_plans_change")]

    operations = [
        *(
            migrations.AlterModelOptions(
                name,
                {
                    "ordering": (names.ByName(), "pk"),
                    "verbose_name": name,
                    "verbose_name_plural": f"{name}s",
                },
            )
            for name in ("network", "organisation")
        ),
        migrations.RemoveConstraint("organisation", "organisation_name_once_in_network"),
        *(operation for model_name, (source, _within) in KEYS.items() for operation in added(model_name, source)),
        *(migrations.AlterField(model_name, "name", names.NameField(max_length=150, verbose_name="name")) for model_name in (*KEYS, "invitation")),
        migrations.AlterField(
            "invitation",
            "email",
            models.EmailField(
                max_length=254,
                validators=[refuse_identity_numbers, names.refuse_odd_address],
                verbose_name="e-mail address",
            ),
        ),
        migrations.AlterField(
            "user",
            "email",
            models.EmailField(
                blank=True,
                max_length=254,
                validators=[names.refuse_odd_address],
                verbose_name="e-mail address",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
