from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reviews", "0022_quick_notes")]
    operations = [
        migrations.AlterField(
            model_name="export",
            name="form",
            field=models.CharField(
                choices=[
                    ("zip", "score sheets as PDF (ZIP)"),
                    ("xlsx", "spreadsheet (XLSX)"),
                    ("csv", "table (CSV)"),
                    ("jsonl", "data (JSON lines)"),
                    ("docx", "the network’s year (Word)"),
                ],
                max_length=10,
                verbose_name="format",
            ),
        ),
    ]
