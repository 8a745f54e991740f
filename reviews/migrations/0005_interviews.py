"""Interviews by a guide, their notes, and how many weeks a network keeps these."""

import django.db.models.deletion
import django.utils.timezone
import ipsfidelity.privacy
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reviews', '0004_ratings'),
        ('scales', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Interview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='interviews', to='reviews.review')),
                ('guide', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='interviews', to='scales.guideedition', verbose_name='interview guide')),
                ('conducted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('informant_role', models.CharField(max_length=100, validators=[ipsfidelity.privacy.refuse_identity_numbers], verbose_name='role')),
                ('label', models.CharField(max_length=50, validators=[ipsfidelity.privacy.refuse_identity_numbers], verbose_name='label')),
                ('held_on', models.DateField(verbose_name='date')),
                ('place', models.CharField(blank=True, max_length=100, validators=[ipsfidelity.privacy.refuse_identity_numbers], verbose_name='place')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('notes_deleted_at', models.DateTimeField(editable=False, null=True)),
            ],
            options={
                'verbose_name': 'interview',
                'verbose_name_plural': 'interviews',
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='InterviewNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('interview', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='reviews.interview')),
                ('saved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('question', models.CharField(max_length=20)),
                ('text', models.CharField(blank=True, max_length=5000, verbose_name='note')),
                ('version', models.PositiveIntegerField(default=0)),
                ('saved_at', models.DateTimeField(null=True)),
                ('change', models.UUIDField(null=True)),
            ],
            options={
                'ordering': ('pk',),
            },
        ),
        migrations.AddField(
            model_name='network',
            name='keep_notes_weeks',
            field=models.PositiveSmallIntegerField(default=2, verbose_name='weeks that interview notes are kept'),
        ),
        migrations.AlterField(
            model_name='accessevent',
            name='act',
            field=models.CharField(choices=[('read', 'read'), ('printed', 'opened the PDF'), ('exported', 'exported'), ('refused', 'was refused'), ('signed_in', 'signed in'), ('sign_in_failed', 'failed to sign in'), ('signed_out', 'signed out'), ('invited', 'invited'), ('invitation_withdrawn', 'withdrew an invitation'), ('joined', 'accepted an invitation'), ('membership_ended', 'ended a membership'), ('organisation_added', 'added an organisation'), ('organisation_renamed', 'renamed an organisation'), ('account_deleted', 'deleted the account'), ('notes_rule_changed', 'changed how long interview notes are kept')], max_length=30),
        ),
        migrations.AlterField(
            model_name='reviewevent',
            name='happening',
            field=models.CharField(choices=[('created', 'created the review'), ('correction', 'opened this correction of a final review'), ('started', 'started scoring'), ('scored', 'changed an item'), ('rated', 'changed their own rating of an item'), ('handed_in', 'handed in their ratings'), ('taken_back', 'took their ratings back'), ('compared', 'opened the ratings to each other, as the last to hand in'), ('asked', 'asked a third person to decide'), ('specialists', 'changed the list of employment specialists'), ('handed_over', 'changed the evaluators'), ('drafted', 'handed out the draft report'), ('reopened', 'sent the review back to scoring'), ('finalised', 'signed and finalised the review'), ('corrected', 'opened a correction of this review'), ('superseded', 'replaced this review by its correction'), ('interviewed', 'started an interview'), ('interview_changed', 'changed an interview'), ('interview_removed', 'removed an interview'), ('notes_deleted', 'deleted the interview notes')], max_length=20),
        ),
        migrations.AddConstraint(
            model_name='network',
            constraint=models.CheckConstraint(condition=models.Q(('keep_notes_weeks__lte', 52)), name='network_keeps_notes_for_a_year_at_most', violation_error_code='keeps_notes_for_a_year_at_most'),
        ),
        migrations.AddConstraint(
            model_name='interview',
            constraint=models.UniqueConstraint(fields=('review', 'label'), name='interview_label_once_in_review', violation_error_code='label_once', violation_error_message='Another interview of this review has this label already.'),
        ),
        migrations.AddConstraint(
            model_name='interview',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('label', ''), _negated=True), models.Q(('informant_role', ''), _negated=True)), name='interview_says_who_was_asked'),
        ),
        migrations.AddConstraint(
            model_name='interviewnote',
            constraint=models.UniqueConstraint(fields=('interview', 'question'), name='note_once_a_question'),
        ),
    ]
