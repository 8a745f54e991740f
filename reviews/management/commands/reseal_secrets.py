"""`manage.py reseal_secrets`: encrypt the secrets of second factors with the current SECRETS_KEY.

Run it after SECRETS_KEY was set or changed, with the former key in SECRETS_KEY_FALLBACKS. Afterwards the former key is
of no use and can be removed.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ipsfidelity.sealing import SealBroken
from reviews.people.second_factor_secrets import seal_again


class Command(BaseCommand):
    help = "Encrypts the secrets of second factors with the current SECRETS_KEY."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Print how many second factors were encrypted again. Raise CommandError if one cannot be read."""
        try:
            count = seal_again()
        except SealBroken as fault:
            raise CommandError(
                "A second factor was encrypted with a key that is not in the settings. Nothing was changed. "
                "Add the former key to SECRETS_KEY_FALLBACKS."
            ) from fault
        self.stdout.write(self.style.SUCCESS(f"{count} second factors are encrypted with the current key."))
