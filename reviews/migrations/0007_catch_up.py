"""Open reviews get their report text, and where each organisation stands is worked out for the first time.

The rules are those of reviews/followup/, told by the columns as they are at this point.
"""

from calendar import monthrange
from datetime import date

from django.db import migrations

FINISHED = ("final", "superseded")


def months_after(day, months):
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def catch_up(apps, _schema_editor):
    Review, ReportText = apps.get_model("reviews", "Review"), apps.get_model("reviews", "ReportText")
    for review in Review.objects.exclude(status__in=FINISHED).iterator():
        ReportText.objects.create(review=review)
    for organisation in apps.get_model("reviews", "Organisation").objects.select_related("network").iterator():
        valid = Review.objects.filter(organisation=organisation, status="final").order_by("-visit_start", "-pk")
        if last := valid.first():
            stand(organisation, valid, last)


def stand(organisation, valid, last):
    network = organisation.network
    same = valid.filter(edition=last.edition, kind=last.kind, visit_start__lt=last.visit_start)
    before = same.values_list("total", flat=True).first()
    months = network.months_when_good if last.total >= network.good_total else network.months_between
    bands = sorted(last.edition.document["bands"], key=lambda band: band["min"])
    organisation.last_review, organisation.last_visit = last, last.visit_start
    organisation.last_kind, organisation.last_total = last.kind, last.total
    organisation.last_band_rank = sum(band["min"] <= last.total for band in bands)
    organisation.last_change = None if before is None else last.total - before
    organisation.next_due = months_after(last.visit_start, months)
    organisation.save()


class Migration(migrations.Migration):

    dependencies = [
        ("reviews", "0006_improvement"),
    ]

    operations = [migrations.RunPython(catch_up, migrations.RunPython.noop)]
