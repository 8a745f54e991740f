"""Settings of the WSGI server: `gunicorn --config python:ipsfidelity.gunicorn ipsfidelity.wsgi`.

Gunicorn logs in the format of the program (ipsfidelity/logs.py). The demo keeps gunicorn's own format.
"""

from ipsfidelity.settings import LOGGING

if LOGGING:
    logconfig_dict = LOGGING
