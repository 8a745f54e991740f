"""Settings of the WSGI server: `gunicorn --config python:ipsfidelity.gunicorn ipsfidelity.wsgi`.

Gunicorn logs in the format of the program (ipsfidelity/logs.py). The demo keeps gunicorn's own format.
"""

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ipsfidelity.settings")  # before the log is set up

# isort: split
from ipsfidelity.settings import LOGGING, METRICS_FOLDER

if LOGGING:
    logconfig_dict = LOGGING


def on_starting(_server: Any) -> None:
    """Delete the counts of the previous server (ipsfidelity/metrics.py)."""
    for file in METRICS_FOLDER.glob("*.db"):
        file.unlink()
