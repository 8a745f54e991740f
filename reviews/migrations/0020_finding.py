import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    """The inbox of a person: when they saw it, what is mailed too, and indexes of the events that are lines of one."""

    dependencies = [("reviews", "0019_figures_by_edition")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="inbox_seen_at",
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False),
        ),
        migrations.AddField(
            model_name="user",
            name="mail_choices",
            field=models.JSONField(default=dict, editable=False),
        ),
        migrations.AddField(
            model_name="user",
            name="page_keys",
            field=models.BooleanField(default=True, verbose_name="Keys for the whole page"),
        ),
        migrations.AlterField(
            model_name="accessevent",
            name="action",
            field=models.CharField(
                choices=[
                    ("read", "read"),
                    ("printed", "opened the PDF"),
                    ("exported", "exported"),
                    ("refused", "was refused"),
                    ("signed_in", "signed in"),
                    ("sign_in_failed", "failed to sign in"),
                    ("signed_out", "signed out"),
                    ("invited", "invited"),
                    ("invitation_withdrawn", "withdrew an invitation"),
                    ("joined", "accepted an invitation"),
                    ("membership_ended", "ended a membership"),
                    ("organisation_added", "added an organisation"),
                    ("organisation_renamed", "renamed an organisation"),
                    ("account_deleted", "deleted the account"),
                    ("imported", "imported past reviews"),
                    ("rhythm_changed", "changed when reviews are due"),
                    ("timeline_changed", "changed the timeline of a review"),
                    ("feed_made", "made a calendar address"),
                    ("feed_revoked", "revoked the calendar address"),
                    ("sign_in_changed", "changed how somebody signs in"),
                    ("organisations_joined", "joined two organisations"),
                    ("organisations_separated", "undid the joining of two organisations"),
                    ("notes_rule_changed", "changed how long interview notes are kept"),
                    ("name_changed", "changed their own name"),
                ],
                db_column="act",
                max_length=30,
            ),
        ),
        migrations.AddIndex(
            model_name="accessevent",
            index=models.Index(
                condition=models.Q(
                    (
                        "action__in",
                        [
                            "joined",
                            "membership_ended",
                            "organisations_joined",
                            "organisations_separated",
                            "sign_in_changed",
                        ],
                    )
                ),
                fields=["at", "id"],
                name="access_news",
            ),
        ),
        migrations.AddIndex(
            model_name="reviewevent",
            index=models.Index(
                condition=models.Q(
                    (
                        "type__in",
                        [
                            "action_added",
                            "action_changed",
                            "action_noted",
                            "action_removed",
                            "answered",
                            "asked",
                            "cancelled",
                            "compared",
                            "corrected",
                            "created",
                            "drafted",
                            "facts_asked",
                            "finalised",
                            "handed_in",
                            "handed_over",
                            "moved",
                            "plan_changed",
                            "remarked",
                            "reopened",
                            "superseded",
                            "taken_back",
                            "withdrawn",
                        ],
                    )
                ),
                fields=["at", "id"],
                name="event_news",
            ),
        ),
    ]
