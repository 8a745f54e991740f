"""`manage.py refresh_standings`: works out anew where every organisation stands, from its reviews and actions.

For what `verify_records` found, as after a change of the database by hand; repeating it changes nothing.
"""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from reviews.models import Organisation
from reviews.schedule.organisation_summary import refresh_summary


class Command(BaseCommand):
    help = "Works out anew what the overview shows of every organisation."

    def handle(self, *args: Any, **options: Any) -> None:
        organisations = Organisation.objects.order_by("pk")
        for organisation in organisations.iterator():
            with transaction.atomic():
                refresh_summary(organisation)
        self.stdout.write(self.style.SUCCESS(f"{organisations.count()} organisations stand where their reviews do."))
