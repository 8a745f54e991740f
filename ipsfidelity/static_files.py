"""How static files are named when they are collected: by their content, also where one module imports another."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):
    """A module that is loaded under two names is two modules: imports must name the collected file too."""

    support_js_module_import_aggregation = True
