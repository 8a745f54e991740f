"""The index of an organisation's reviews holds what lists and counts of a network read of each review."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reviews", "0041_visits_by_their_end"), ("scales", "0001_initial")]

    operations = [
        migrations.RemoveIndex("review", "review_organisation_newest"),
        migrations.AddIndex(
            "review",
            models.Index(
                models.F("organisation"),
                models.F("visit_start").desc(),
                models.F("id").desc(),
                *("status", "kind", "edition", "is_imported"),
                name="review_organisation_newest",
            ),
        ),
    ]
