"""Months to the next review by edition and quality band, and the edition of each organisation's last review.

A network had one total from which reviews were less frequent, for every scale. Its choice becomes a row for each band
of each edition: bands that begin at that total or above get the months of high totals. Dates that follow from 100 of
125 points do not change. Where a date does change, `next_due` is recomputed here, unless it was set by hand.
"""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, OuterRef, Subquery

BATCH = 2_000  # organisations
DEFAULT = (6, 12, 100)  # months, months after a high total, the total


def bands_of(document: Mapping[str, Any]) -> list[tuple[int, int, bool]]:
    """Return the bands of a scale from the lowest, rank 1, with lowest total, highest total, and whether it is good.

    Good is what is due after a year by default (`Scale.months_to_next` of this version).
    """
    items = sum(len(section["items"]) for section in document["sections"])
    bands = document["bands"]
    return [
        (band["min"], band["max"], (len(bands) > 1 and band is bands[0]) or band["min"] >= 4 * items)
        for band in reversed(bands)
    ]


def months_by_rank(rule: tuple[int, int, int], bands: list[tuple[int, int, bool]]) -> dict[int, int]:
    """Return the months of each band by its rank, as the network's choice means them.

    A total that the network has not chosen, or that the scale does not reach, is the good bands of the scale.
    """
    between, when_good, total = rule
    is_meant = total != DEFAULT[2] and bands[0][0] <= total <= bands[-1][1]
    return {
        rank: when_good if (lowest >= total if is_meant else is_good) else between
        for rank, (lowest, _highest, is_good) in enumerate(bands, 1)
    }


def is_no_limit(rule: tuple[int, int, int], bands: list[tuple[int, int, bool]]) -> bool:
    """Return whether a total that the network has chosen is within a band and changes the months."""
    between, when_good, total = rule
    is_within = any(lowest < total <= highest for lowest, highest, _is_good in bands)
    return between != when_good and total != DEFAULT[2] and is_within


def translate(apps: Any, schema_editor: Any) -> None:
    network_model, organisation_model = (apps.get_model("reviews", name) for name in ("Network", "Organisation"))
    interval_model, edition_model = apps.get_model("reviews", "ReviewInterval"), apps.get_model("scales", "ScaleEdition")
    reviews = apps.get_model("reviews", "Review").objects
    last_edition = reviews.filter(pk=OuterRef("last_review")).values("edition")[:1]
    organisation_model.objects.filter(last_review__isnull=False).update(last_edition=Subquery(last_edition))
    bands = {pk: bands_of(document) for pk, document in edition_model.objects.values_list("pk", "document")}
    used = set(organisation_model.objects.order_by().values_list("network", "last_edition").distinct())
    rules = {}
    for network in network_model.objects.all():
        rule = rules[network.pk] = (network.months_between, network.months_when_good, network.good_total)
        if rule != DEFAULT:
            interval_model.objects.bulk_create(
                interval_model(network=network, edition_id=edition, band_rank=rank, months=months)
                for edition, of_edition in bands.items()
                for rank, months in months_by_rank(rule, of_edition).items()
            )
        if any(is_no_limit(rule, bands[edition]) for pk, edition in used if pk == network.pk and edition):
            network_model.objects.filter(pk=network.pk).update(former_good_total=network.good_total)
    changed = []
    for organisation in reviewed(organisation_model):
        if due := changed_due(organisation, rules[organisation.network_id], bands[organisation.last_edition_id]):
            organisation.next_due = due
            changed.append(organisation)
    organisation_model.objects.bulk_update(changed, ["next_due"], batch_size=500)
    if schema_editor.connection.vendor == "postgresql":  # which alters no table with pending checks of foreign keys
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        schema_editor.execute("SET CONSTRAINTS ALL DEFERRED")


def reviewed(organisation_model: Any) -> Iterator[Any]:
    """Yield the organisations that were reviewed and whose next review has the date of the rule."""
    is_set_by_hand = models.Q(reviews__due_date__on=F("next_due"))
    by_rule = organisation_model.objects.filter(last_edition__isnull=False).exclude(is_set_by_hand)
    fields = ("network_id", "last_edition_id", "last_visit", "last_total", "last_band_rank", "next_due")
    return by_rule.only(*fields).iterator(chunk_size=BATCH)


def changed_due(organisation: Any, rule: tuple[int, int, int], bands: list[tuple[int, int, bool]]) -> date | None:
    """Return the date of the new rule if the organisation has that of the old one, and the two differ."""
    before = rule[1] if organisation.last_total >= rule[2] else rule[0]
    after = months_by_rank(rule, bands)[organisation.last_band_rank]
    if before == after or organisation.next_due != months_later(organisation.last_visit, before):
        return None
    return months_later(organisation.last_visit, after)


def months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def translate_back(apps: Any, schema_editor: Any) -> None:
    """Give each network the shortest and the longest of its months, and the lowest total with the longest ones."""
    edition_model = apps.get_model("scales", "ScaleEdition")
    bands = {pk: bands_of(document) for pk, document in edition_model.objects.values_list("pk", "document")}
    for network in apps.get_model("reviews", "Network").objects.filter(intervals__isnull=False).distinct():
        rows = list(network.intervals.order_by("edition", "band_rank"))
        rows = [row for row in rows if row.edition_id == rows[0].edition_id]
        network.months_between, network.months_when_good = (pick(row.months for row in rows) for pick in (min, max))
        longest = min(row.band_rank for row in rows if row.months == network.months_when_good)
        network.good_total = network.former_good_total or bands[rows[0].edition_id][longest - 1][0]
        network.save(update_fields=["months_between", "months_when_good", "good_total"])


class Migration(migrations.Migration):
    dependencies = [("reviews", "0018_joined_organisations"), ("scales", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="ReviewInterval",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("band_rank", models.PositiveSmallIntegerField()),
                ("months", models.PositiveSmallIntegerField(verbose_name="months to the next review")),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="scales.scaleedition"
                    ),
                ),
                (
                    "network",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="intervals", to="reviews.network"
                    ),
                ),
            ],
            options={"ordering": ("edition", "-band_rank")},
        ),
        migrations.AddConstraint(
            model_name="reviewinterval",
            constraint=models.UniqueConstraint(
                fields=("network", "edition", "band_rank"), name="interval_once_for_a_band"
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewinterval",
            constraint=models.CheckConstraint(
                condition=models.Q(("band_rank__gte", 1), ("months__range", (1, 60))),
                name="interval_within_five_years",
                violation_error_code="within_five_years",
            ),
        ),
        migrations.AddField(
            model_name="network",
            name="former_good_total",
            field=models.PositiveSmallIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="organisation",
            name="last_edition",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="scales.scaleedition",
            ),
        ),
        migrations.RunPython(translate, translate_back),
        migrations.RemoveConstraint(model_name="network", name="network_reviews_within_five_years"),
        migrations.RemoveField(model_name="network", name="good_total"),
        migrations.RemoveField(model_name="network", name="months_between"),
        migrations.RemoveField(model_name="network", name="months_when_good"),
    ]
