"""Which static files are collected, and how they are named: by their content, also where one module imports another."""

from django.contrib.staticfiles.apps import StaticFilesConfig
from whitenoise.storage import CompressedManifestStaticFilesStorage


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
