"""The installation's settings with two empty addresses added, as floors to measure against."""

from ipsfidelity.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench_urls"
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"  # noqa: F405
