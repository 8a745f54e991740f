"""The settings of the installation, with the empty view of `make bench` and without mail."""

import os

from ipsfidelity.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"  # noqa: F405
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.dummy.EmailBackend"}}
# Lines are formatted and written as in an installation, but nobody wants to see them.
LOGGING["handlers"]["stdout"] = {"class": "logging.FileHandler", "filename": os.devnull, "formatter": "lines"}  # noqa: F405
