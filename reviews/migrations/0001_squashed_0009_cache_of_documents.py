"""The state at which the first nine migrations were joined into one.

A database that has all nine counts as migrated; one that stopped between them is refused (reviews/apps.py).
"""

import django.contrib.auth.validators
import django.db.models.deletion
import django.utils.timezone
import ipsfidelity.privacy
import reviews.models.invitations
import reviews.models.organisations
import reviews.models.reviews
import uuid
from django.conf import settings
from django.core.management import call_command
from django.db import migrations, models

REPLACED = (
    '0001_initial',
    '0002_records',
    '0003_cache_table',
    '0004_ratings',
    '0005_interviews',
    '0006_improvement',
    '0007_catch_up',
    '0008_open_reviews',
    '0009_cache_of_documents',
)


def create_cache_tables(apps, schema_editor):
    """The tables of both caches: limits on sign-in, and reports as PDF."""
    call_command('createcachetable', database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):

    initial = True

    replaces = [('reviews', name) for name in REPLACED]

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('scales', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('code', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=150, validators=[ipsfidelity.privacy.refuse_identity_numbers], verbose_name='name')),
                ('language', models.CharField(blank=True, choices=[('nb', 'Norwegian Bokmål'), ('sv', 'Swedish'), ('en', 'English')], max_length=5, verbose_name='language')),
                ('deleted_at', models.DateTimeField(editable=False, null=True)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'user',
                'verbose_name_plural': 'users',
                'abstract': False,
            },
            managers=[
                ('objects', reviews.models.organisations.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('secret_hash', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='calendar_feed', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Network',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=150, unique=True, validators=[ipsfidelity.privacy.refuse_identity_numbers], verbose_name='name')),
                ('keep_notes_weeks', models.PositiveSmallIntegerField(default=2, verbose_name='weeks that interview notes are kept')),
                ('months_between', models.PositiveSmallIntegerField(default=6, verbose_name='months to the next review')),
                ('months_when_good', models.PositiveSmallIntegerField(default=12, verbose_name='months to the next review after a good one')),
                ('good_total', models.PositiveSmallIntegerField(default=100, verbose_name='total from which a review is a good one')),
            ],
            options={
                'verbose_name': 'network',
                'verbose_name_plural': 'networks',
                'ordering': ('name',),
                'constraints': [models.CheckConstraint(condition=models.Q(('keep_notes_weeks__lte', 52)), name='network_keeps_notes_for_a_year_at_most', violation_error_code='keeps_notes_for_a_year_at_most'), models.CheckConstraint(condition=models.Q(('months_between__range', (1, 60)), ('months_when_good__range', (1, 60))), name='network_reviews_within_five_years', violation_error_code='reviews_within_five_years')],
            },
        ),
        migrations.CreateModel(
            name='Export',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('form', models.CharField(choices=[('zip', 'score sheets as PDF (ZIP)'), ('xlsx', 'spreadsheet (XLSX)'), ('csv', 'table (CSV)'), ('jsonl', 'data (JSON lines)')], max_length=10, verbose_name='format')),
                ('selection', models.JSONField(default=dict)),
                ('reviews', models.PositiveIntegerField(verbose_name='reviews')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('network', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exports', to='reviews.network')),
            ],
            options={
                'ordering': ('-pk',),
            },
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=150, validators=[ipsfidelity.privacy.refuse_identity_numbers], verbose_name='name')),
                ('last_visit', models.DateField(editable=False, null=True)),
                ('last_kind', models.CharField(blank=True, editable=False, max_length=20)),
                ('last_total', models.PositiveSmallIntegerField(editable=False, null=True)),
                ('last_band_rank', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('last_change', models.SmallIntegerField(editable=False, null=True)),
                ('next_due', models.DateField(editable=False, null=True)),
                ('open_actions', models.PositiveIntegerField(default=0, editable=False)),
                ('network', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='organisations', to='reviews.network', verbose_name='network')),
            ],
            options={
                'verbose_name': 'organisation',
                'verbose_name_plural': 'organisations',
                'ordering': ('name',),
                'indexes': [models.Index(fields=['network', 'next_due', 'id'], name='organisation_due'), models.Index(fields=['network', 'last_total', 'id'], name='organisation_total')],
                'constraints': [models.UniqueConstraint(fields=('network', 'name'), name='organisation_name_once_in_network')],
            },
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='code')),
                ('kind', models.CharField(choices=[('independent', 'independent review'), ('peer', 'peer review'), ('guided_self', 'guided self-assessment'), ('self', 'self-assessment')], max_length=20, verbose_name='kind')),
                ('status', models.CharField(choices=[('planned', 'planned'), ('scoring', 'being scored'), ('rating', 'being rated, each alone'), ('consensus', 'in consensus'), ('draft', 'draft report'), ('final', 'final'), ('superseded', 'superseded')], default='planned', max_length=20, verbose_name='status')),
                ('method', models.CharField(choices=[('apart', 'each evaluator rates alone, then consensus'), ('together', 'one common scoring')], max_length=20, verbose_name='method')),
                ('specialists', models.JSONField(default=reviews.models.reviews.one_specialist, verbose_name='employment specialists')),
                ('visit_start', models.DateField(verbose_name='first day of the visit')),
                ('visit_end', models.DateField(verbose_name='last day of the visit')),
                ('period_start', models.DateField(blank=True, null=True, verbose_name='period looked at, from')),
                ('period_end', models.DateField(blank=True, null=True, verbose_name='period looked at, to')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('finalised_at', models.DateTimeField(null=True)),
                ('facts_until', models.DateField(blank=True, null=True, verbose_name='remarks of the service until')),
                ('is_imported', models.BooleanField(default=False, editable=False, verbose_name='imported')),
                ('total', models.PositiveSmallIntegerField(null=True, verbose_name='total')),
                ('band', models.CharField(blank=True, max_length=100, verbose_name='quality band')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='scales.scaleedition', verbose_name='scale')),
                ('finalised_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='reviews.organisation', verbose_name='organisation')),
                ('supersedes', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='correction', to='reviews.review', verbose_name='corrects')),
            ],
            options={
                'verbose_name': 'review',
                'verbose_name_plural': 'reviews',
                'ordering': ('-visit_start', '-pk'),
                'indexes': [models.Index(models.OrderBy(models.F('visit_start'), descending=True), models.OrderBy(models.F('id'), descending=True), name='review_newest'), models.Index(models.F('organisation'), models.OrderBy(models.F('visit_start'), descending=True), models.OrderBy(models.F('id'), descending=True), name='review_organisation_newest'), models.Index(condition=models.Q(('status__in', ['final', 'superseded']), _negated=True), fields=['visit_start', 'id'], name='review_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(('visit_end__gte', models.F('visit_start'))), name='review_visit_in_order', violation_error_code='visit_in_order', violation_error_message='The last day of the visit cannot be before the first day.'), models.CheckConstraint(condition=models.Q(models.Q(('period_end__isnull', True), ('period_start__isnull', True)), models.Q(('period_end__gte', models.F('period_start')), ('period_end__isnull', False), ('period_start__isnull', False)), _connector='OR'), name='review_period_in_order', violation_error_code='period_in_order', violation_error_message='The period needs both dates, the end not before the start. Or leave both empty.'), models.CheckConstraint(condition=models.Q(models.Q(('finalised_at__isnull', False), ('finalised_by__isnull', False), ('status__in', ['final', 'superseded']), ('total__isnull', False), models.Q(('band', ''), _negated=True)), models.Q(models.Q(('status__in', ['final', 'superseded']), _negated=True), ('band', ''), ('finalised_at__isnull', True), ('finalised_by__isnull', True), ('total__isnull', True)), _connector='OR'), name='review_final_has_result', violation_error_code='final_has_result'), models.CheckConstraint(condition=models.Q(('status__in', ['planned', 'scoring', 'rating', 'consensus', 'draft', 'final', 'superseded'])), name='review_status_known'), models.CheckConstraint(condition=models.Q(('kind__in', ['independent', 'peer', 'guided_self', 'self'])), name='review_kind_known'), models.CheckConstraint(condition=models.Q(models.Q(('method', 'apart'), models.Q(('status', 'scoring'), _negated=True)), models.Q(('method', 'together'), models.Q(('status__in', ('rating', 'consensus')), _negated=True)), _connector='OR'), name='review_status_fits_method'), models.CheckConstraint(condition=models.Q(('supersedes__isnull', True), models.Q(('supersedes', models.F('pk')), _negated=True), _connector='OR'), name='review_corrects_another')],
            },
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
                ('saved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('review', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='report_text', to='reviews.review')),
            ],
        ),
        migrations.AddField(
            model_name='organisation',
            name='last_review',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reviews.review'),
        ),
        migrations.CreateModel(
            name='ItemScore',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item_number', models.PositiveSmallIntegerField(verbose_name='item')),
                ('value', models.PositiveSmallIntegerField(null=True, verbose_name='score')),
                ('sources', models.JSONField(default=list, verbose_name='data sources')),
                ('evidence', models.CharField(blank=True, max_length=5000, verbose_name='evidence')),
                ('recommendation', models.CharField(blank=True, max_length=5000, verbose_name='recommendation')),
                ('observation', models.JSONField(default=dict, verbose_name='observation')),
                ('departure', models.CharField(blank=True, max_length=1000, verbose_name='why not the suggestion')),
                ('awaiting', models.BooleanField(default=False, verbose_name='not enough data yet')),
                ('awaited', models.CharField(blank=True, max_length=500, verbose_name='what is missing')),
                ('awaited_from', models.CharField(blank=True, max_length=100, verbose_name='who gets it')),
                ('awaited_by', models.DateField(null=True, verbose_name='by when')),
                ('version', models.PositiveIntegerField(default=0)),
                ('saved_at', models.DateTimeField(null=True)),
                ('decision', models.CharField(blank=True, max_length=1000, verbose_name='reason for the decision')),
                ('put_to', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('saved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scores', to='reviews.review')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('item_number__gte', 1)), name='itemscore_item_number_counts_from_1'), models.CheckConstraint(condition=models.Q(('value__isnull', True), models.Q(('value__gte', 1), ('value__lte', 5)), _connector='OR'), name='itemscore_value_on_scale', violation_error_code='value_on_scale'), models.CheckConstraint(condition=models.Q(models.Q(('awaiting', True), ('value__isnull', True)), models.Q(('awaited', ''), ('awaited_by__isnull', True), ('awaited_from', ''), ('awaiting', False)), _connector='OR'), name='itemscore_waits_without_score', violation_error_code='waits_without_score'), models.UniqueConstraint(fields=('review', 'item_number'), name='score_once_an_item')],
            },
        ),
        migrations.CreateModel(
            name='Interview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('informant_role', models.CharField(max_length=100, validators=[ipsfidelity.privacy.refuse_identity_numbers], verbose_name='role')),
                ('label', models.CharField(max_length=50, validators=[ipsfidelity.privacy.refuse_identity_numbers], verbose_name='label')),
                ('held_on', models.DateField(verbose_name='date')),
                ('place', models.CharField(blank=True, max_length=100, validators=[ipsfidelity.privacy.refuse_identity_numbers], verbose_name='place')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('notes_deleted_at', models.DateTimeField(editable=False, null=True)),
                ('conducted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('guide', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='interviews', to='scales.guideedition', verbose_name='interview guide')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='interviews', to='reviews.review')),
            ],
            options={
                'verbose_name': 'interview',
                'verbose_name_plural': 'interviews',
                'ordering': ('pk',),
                'constraints': [models.UniqueConstraint(fields=('review', 'label'), name='interview_label_once_in_review', violation_error_code='label_once', violation_error_message='Another interview of this review has this label already.'), models.CheckConstraint(condition=models.Q(models.Q(('label', ''), _negated=True), models.Q(('informant_role', ''), _negated=True)), name='interview_says_who_was_asked')],
            },
        ),
        migrations.CreateModel(
            name='FinalRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content', models.JSONField()),
                ('fingerprint', models.CharField(max_length=64, verbose_name='fingerprint')),
                ('pdf', models.BinaryField()),
                ('sha256', models.CharField(max_length=64)),
                ('review', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='record', to='reviews.review')),
            ],
        ),
        migrations.CreateModel(
            name='DueDate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(verbose_name='next review due')),
                ('reason', models.CharField(max_length=1000, verbose_name='reason')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('review', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='due_date', to='reviews.review')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='due_date_says_why')],
            },
        ),
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
                ('saved_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='actions', to='reviews.review')),
            ],
            options={
                'verbose_name': 'action',
                'verbose_name_plural': 'actions',
                'ordering': ('item_number', 'pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ('planned', 'ongoing', 'done', 'dropped'))), name='action_state_known'), models.CheckConstraint(condition=models.Q(('what', ''), _negated=True), name='action_says_what')],
            },
        ),
        migrations.CreateModel(
            name='AccessEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('act', models.CharField(choices=[('read', 'read'), ('printed', 'opened the PDF'), ('exported', 'exported'), ('refused', 'was refused'), ('signed_in', 'signed in'), ('sign_in_failed', 'failed to sign in'), ('signed_out', 'signed out'), ('invited', 'invited'), ('invitation_withdrawn', 'withdrew an invitation'), ('joined', 'accepted an invitation'), ('membership_ended', 'ended a membership'), ('organisation_added', 'added an organisation'), ('organisation_renamed', 'renamed an organisation'), ('account_deleted', 'deleted the account'), ('imported', 'imported past reviews'), ('rhythm_changed', 'changed when reviews are due'), ('timeline_changed', 'changed the timeline of a review'), ('feed_made', 'made a calendar address'), ('feed_revoked', 'revoked the calendar address'), ('notes_rule_changed', 'changed how long interview notes are kept')], max_length=30)),
                ('page', models.CharField(blank=True, max_length=100)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('network', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reviews.network')),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reviews.organisation')),
                ('review', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='accesses', to='reviews.review')),
            ],
            options={
                'ordering': ('-pk',),
            },
        ),
        migrations.CreateModel(
            name='ReviewEvaluator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.CharField(choices=[('rates', 'evaluator'), ('decides', 'third person')], default='rates', max_length=20)),
                ('submitted_at', models.DateTimeField(null=True)),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='participations', to='reviews.review')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='participations', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('pk',),
                'constraints': [models.UniqueConstraint(fields=('review', 'user'), name='evaluator_once_in_review'), models.CheckConstraint(condition=models.Q(('part__in', ['rates', 'decides'])), name='evaluator_part_known'), models.CheckConstraint(condition=models.Q(('submitted_at__isnull', True), ('part', 'rates'), _connector='OR'), name='evaluator_hands_in_what_they_rated')],
            },
        ),
        migrations.AddField(
            model_name='review',
            name='evaluators',
            field=models.ManyToManyField(related_name='reviews', through='reviews.ReviewEvaluator', to=settings.AUTH_USER_MODEL, verbose_name='evaluators'),
        ),
        migrations.CreateModel(
            name='Rating',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item_number', models.PositiveSmallIntegerField(verbose_name='item')),
                ('value', models.PositiveSmallIntegerField(null=True, verbose_name='score')),
                ('sources', models.JSONField(default=list, verbose_name='data sources')),
                ('evidence', models.CharField(blank=True, max_length=5000, verbose_name='evidence')),
                ('recommendation', models.CharField(blank=True, max_length=5000, verbose_name='recommendation')),
                ('observation', models.JSONField(default=dict, verbose_name='observation')),
                ('departure', models.CharField(blank=True, max_length=1000, verbose_name='why not the suggestion')),
                ('awaiting', models.BooleanField(default=False, verbose_name='not enough data yet')),
                ('awaited', models.CharField(blank=True, max_length=500, verbose_name='what is missing')),
                ('awaited_from', models.CharField(blank=True, max_length=100, verbose_name='who gets it')),
                ('awaited_by', models.DateField(null=True, verbose_name='by when')),
                ('version', models.PositiveIntegerField(default=0)),
                ('saved_at', models.DateTimeField(null=True)),
                ('saved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('evaluator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ratings', to='reviews.reviewevaluator')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('item_number__gte', 1)), name='rating_item_number_counts_from_1'), models.CheckConstraint(condition=models.Q(('value__isnull', True), models.Q(('value__gte', 1), ('value__lte', 5)), _connector='OR'), name='rating_value_on_scale', violation_error_code='value_on_scale'), models.CheckConstraint(condition=models.Q(models.Q(('awaiting', True), ('value__isnull', True)), models.Q(('awaited', ''), ('awaited_by__isnull', True), ('awaited_from', ''), ('awaiting', False)), _connector='OR'), name='rating_waits_without_score', violation_error_code='waits_without_score'), models.UniqueConstraint(fields=('evaluator', 'item_number'), name='rating_once_an_item')],
            },
        ),
        migrations.CreateModel(
            name='ReviewEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('happening', models.CharField(choices=[('created', 'created the review'), ('correction', 'opened this correction of a final review'), ('started', 'started scoring'), ('scored', 'changed an item'), ('rated', 'changed their own rating of an item'), ('handed_in', 'handed in their ratings'), ('taken_back', 'took their ratings back'), ('compared', 'opened the ratings to each other, as the last to hand in'), ('asked', 'asked a third person to decide'), ('specialists', 'changed the list of employment specialists'), ('handed_over', 'changed the evaluators'), ('drafted', 'handed out the draft report'), ('reopened', 'sent the review back to scoring'), ('finalised', 'signed and finalised the review'), ('corrected', 'opened a correction of this review'), ('superseded', 'replaced this review by its correction'), ('interviewed', 'started an interview'), ('interview_changed', 'changed an interview'), ('interview_removed', 'removed an interview'), ('notes_deleted', 'deleted the interview notes'), ('report_written', 'changed the report’s text'), ('facts_asked', 'asked the service to check the facts'), ('remarked', 'remarked on the draft report'), ('remark_changed', 'changed a remark'), ('remark_withdrawn', 'withdrew a remark'), ('answered', 'answered a remark'), ('imported', 'imported the review'), ('action_added', 'added an action'), ('action_changed', 'changed an action'), ('action_noted', 'noted on an action'), ('action_removed', 'removed an action'), ('due_set', 'set when the next review is due'), ('prepared', 'ticked a step of the preparation')], max_length=20)),
                ('item_number', models.PositiveSmallIntegerField(null=True)),
                ('change', models.UUIDField(null=True)),
                ('changes', models.JSONField(default=dict)),
                ('comment', models.CharField(blank=True, max_length=1000)),
                ('previous', models.CharField(blank=True, max_length=64)),
                ('hash', models.CharField(max_length=64)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='reviews.review')),
            ],
            options={
                'ordering': ('pk',),
                'constraints': [models.UniqueConstraint(condition=models.Q(('change__isnull', False)), fields=('review', 'item_number', 'change'), name='event_change_once_an_item'), models.UniqueConstraint(fields=('review', 'previous'), name='event_chain_does_not_fork')],
            },
        ),
        migrations.CreateModel(
            name='TimelineStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weeks', models.SmallIntegerField(verbose_name='weeks from the visit')),
                ('text', models.CharField(max_length=200, validators=[ipsfidelity.privacy.refuse_identity_numbers], verbose_name='what to do')),
                ('network', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='timeline', to='reviews.network')),
            ],
            options={
                'ordering': ('weeks', 'pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(('weeks__gte', -104), ('weeks__lte', 104)), name='timeline_within_two_years', violation_error_code='within_two_years'), models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='timeline_says_what')],
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
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('network', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='uploads', to='reviews.network')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='ActionNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('text', models.CharField(max_length=1000, verbose_name='note')),
                ('action', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='reviews.action')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('pk',),
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='action_note_says_something')],
            },
        ),
        migrations.CreateModel(
            name='InterviewNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('question', models.CharField(max_length=20)),
                ('text', models.CharField(blank=True, max_length=5000, verbose_name='note')),
                ('version', models.PositiveIntegerField(default=0)),
                ('saved_at', models.DateTimeField(null=True)),
                ('change', models.UUIDField(null=True)),
                ('interview', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='reviews.interview')),
                ('saved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('pk',),
                'constraints': [models.UniqueConstraint(fields=('interview', 'question'), name='note_once_a_question')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('evaluator', 'evaluator'), ('team_leader', 'team leader'), ('coordinator', 'coordinator')], max_length=20, verbose_name='role')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('network', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='reviews.network', verbose_name='network')),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='reviews.organisation', verbose_name='organisation')),
            ],
            options={
                'verbose_name': 'membership',
                'verbose_name_plural': 'memberships',
                'ordering': ('user', 'network'),
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('organisation__isnull', False), ('role', 'team_leader')), ('role', 'evaluator'), models.Q(('organisation__isnull', True), ('role', 'coordinator')), _connector='OR'), name='membership_place_fits_role', violation_error_code='place_fits_role', violation_error_message='A team leader belongs to an organisation, an evaluator may work in one, a coordinator belongs to the network only.'), models.UniqueConstraint(condition=models.Q(('role', 'team_leader'), _negated=True), fields=('user', 'network', 'role'), name='membership_of_network_once', violation_error_code='membership_once', violation_error_message='This person has this role already.'), models.UniqueConstraint(condition=models.Q(('role', 'team_leader')), fields=('user', 'organisation'), name='membership_of_organisation_once', violation_error_code='membership_once', violation_error_message='This person has this role already.')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('role', models.CharField(choices=[('evaluator', 'evaluator'), ('team_leader', 'team leader'), ('coordinator', 'coordinator')], max_length=20, verbose_name='role')),
                ('name', models.CharField(max_length=150, validators=[ipsfidelity.privacy.refuse_identity_numbers], verbose_name='name')),
                ('email', models.EmailField(max_length=254, validators=[ipsfidelity.privacy.refuse_identity_numbers], verbose_name='e-mail address')),
                ('secret_hash', models.CharField(max_length=64, unique=True)),
                ('invited_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField(default=reviews.models.invitations._in_a_week)),
                ('accepted_at', models.DateTimeField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('accepted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('invited_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('network', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='reviews.network')),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reviews.organisation', verbose_name='organisation')),
            ],
            options={
                'ordering': ('-pk',),
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('organisation__isnull', False), ('role', 'team_leader')), ('role', 'evaluator'), models.Q(('organisation__isnull', True), ('role', 'coordinator')), _connector='OR'), name='invitation_place_fits_role', violation_error_code='place_fits_role', violation_error_message='A team leader belongs to an organisation, an evaluator may work in one, a coordinator belongs to the network only.'), models.CheckConstraint(condition=models.Q(models.Q(('accepted_at__isnull', True), ('accepted_by__isnull', True)), models.Q(('accepted_at__isnull', False), ('accepted_by__isnull', False), ('withdrawn_at__isnull', True)), _connector='OR'), name='invitation_accepted_by_someone')],
            },
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('about', models.CharField(max_length=120)),
                ('sent_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'about'), name='reminded_once')],
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
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='remarks', to='reviews.review')),
            ],
            options={
                'ordering': ('item_number', 'pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at__isnull', True), ('answered_by__isnull', True)), models.Q(models.Q(('answer', ''), _negated=True), ('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR'), name='remark_answer_has_author'), models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='remark_says_something'), models.CheckConstraint(condition=models.Q(('kind__in', ('comment', 'fact'))), name='remark_kind_known')],
            },
        ),
        migrations.CreateModel(
            name='PreparationStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due', models.DateField(verbose_name='by when')),
                ('text', models.CharField(max_length=200, verbose_name='what to do')),
                ('done_at', models.DateTimeField(null=True)),
                ('done_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='preparation', to='reviews.review')),
            ],
            options={
                'ordering': ('due', 'pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('done_at__isnull', True), ('done_by__isnull', True)), models.Q(('done_at__isnull', False), ('done_by__isnull', False)), _connector='OR'), name='preparation_done_by_somebody')],
            },
        ),
        migrations.RunPython(create_cache_tables, migrations.RunPython.noop),
    ]
