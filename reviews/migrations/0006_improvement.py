"""The report, the service’s remarks, action plans, due dates, exports and imports; where each organisation stands."""

import django.db.models.deletion
import django.utils.timezone
import ipsfidelity.privacy
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reviews', '0005_interviews'),
    ]

    operations = [
        migrations.CreateModel(
            name='Action',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('item_number', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='item')),
                ('what', models.CharField(max_length=1000, verbose_name='what will be done')),
                ('who', models.CharField(blank=True, max_length=100, verbose_name='who (role)')),
                ('due', models.DateField(blank=True, null=True, verbose_name='by when')),
                ('state', models.CharField(choices=[('planned', 'not started'), ('ongoing', 'under way'), ('done', 'done'), ('dropped', 'dropped')], default='planned', max_length=10, verbose_name='state')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.PositiveIntegerField(default=0)),
                ('saved_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'action',
                'verbose_name_plural': 'actions',
                'ordering': ('item_number', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='ActionNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('text', models.CharField(max_length=1000, verbose_name='note')),
            ],
            options={
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('secret_hash', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
        ),
        migrations.CreateModel(
            name='DueDate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(verbose_name='next review due')),
                ('reason', models.CharField(max_length=1000, verbose_name='reason')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
        ),
        migrations.CreateModel(
            name='Export',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('form', models.CharField(choices=[('zip', 'score sheets as PDF (ZIP)'), ('xlsx', 'spreadsheet (XLSX)'), ('csv', 'table (CSV)'), ('jsonl', 'data (JSON lines)')], max_length=10, verbose_name='format')),
                ('selection', models.JSONField(default=dict)),
                ('reviews', models.PositiveIntegerField(verbose_name='reviews')),
            ],
            options={
                'ordering': ('-pk',),
            },
        ),
        migrations.CreateModel(
            name='PreparationStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due', models.DateField(verbose_name='by when')),
                ('text', models.CharField(max_length=200, verbose_name='what to do')),
                ('done_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ('due', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='Remark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('item_number', models.PositiveSmallIntegerField(null=True, verbose_name='item')),
                ('kind', models.CharField(choices=[('comment', 'comment'), ('fact', 'fact that is missing or wrong')], max_length=10, verbose_name='kind')),
                ('text', models.CharField(max_length=2000, verbose_name='remark')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('answer', models.CharField(blank=True, max_length=2000, verbose_name='answer')),
                ('answered_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=0)),
            ],
            options={
                'ordering': ('item_number', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('about', models.CharField(max_length=120)),
                ('sent_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
        ),
        migrations.CreateModel(
            name='ReportText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('summary', models.CharField(blank=True, max_length=5000, verbose_name='summary')),
                ('strengths', models.CharField(blank=True, max_length=5000, verbose_name='strengths')),
                ('version', models.PositiveIntegerField(default=0)),
                ('saved_at', models.DateTimeField(null=True)),
                ('change', models.UUIDField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='TimelineStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weeks', models.SmallIntegerField(verbose_name='weeks from the visit')),
                ('text', models.CharField(max_length=200, validators=[ipsfidelity.privacy.refuse_identity_numbers], verbose_name='what to do')),
            ],
            options={
                'ordering': ('weeks', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('file_name', models.CharField(max_length=150)),
                ('sha256', models.CharField(max_length=64)),
                ('rows', models.JSONField()),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.AddField(
            model_name='network',
            name='good_total',
            field=models.PositiveSmallIntegerField(default=100, verbose_name='total from which a review is a good one'),
        ),
        migrations.AddField(
            model_name='network',
            name='months_between',
            field=models.PositiveSmallIntegerField(default=6, verbose_name='months to the next review'),
        ),
        migrations.AddField(
            model_name='network',
            name='months_when_good',
            field=models.PositiveSmallIntegerField(default=12, verbose_name='months to the next review after a good one'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='last_band_rank',
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='organisation',
            name='last_change',
            field=models.SmallIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='organisation',
            name='last_kind',
            field=models.CharField(blank=True, editable=False, max_length=20),
        ),
        migrations.AddField(
            model_name='organisation',
            name='last_review',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reviews.review'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='last_total',
            field=models.PositiveSmallIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='organisation',
            name='last_visit',
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='organisation',
            name='next_due',
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='organisation',
            name='open_actions',
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='review',
            name='facts_until',
            field=models.DateField(blank=True, null=True, verbose_name='remarks of the service until'),
        ),
        migrations.AddField(
            model_name='review',
            name='is_imported',
            field=models.BooleanField(default=False, editable=False, verbose_name='imported'),
        ),
        migrations.AlterField(
            model_name='accessevent',
            name='act',
            field=models.CharField(choices=[('read', 'read'), ('printed', 'opened the PDF'), ('exported', 'exported'), ('refused', 'was refused'), ('signed_in', 'signed in'), ('sign_in_failed', 'failed to sign in'), ('signed_out', 'signed out'), ('invited', 'invited'), ('invitation_withdrawn', 'withdrew an invitation'), ('joined', 'accepted an invitation'), ('membership_ended', 'ended a membership'), ('organisation_added', 'added an organisation'), ('organisation_renamed', 'renamed an organisation'), ('account_deleted', 'deleted the account'), ('imported', 'imported past reviews'), ('rhythm_changed', 'changed when reviews are due'), ('timeline_changed', 'changed the timeline of a review'), ('feed_made', 'made a calendar address'), ('feed_revoked', 'revoked the calendar address'), ('notes_rule_changed', 'changed how long interview notes are kept')], max_length=30),
        ),
        migrations.AlterField(
            model_name='reviewevent',
            name='happening',
            field=models.CharField(choices=[('created', 'created the review'), ('correction', 'opened this correction of a final review'), ('started', 'started scoring'), ('scored', 'changed an item'), ('rated', 'changed their own rating of an item'), ('handed_in', 'handed in their ratings'), ('taken_back', 'took their ratings back'), ('compared', 'opened the ratings to each other, as the last to hand in'), ('asked', 'asked a third person to decide'), ('specialists', 'changed the list of employment specialists'), ('handed_over', 'changed the evaluators'), ('drafted', 'handed out the draft report'), ('reopened', 'sent the review back to scoring'), ('finalised', 'signed and finalised the review'), ('corrected', 'opened a correction of this review'), ('superseded', 'replaced this review by its correction'), ('interviewed', 'started an interview'), ('interview_changed', 'changed an interview'), ('interview_removed', 'removed an interview'), ('notes_deleted', 'deleted the interview notes'), ('report_written', 'changed the report’s text'), ('facts_asked', 'asked the service to check the facts'), ('remarked', 'remarked on the draft report'), ('remark_changed', 'changed a remark'), ('remark_withdrawn', 'withdrew a remark'), ('answered', 'answered a remark'), ('imported', 'imported the review'), ('action_added', 'added an action'), ('action_changed', 'changed an action'), ('action_noted', 'noted on an action'), ('action_removed', 'removed an action'), ('due_set', 'set when the next review is due'), ('prepared', 'ticked a step of the preparation')], max_length=20),
        ),
        migrations.AddIndex(
            model_name='organisation',
            index=models.Index(fields=['network', 'next_due', 'id'], name='organisation_due'),
        ),
        migrations.AddIndex(
            model_name='organisation',
            index=models.Index(fields=['network', 'last_total', 'id'], name='organisation_total'),
        ),
        migrations.AddConstraint(
            model_name='network',
            constraint=models.CheckConstraint(condition=models.Q(('months_between__range', (1, 60)), ('months_when_good__range', (1, 60))), name='network_reviews_within_five_years', violation_error_code='reviews_within_five_years'),
        ),
        migrations.AddField(
            model_name='action',
            name='review',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='actions', to='reviews.review'),
        ),
        migrations.AddField(
            model_name='action',
            name='saved_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='actionnote',
            name='action',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='reviews.action'),
        ),
        migrations.AddField(
            model_name='actionnote',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='calendarfeed',
            name='user',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='calendar_feed', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='duedate',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='duedate',
            name='review',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='due_date', to='reviews.review'),
        ),
        migrations.AddField(
            model_name='export',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='export',
            name='network',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exports', to='reviews.network'),
        ),
        migrations.AddField(
            model_name='preparationstep',
            name='done_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='preparationstep',
            name='review',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='preparation', to='reviews.review'),
        ),
        migrations.AddField(
            model_name='remark',
            name='answered_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='remark',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='remark',
            name='review',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='remarks', to='reviews.review'),
        ),
        migrations.AddField(
            model_name='reminder',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='reporttext',
            name='review',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='report_text', to='reviews.review'),
        ),
        migrations.AddField(
            model_name='reporttext',
            name='saved_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='timelinestep',
            name='network',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='timeline', to='reviews.network'),
        ),
        migrations.AddField(
            model_name='upload',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='upload',
            name='network',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='uploads', to='reviews.network'),
        ),
        migrations.AddConstraint(
            model_name='action',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('planned', 'ongoing', 'done', 'dropped'))), name='action_state_known'),
        ),
        migrations.AddConstraint(
            model_name='action',
            constraint=models.CheckConstraint(condition=models.Q(('what', ''), _negated=True), name='action_says_what'),
        ),
        migrations.AddConstraint(
            model_name='actionnote',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='action_note_says_something'),
        ),
        migrations.AddConstraint(
            model_name='duedate',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='due_date_says_why'),
        ),
        migrations.AddConstraint(
            model_name='preparationstep',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('done_at__isnull', True), ('done_by__isnull', True)), models.Q(('done_at__isnull', False), ('done_by__isnull', False)), _connector='OR'), name='preparation_done_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='remark',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at__isnull', True), ('answered_by__isnull', True)), models.Q(models.Q(('answer', ''), _negated=True), ('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR'), name='remark_answer_has_author'),
        ),
        migrations.AddConstraint(
            model_name='remark',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='remark_says_something'),
        ),
        migrations.AddConstraint(
            model_name='remark',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ('comment', 'fact'))), name='remark_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='reminder',
            constraint=models.UniqueConstraint(fields=('user', 'about'), name='reminded_once'),
        ),
        migrations.AddConstraint(
            model_name='timelinestep',
            constraint=models.CheckConstraint(condition=models.Q(('weeks__gte', -104), ('weeks__lte', 104)), name='timeline_within_two_years', violation_error_code='within_two_years'),
        ),
        migrations.AddConstraint(
            model_name='timelinestep',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='timeline_says_what'),
        ),
    ]
