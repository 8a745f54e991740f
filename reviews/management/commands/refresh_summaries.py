"""`manage.py refresh_summaries`: recompute the derived columns of every organisation from its reviews and actions.

Run it if `verify_records` reports a difference, for example after the database was changed by hand. Idempotent.
"""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from reviews.models import Organisation
from reviews.schedule.organisation_summary import refresh_summary


class Command(BaseCommand):
    help = "Recomputes what the overview shows about every organisation."

    def handle(self, *args: Any, **options: Any) -> None:
        organisations = Organisation.objects.order_by("pk")
        for organisation in organisations.iterator():
            with transaction.atomic():
                refresh_summary(organisation)
        self.stdout.write(self.style.SUCCESS(f"{organisations.count()} organisations were recomputed."))
