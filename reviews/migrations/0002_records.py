import django.db.models.deletion
import ipsfidelity.privacy
import django.utils.timezone
import reviews.models.invitations
import reviews.models.organisations
import hashlib
import json
import uuid
from datetime import UTC
from django.conf import settings

from django.core.management import CommandError
from django.db import migrations, models


def refuse_unrecorded_finals(apps, schema_editor):
    """Reviews that became final before there were records have no signed PDF, and cannot get one by a migration."""
    if apps.get_model("reviews", "Review").objects.filter(status="final").exists():
        raise CommandError(
            "This database was made by an early development version and holds final reviews without signed records. "
            "It is kept as it is. Start a new one: name another DATABASE_URL, or move the file away."
        )


def give_codes(apps, schema_editor):
    """Rows that were there get a code each: the column's default made one for all of them."""
    for name in ("Network", "User"):
        model = apps.get_model("reviews", name)
        for row in model.objects.all():
            row.code = uuid.uuid4()
            row.save(update_fields=["code"])


def link(event):
    """The hash of an event, as it was made when chains began."""
    content = {
        "previous": event.previous,
        "review": str(event.review.code),
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "by": str(event.by.code),
        "happening": event.happening,
        "item_number": event.item_number,
        "change": event.change and str(event.change),
        "changes": event.changes,
        "comment": event.comment,
    }
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def chain_events(apps, schema_editor):
    """Events that were there get their place in their review's chain."""
    previous = {}
    for event in apps.get_model("reviews", "ReviewEvent").objects.select_related("by", "review").order_by("pk"):
        event.previous = previous.get(event.review_id, "")
        event.hash = previous[event.review_id] = link(event)
        event.save(update_fields=["previous", "hash"])


class Migration(migrations.Migration):

    dependencies = [
        ('reviews', '0001_initial'),
        ('scales', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='AccessEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('act', models.CharField(choices=[('read', 'read'), ('printed', 'opened the PDF'), ('exported', 'exported'), ('refused', 'was refused'), ('signed_in', 'signed in'), ('sign_in_failed', 'failed to sign in'), ('signed_out', 'signed out'), ('invited', 'invited'), ('invitation_withdrawn', 'withdrew an invitation'), ('joined', 'accepted an invitation'), ('membership_ended', 'ended a membership'), ('organisation_added', 'added an organisation'), ('organisation_renamed', 'renamed an organisation'), ('account_deleted', 'deleted the account')], max_length=30)),
                ('page', models.CharField(blank=True, max_length=100)),
            ],
            options={
                'ordering': ('-pk',),
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
            ],
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('role', models.CharField(choices=[('evaluator', 'evaluator'), ('team_leader', 'team leader'), ('coordinator', 'coordinator')], max_length=20, verbose_name='role')),
                ('name', models.CharField(max_length=150, verbose_name='name')),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail address')),
                ('secret_hash', models.CharField(max_length=64, unique=True)),
                ('invited_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField(default=reviews.models.invitations._in_a_week)),
                ('accepted_at', models.DateTimeField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ('-pk',),
            },
        ),
        migrations.AlterModelManagers(
            name='user',
            managers=[
                ('objects', reviews.models.organisations.UserManager()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='membership',
            name='membership_place_fits_role',
        ),
        migrations.RemoveConstraint(
            model_name='membership',
            name='membership_of_network_once',
        ),
        migrations.RemoveConstraint(
            model_name='membership',
            name='membership_of_organisation_once',
        ),
        migrations.RemoveConstraint(
            model_name='review',
            name='review_final_has_result',
        ),
        migrations.RemoveConstraint(
            model_name='review',
            name='review_status_known',
        ),
        migrations.AddField(
            model_name='network',
            name='code',
            field=models.UUIDField(default=uuid.uuid4, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='review',
            name='supersedes',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='correction', to='reviews.review', verbose_name='corrects'),
        ),
        migrations.AddField(
            model_name='reviewevent',
            name='comment',
            field=models.CharField(blank=True, max_length=1000),
        ),
        migrations.AddField(
            model_name='reviewevent',
            name='hash',
            field=models.CharField(default=1, max_length=64),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='reviewevent',
            name='previous',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name='user',
            name='code',
            field=models.UUIDField(default=uuid.uuid4, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='user',
            name='deleted_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AlterField(
            model_name='review',
            name='status',
            field=models.CharField(choices=[('planned', 'planned'), ('scoring', 'being scored'), ('draft', 'draft report'), ('final', 'final'), ('superseded', 'superseded')], default='planned', max_length=20, verbose_name='status'),
        ),
        migrations.AlterField(
            model_name='reviewevent',
            name='happening',
            field=models.CharField(choices=[('created', 'created the review'), ('correction', 'opened this correction of a final review'), ('started', 'started scoring'), ('scored', 'changed an item'), ('handed_over', 'changed the evaluators'), ('drafted', 'handed out the draft report'), ('reopened', 'sent the review back to scoring'), ('finalised', 'signed and finalised the review'), ('corrected', 'opened a correction of this review'), ('superseded', 'replaced this review by its correction')], max_length=20),
        ),
        migrations.RunPython(refuse_unrecorded_finals, migrations.RunPython.noop),
        migrations.RunPython(give_codes, migrations.RunPython.noop),
        migrations.RunPython(chain_events, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='network',
            name='code',
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.AlterField(
            model_name='user',
            name='code',
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('organisation__isnull', False), ('role', 'team_leader')), ('role', 'evaluator'), models.Q(('organisation__isnull', True), ('role', 'coordinator')), _connector='OR'), name='membership_place_fits_role', violation_error_code='place_fits_role', violation_error_message='A team leader belongs to an organisation, an evaluator may work in one, a coordinator belongs to the network only.'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(condition=models.Q(('role', 'team_leader'), _negated=True), fields=('user', 'network', 'role'), name='membership_of_network_once', violation_error_code='membership_once', violation_error_message='This person has this role already.'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(condition=models.Q(('role', 'team_leader')), fields=('user', 'organisation'), name='membership_of_organisation_once', violation_error_code='membership_once', violation_error_message='This person has this role already.'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('finalised_at__isnull', False), ('finalised_by__isnull', False), ('status__in', ['final', 'superseded']), ('total__isnull', False), models.Q(('band', ''), _negated=True)), models.Q(models.Q(('status__in', ['final', 'superseded']), _negated=True), ('band', ''), ('finalised_at__isnull', True), ('finalised_by__isnull', True), ('total__isnull', True)), _connector='OR'), name='review_final_has_result', violation_error_code='final_has_result'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['planned', 'scoring', 'draft', 'final', 'superseded'])), name='review_status_known'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(('supersedes__isnull', True), models.Q(('supersedes', models.F('pk')), _negated=True), _connector='OR'), name='review_corrects_another'),
        ),
        migrations.AddConstraint(
            model_name='reviewevent',
            constraint=models.UniqueConstraint(fields=('review', 'previous'), name='event_chain_does_not_fork'),
        ),
        migrations.AddField(
            model_name='accessevent',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='accessevent',
            name='network',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reviews.network'),
        ),
        migrations.AddField(
            model_name='accessevent',
            name='organisation',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reviews.organisation'),
        ),
        migrations.AddField(
            model_name='accessevent',
            name='person',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='accessevent',
            name='review',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='accesses', to='reviews.review'),
        ),
        migrations.AddField(
            model_name='finalrecord',
            name='review',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='record', to='reviews.review'),
        ),
        migrations.AddField(
            model_name='invitation',
            name='accepted_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='invitation',
            name='invited_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='invitation',
            name='network',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='reviews.network'),
        ),
        migrations.AddField(
            model_name='invitation',
            name='organisation',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reviews.organisation', verbose_name='organisation'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('organisation__isnull', False), ('role', 'team_leader')), ('role', 'evaluator'), models.Q(('organisation__isnull', True), ('role', 'coordinator')), _connector='OR'), name='invitation_place_fits_role', violation_error_code='place_fits_role', violation_error_message='A team leader belongs to an organisation, an evaluator may work in one, a coordinator belongs to the network only.'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('accepted_at__isnull', True), ('accepted_by__isnull', True)), models.Q(('accepted_at__isnull', False), ('accepted_by__isnull', False), ('withdrawn_at__isnull', True)), _connector='OR'), name='invitation_accepted_by_someone'),
        ),
        migrations.AlterField(
            model_name='invitation',
            name='email',
            field=models.EmailField(max_length=254, validators=[ipsfidelity.privacy.refuse_identity_numbers], verbose_name='e-mail address'),
        ),
        migrations.AlterField(
            model_name='invitation',
            name='name',
            field=models.CharField(max_length=150, validators=[ipsfidelity.privacy.refuse_identity_numbers], verbose_name='name'),
        ),
        migrations.AlterField(
            model_name='network',
            name='name',
            field=models.CharField(max_length=150, unique=True, validators=[ipsfidelity.privacy.refuse_identity_numbers], verbose_name='name'),
        ),
        migrations.AlterField(
            model_name='organisation',
            name='name',
            field=models.CharField(max_length=150, validators=[ipsfidelity.privacy.refuse_identity_numbers], verbose_name='name'),
        ),
        migrations.AlterField(
            model_name='user',
            name='name',
            field=models.CharField(max_length=150, validators=[ipsfidelity.privacy.refuse_identity_numbers], verbose_name='name'),
        ),
    
    ]
