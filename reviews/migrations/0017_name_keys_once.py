from django.db import migrations, models
from django.db.models import Q


def once(model_name, key, constraint, within=(), **options):
    return migrations.AddConstraint(
        model_name, models.UniqueConstraint(fields=(*within, key, f"{key}_number"), name=constraint, **options)
    )


def there(model_name, key, constraint, **unless):
    is_there = ~Q(**{key: ""})
    condition = is_there | Q(**unless) if unless else is_there
    return migrations.AddConstraint(model_name, models.CheckConstraint(condition=condition, name=constraint))


class Migration(migrations.Migration):
    """Keys are unique and not empty, and lists of organisations are sorted by index."""

    dependencies = [("reviews", "0016_name_keys")]

    operations = [
        once("network", "name_key", "network_name_once"),
        there("network", "name_key", "network_name_has_key"),
        once("organisation", "name_key", "organisation_name_once", ("network",)),
        there("organisation", "name_key", "organisation_name_has_key"),
        once("user", "email_key", "user_address_once", condition=~Q(email_key="")),
        there("user", "email_key", "user_address_has_key", email=""),
        *(
            migrations.AddIndex(
                "organisation",
                models.Index(fields=("network", f"sort_{alphabet}", "id"), name=f"organisation_{alphabet}"),
            )
            for alphabet in ("norwegian", "swedish", "english")
        ),
    ]
