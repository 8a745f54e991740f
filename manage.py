#!/usr/bin/env python
"""Django's command line for this installation. Errors do not print data of the database."""

import logging
import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ipsfidelity.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:  # the message says what to do; a traceback would hide it
        sys.exit(str(error))
    except Exception:
        if not settings.configured or settings.DEBUG:
            raise
        # Log instead of raise: Python would print the message, which may quote a row of the database.
        logging.getLogger("ipsfidelity.manage").exception("A command failed")
        sys.exit(1)
