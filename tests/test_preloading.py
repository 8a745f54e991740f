"""What is loaded before the web workers fork: all that requests need, no large library that few need, no connection."""

import json
import os
import subprocess
import sys

from django.conf import settings

PROGRAM = """
import json, sys
from ipsfidelity.wsgi import application
from ipsfidelity.preloading import preload
preload()
from django.db import connection
print(json.dumps([connection.connection is None, *sys.modules]))
"""


def test_large_libraries_are_loaded_when_they_are_first_needed() -> None:
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "ipsfidelity.settings"},
        capture_output=True,
        check=True,
    )
    is_unconnected, *modules = json.loads(run.stdout)
    assert is_unconnected
    assert {"reviews.conduct.views", "reviews.reports.views", "reviews.imports.views"} <= set(modules)
    assert not {"weasyprint", "docx", "openpyxl", "fontTools", "PIL"} & set(modules)
