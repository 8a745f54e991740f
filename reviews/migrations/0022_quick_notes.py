"""Interviews without a guide, and quick notes of the visit."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0021_first_steps"),
        ("scales", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="interview",
            name="guide",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="interviews",
                to="scales.guideedition",
                verbose_name="interview guide",
            ),
        ),
        migrations.CreateModel(
            name="QuickNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.UUIDField(editable=False, unique=True)),
                ("text", models.CharField(blank=True, max_length=5000, verbose_name="note")),
                ("item_number", models.PositiveSmallIntegerField(null=True)),
                ("written_at", models.DateTimeField()),
                ("version", models.PositiveIntegerField(default=1)),
                ("saved_at", models.DateTimeField()),
                ("change", models.UUIDField()),
                (
                    "interview",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quick_notes",
                        to="reviews.interview",
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="quick_notes", to="reviews.review"
                    ),
                ),
                (
                    "saved_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("item_number__isnull", True),
                            models.Q(("interview__isnull", True), ("item_number__gte", 1)),
                            _connector="OR",
                        ),
                        name="quick_note_is_sorted_once",
                    )
                ],
            },
        ),
    ]
