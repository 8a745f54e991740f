from django.db import migrations

from ipsfidelity.sealing import SealBroken, seal_secret, unseal_secret


def seal_all(apps, schema_editor):
    """Encrypt the secrets of apps and of recovery codes, which allauth has stored as they are until now."""
    factors = apps.get_model("mfa", "Authenticator").objects.using(schema_editor.connection.alias)
    for factor in factors.exclude(type="webauthn").select_for_update().order_by("pk"):
        for key in ("secret", "seed", "migrated_codes"):
            if key in factor.data:
                factor.data[key] = changed(factor.data[key], sealed)
        factor.save(update_fields=["data"])


def unseal_all(apps, schema_editor):
    factors = apps.get_model("mfa", "Authenticator").objects.using(schema_editor.connection.alias)
    for factor in factors.exclude(type="webauthn").select_for_update().order_by("pk"):
        for key in ("secret", "seed", "migrated_codes"):
            if key in factor.data:
                factor.data[key] = changed(factor.data[key], unseal_secret)
        factor.save(update_fields=["data"])


def changed(value, change):
    return [change(each) for each in value] if isinstance(value, list) else change(value)


def sealed(secret):
    """Return a secret in encrypted form, also one that is encrypted already."""
    try:
        unseal_secret(secret)
    except SealBroken:
        return seal_secret(secret)
    return secret


class Migration(migrations.Migration):
    """Secrets of second factors are encrypted with SECRETS_KEY, or with a key derived from SECRET_KEY."""

    dependencies = [("reviews", "0033_column_matching"), ("mfa", "0003_authenticator_type_uniq")]

    operations = [migrations.RunPython(seal_all, unseal_all)]
