"""The settings of the installation for a process that serves without collecting static files, which takes long."""

from ipsfidelity.settings import *  # noqa: F403

STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"  # noqa: F405
