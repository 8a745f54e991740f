"""The indexes of reviews hold what lists and counts of a network, and the visits of a year, read of each review.

Another one leads to the organisations that were reviewed last.
"""

from django.db import migrations, models

NEWEST = models.F("visit_start").desc(), models.F("id").desc()


class Migration(migrations.Migration):
    dependencies = [("reviews", "0041_visits_by_their_end"), ("scales", "0001_initial")]

    operations = [
        migrations.RemoveIndex("review", "review_organisation_newest"),
        migrations.RemoveIndex("review", "review_newest"),
        migrations.RemoveIndex("review", "review_ends"),
        migrations.AddIndex(
            "review",
            models.Index(
                models.F("organisation"),
                *NEWEST,
                *("status", "kind", "edition", "total", "is_imported"),
                name="review_organisation_newest",
            ),
        ),
        migrations.AddIndex("review", models.Index(*NEWEST, "status", "supersedes", name="review_newest")),
        migrations.AddIndex("review", models.Index(fields=["visit_end", "visit_start"], name="review_ends")),
        migrations.AddIndex(
            "organisation", models.Index(fields=["network", "last_visit", "id"], name="organisation_visit")
        ),
    ]
