"""Which static files are collected, and how they are named: by their content, also where one module imports another.

Imported by the settings, so nothing here reads them on import.
"""

from importlib.util import find_spec
from pathlib import Path

from django.contrib.staticfiles.apps import StaticFilesConfig
from django.core.exceptions import ImproperlyConfigured
from whitenoise.storage import CompressedManifestStaticFilesStorage


def package_folder(name: str) -> Path:
    """Return the folder in which an installed package keeps its files."""
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ImproperlyConfigured(f"The package {name} is not installed: install requirements.lock.")
    return Path(spec.submodule_search_locations[0])


class UsedStaticFiles(StaticFilesConfig):
    """Leaves out what our pages do not use of the packages for styles and fonts: four fifths of their bytes."""

    ignore_patterns: list[str] = [  # noqa: RUF012 - Django's own name and kind
        *StaticFilesConfig.ignore_patterns,
        "bootstrap-*",
        "bootstrap.css*",
        "*.rtl.*",
        "*.otf",
        *(f"SourceSansPro-{face}*.ttf" for face in ("Black", "Bold", "ExtraLight", "Light", "SemiboldIt")),
    ]


class HashedFiles(CompressedManifestStaticFilesStorage):
    """A module that is loaded under two names is two modules: imports must name the collected file too."""

    support_js_module_import_aggregation = True
    max_post_process_passes = 10  # a chain of imports may need one pass for each of its modules
