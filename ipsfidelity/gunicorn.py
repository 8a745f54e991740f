"""Settings of the WSGI server: `gunicorn --config python:ipsfidelity.gunicorn ipsfidelity.wsgi`.

Its own lines look like the program's (ipsfidelity/logs.py); the demo keeps gunicorn's.
"""

from ipsfidelity.settings import LOGGING

if LOGGING:
    logconfig_dict = LOGGING
