from itertools import batched

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

CLOSED = ["cancelled", "final", "superseded"]
OPEN = ["consensus", "draft", "planned", "rating", "scoring"]
FARTHEST = 104  # weeks of a timeline


def weeks_from(start, end, due):
    """Return the weeks before (negative or 0) or after a visit, None unless they are whole."""
    days = (due - (end if due > end else start)).days
    if days % 7 or start < due <= end or abs(days) > 7 * FARTHEST:
        return None
    return days // 7


def count_from_the_visit(apps, schema_editor):
    """Store how steps that are still to do hang on their visit: those of a timeline are whole weeks away from it."""
    steps = apps.get_model("reviews", "PreparationStep").objects.using(schema_editor.connection.alias)
    to_do = steps.filter(~Q(("review__status__in", CLOSED)), done_at__isnull=True).select_related("review")
    for batch in batched(to_do.order_by("pk").iterator(chunk_size=2000), 2000):
        for step in batch:
            step.weeks = weeks_from(step.review.visit_start, step.review.visit_end, step.due)
        steps.bulk_update([step for step in batch if step.weeks is not None], ["weeks"], batch_size=500)


class Migration(migrations.Migration):
    """Plans can be changed, reviews cancelled, corrections withdrawn and opened again."""

    dependencies = [("reviews", "0012_names_of_events")]

    operations = [
        migrations.RemoveConstraint(
            model_name='review',
            name='review_status_known',
        ),
        migrations.RemoveIndex(
            model_name='review',
            name='review_open',
        ),
        migrations.AddField(
            model_name='preparationstep',
            name='weeks',
            field=models.SmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='review',
            name='cancelled_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='review',
            name='cancelled_from',
            field=models.CharField(blank=True, editable=False, max_length=20),
        ),
        migrations.AlterField(
            model_name='review',
            name='status',
            field=models.CharField(choices=[('planned', 'planned'), ('scoring', 'being scored'), ('rating', 'being rated, each alone'), ('consensus', 'in consensus'), ('draft', 'draft report'), ('final', 'final'), ('superseded', 'superseded'), ('cancelled', 'cancelled')], default='planned', max_length=20, verbose_name='status'),
        ),
        migrations.AlterField(
            model_name='review',
            name='supersedes',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='reviews.review', verbose_name='corrects'),
        ),
        migrations.AlterField(
            model_name='reviewevent',
            name='type',
            field=models.CharField(choices=[('created', 'created the review'), ('correction', 'opened this correction of a final review'), ('started', 'started scoring'), ('scored', 'changed an item'), ('rated', 'changed their own rating of an item'), ('handed_in', 'handed in their ratings'), ('taken_back', 'took their ratings back'), ('compared', 'opened the ratings to each other, as the last to hand in'), ('asked', 'asked a third person to decide'), ('specialists', 'changed the list of employment specialists'), ('handed_over', 'changed the evaluators'), ('drafted', 'handed out the draft report'), ('reopened', 'sent the review back to scoring'), ('finalised', 'signed and finalised the review'), ('corrected', 'opened a correction of this review'), ('superseded', 'replaced this review by its correction'), ('plan_changed', 'changed the plan of the review'), ('moved', 'moved the correction of this review to another organisation'), ('cancelled', 'cancelled the review'), ('withdrawn', 'withdrew the correction'), ('interviewed', 'started an interview'), ('interview_changed', 'changed an interview'), ('interview_removed', 'removed an interview'), ('notes_deleted', 'deleted the interview notes'), ('report_written', 'changed the report’s text'), ('facts_asked', 'asked the service to check the facts'), ('remarked', 'remarked on the draft report'), ('remark_changed', 'changed a remark'), ('remark_withdrawn', 'withdrew a remark'), ('answered', 'answered a remark'), ('imported', 'imported the review'), ('action_added', 'added an action'), ('action_changed', 'changed an action'), ('action_noted', 'noted on an action'), ('action_removed', 'removed an action'), ('due_set', 'set when the next review is due'), ('prepared', 'ticked a step of the preparation')], db_column='happening', max_length=20),
        ),
        migrations.AddIndex(
            model_name='review',
            index=models.Index(condition=Q(('status__in', CLOSED), _negated=True), fields=['visit_start', 'id'], name='review_open'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=Q(('status__in', ['planned', 'scoring', 'rating', 'consensus', 'draft', 'final', 'superseded', 'cancelled'])), name='review_status_known'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.UniqueConstraint(condition=Q(('status__in', ['cancelled']), _negated=True), fields=('supersedes',), name='review_has_one_correction'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=Q(Q(('cancelled_at__isnull', False), ('cancelled_from__in', OPEN), ('status__in', ['cancelled'])), Q(Q(('status__in', ['cancelled']), _negated=True), ('cancelled_at__isnull', True), ('cancelled_from', '')), _connector='OR'), name='review_cancelled_from_open'),
        ),
        migrations.RunPython(count_from_the_visit, migrations.RunPython.noop),
    ]
