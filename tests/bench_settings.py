"""The settings of the installation, with the two baseline addresses of `make bench`."""

from ipsfidelity.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench_urls"
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"  # noqa: F405
