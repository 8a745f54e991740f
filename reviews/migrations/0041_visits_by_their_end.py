from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reviews', '0040_indexes_at_scale'),
        ('scales', '0001_initial'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='review',
            index=models.Index(fields=['visit_end'], name='review_ends'),
        ),
    ]
