import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    """An organisation may be joined to another one: a pointer, when and by whom, and both in the access log."""

    dependencies = [("reviews", "0017_name_keys_once")]

    operations = [
        migrations.AddField(
            "accessevent",
            "joined_to",
            models.ForeignKey("reviews.organisation", django.db.models.deletion.PROTECT, db_index=False, null=True, related_name="+"),
        ),
        migrations.AddField("organisation", "joined_at", models.DateTimeField(editable=False, null=True)),
        migrations.AddField(
            "organisation",
            "joined_by",
            models.ForeignKey(settings.AUTH_USER_MODEL, django.db.models.deletion.PROTECT, editable=False, null=True, related_name="+"),
        ),
        migrations.AddField(
            "organisation",
            "joined_to",
            models.ForeignKey(
                "reviews.organisation", django.db.models.deletion.PROTECT, db_index=False, editable=False, null=True, related_name="joined"
            ),
        ),
        migrations.AlterField(
            "accessevent",
            "action",
            models.CharField(choices=[('read', 'read'), ('printed', 'opened the PDF'), ('exported', 'exported'), ('refused', 'was refused'), ('signed_in', 'signed in'), ('sign_in_failed', 'failed to sign in'), ('signed_out', 'signed out'), ('invited', 'invited'), ('invitation_withdrawn', 'withdrew an invitation'), ('joined', 'accepted an invitation'), ('membership_ended', 'ended a membership'), ('organisation_added', 'added an organisation'), ('organisation_renamed', 'renamed an organisation'), ('account_deleted', 'deleted the account'), ('imported', 'imported past reviews'), ('rhythm_changed', 'changed when reviews are due'), ('timeline_changed', 'changed the timeline of a review'), ('feed_made', 'made a calendar address'), ('feed_revoked', 'revoked the calendar address'), ('sign_in_changed', 'changed how somebody signs in'), ('organisations_joined', 'joined two organisations'), ('organisations_separated', 'undid the joining of two organisations'), ('notes_rule_changed', 'changed how long interview notes are kept')], db_column="act", max_length=30),
        ),
        migrations.AddIndex(
            "organisation",
            models.Index(condition=Q(joined_to__isnull=False), fields=["joined_to"], name="organisation_joined"),
        ),
        migrations.RemoveConstraint("organisation", "organisation_name_once"),
        migrations.AddConstraint(
            "organisation",
            models.UniqueConstraint(
                condition=Q(joined_to__isnull=True),
                fields=("network", "name_key", "name_key_number"),
                name="organisation_name_once",
            ),
        ),
        migrations.AddConstraint(
            "organisation",
            models.CheckConstraint(
                condition=Q(joined_to__isnull=True, joined_at__isnull=True, joined_by__isnull=True)
                | Q(joined_to__isnull=False, joined_at__isnull=False, joined_by__isnull=False) & ~Q(joined_to=F("pk")),
                name="organisation_joined_to_another",
            ),
        ),
    ]
