"""Read by gunicorn where it is started: its own lines look like the program's (ipsfidelity/logs.py)."""

from ipsfidelity.settings import LOGGING

if LOGGING:
    logconfig_dict = LOGGING
