"""The settings of the installation, with the baseline addresses of `make bench` and without mail."""

from ipsfidelity.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench_urls"
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"  # noqa: F405
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.dummy.EmailBackend"}}
