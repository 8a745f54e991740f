"""The installation's settings, for a process that serves without collected static files, which take long to make."""

from ipsfidelity.settings import *  # noqa: F403

STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"  # noqa: F405
