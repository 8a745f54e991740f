"""The collection of static files, and their names by content hash, also in imports between modules.

Imported by the settings, so this module must not read them on import.
"""

from importlib.util import find_spec
from pathlib import Path

from django.contrib.staticfiles.apps import StaticFilesConfig
from django.core.exceptions import ImproperlyConfigured
from whitenoise.storage import CompressedManifestStaticFilesStorage


def package_folder(name: str) -> Path:
    """Return the folder of an installed package. Raise ImproperlyConfigured if it is not installed."""
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ImproperlyConfigured(f"The package {name} is not installed: install requirements.lock.")
    return Path(spec.submodule_search_locations[0])


class UsedStaticFiles(StaticFilesConfig):
    """Leaves out the files of style and font packages that no page uses, four fifths of their bytes."""

    ignore_patterns: list[str] = [  # noqa: RUF012 - Django declares it as a list
        *StaticFilesConfig.ignore_patterns,
        "*.otf",
        *(f"SourceSansPro-{face}*.ttf" for face in ("Black", "Bold", "ExtraLight", "Light", "SemiboldIt")),
    ]


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Rewrites imports in modules to the hashed names too. Otherwise a module could be loaded twice under two names."""

    support_js_module_import_aggregation = True
    max_post_process_passes = 10  # a chain of imports may need one pass for each of its modules
