"""The settings of the installation for a process that serves without collecting static files, which takes long."""

import os

from ipsfidelity.settings import *  # noqa: F403

STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"  # noqa: F405

if "SQLITE_TIMEOUT" in os.environ:
    DATABASES["default"]["OPTIONS"]["timeout"] = int(os.environ["SQLITE_TIMEOUT"])  # noqa: F405
