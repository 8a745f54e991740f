"""Indexes for a network of thousands of organisations, and fewer indexes that no query needs.

The indexes of the foreign keys are dropped by name, so that SQLite does not copy its largest tables.
"""

import django.db.models.deletion
from django.db import migrations, models


def without_index(model: str, field: str, to: str, related_name: str, verbose_name: str, index: str):
    """Return the operation that drops the index of a foreign key."""
    key = models.ForeignKey(
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name=related_name,
        to=to,
        **({"verbose_name": verbose_name} if verbose_name else {}),
    )
    return migrations.SeparateDatabaseAndState(
        state_operations=[migrations.AlterField(model_name=model, name=field, field=key)],
        database_operations=[
            migrations.RunSQL(
                f"DROP INDEX IF EXISTS {index}",
                f"CREATE INDEX IF NOT EXISTS {index} ON reviews_{model} ({field}_id)",
            )
        ],
    )


class Migration(migrations.Migration):
    dependencies = [("reviews", "0039_upload_has_begun"), ("scales", "0001_initial")]

    operations = [
        migrations.AddIndex(
            "itemscore", models.Index(fields=["review", "item_number", "value"], name="score_values")
        ),
        migrations.AddIndex(
            "review",
            models.Index(
                models.F("visit_start").desc(),
                models.F("id").desc(),
                condition=models.Q(("method", "apart")),
                name="review_apart",
            ),
        ),
        migrations.AddIndex(
            "preparationstep",
            models.Index(
                fields=["due", "id"], condition=models.Q(("done_at__isnull", True)), name="preparation_to_do"
            ),
        ),
        migrations.AddIndex(
            "action",
            models.Index(
                fields=["due", "id"], condition=models.Q(("state__in", ("planned", "ongoing"))), name="action_open"
            ),
        ),
        without_index(
            "itemscore", "review", "reviews.review", "scores", "", "reviews_itemscore_review_id_45a5dfaa"
        ),
        without_index(
            "review",
            "organisation",
            "reviews.organisation",
            "reviews",
            "organisation",
            "reviews_review_organisation_id_4a1aacd9",
        ),
        without_index(
            "review", "edition", "scales.scaleedition", "reviews", "scale", "reviews_review_edition_id_985d8efb"
        ),
    ]
