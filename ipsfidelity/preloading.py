"""What a web worker needs for its first request, loaded before gunicorn forks: nobody waits, and workers share it.

Sends no query: processes must not share a connection, and the database may be away.
"""

import gc

from django.conf import settings
from django.template.loader import get_template
from django.urls import get_resolver
from django.utils import translation


def preload() -> None:
    """Load the addresses with their views and forms, the texts of each language, and the templates."""
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            translation.gettext("Save")
    get_resolver().reverse_dict  # noqa: B018 - computed when it is read
    folder = settings.BASE_DIR / "templates"
    for path in folder.rglob("*.html"):
        get_template(str(path.relative_to(folder)))
    gc.collect()
    gc.freeze()  # all of this stays: collections need not look at it, and its memory stays shared
