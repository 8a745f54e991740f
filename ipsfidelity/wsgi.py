"""The entry point for a WSGI server: `gunicorn --config python:ipsfidelity.gunicorn ipsfidelity.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ipsfidelity.settings")
application = get_wsgi_application()
