from django.db import migrations, models

import reviews.models.organisations


class Migration(migrations.Migration):
    """Fields get the names that the code uses; columns and what is stored in them stay as they are."""

    dependencies = [("reviews", "0011_device_epoch")]

    operations = [
        migrations.AlterField(
            "reviewevent",
            "happening",
            models.CharField(max_length=20, db_column="happening"),
        ),
        migrations.RenameField("reviewevent", "happening", "type"),
        migrations.AlterField("accessevent", "act", models.CharField(max_length=30, db_column="act")),
        migrations.RenameField("accessevent", "act", "action"),
        migrations.AlterField(
            model_name='accessevent',
            name='action',
            field=models.CharField(choices=[('read', 'read'), ('printed', 'opened the PDF'), ('exported', 'exported'), ('refused', 'was refused'), ('signed_in', 'signed in'), ('sign_in_failed', 'failed to sign in'), ('signed_out', 'signed out'), ('invited', 'invited'), ('invitation_withdrawn', 'withdrew an invitation'), ('joined', 'accepted an invitation'), ('membership_ended', 'ended a membership'), ('organisation_added', 'added an organisation'), ('organisation_renamed', 'renamed an organisation'), ('account_deleted', 'deleted the account'), ('imported', 'imported past reviews'), ('rhythm_changed', 'changed when reviews are due'), ('timeline_changed', 'changed the timeline of a review'), ('feed_made', 'made a calendar address'), ('feed_revoked', 'revoked the calendar address'), ('sign_in_changed', 'changed how somebody signs in'), ('notes_rule_changed', 'changed how long interview notes are kept')], db_column='act', max_length=30),
        ),
        migrations.AlterField(
            model_name='reviewevent',
            name='type',
            field=models.CharField(choices=[('created', 'created the review'), ('correction', 'opened this correction of a final review'), ('started', 'started scoring'), ('scored', 'changed an item'), ('rated', 'changed their own rating of an item'), ('handed_in', 'handed in their ratings'), ('taken_back', 'took their ratings back'), ('compared', 'opened the ratings to each other, as the last to hand in'), ('asked', 'asked a third person to decide'), ('specialists', 'changed the list of employment specialists'), ('handed_over', 'changed the evaluators'), ('drafted', 'handed out the draft report'), ('reopened', 'sent the review back to scoring'), ('finalised', 'signed and finalised the review'), ('corrected', 'opened a correction of this review'), ('superseded', 'replaced this review by its correction'), ('interviewed', 'started an interview'), ('interview_changed', 'changed an interview'), ('interview_removed', 'removed an interview'), ('notes_deleted', 'deleted the interview notes'), ('report_written', 'changed the report’s text'), ('facts_asked', 'asked the service to check the facts'), ('remarked', 'remarked on the draft report'), ('remark_changed', 'changed a remark'), ('remark_withdrawn', 'withdrew a remark'), ('answered', 'answered a remark'), ('imported', 'imported the review'), ('action_added', 'added an action'), ('action_changed', 'changed an action'), ('action_noted', 'noted on an action'), ('action_removed', 'removed an action'), ('due_set', 'set when the next review is due'), ('prepared', 'ticked a step of the preparation')], db_column='happening', max_length=20),
        ),
        migrations.AlterField(
            model_name='user',
            name='language',
            field=models.CharField(blank=True, choices=reviews.models.organisations.languages, max_length=5, verbose_name='language'),
        ),
    ]
