"""Read model of an import in the queue: how far it has come, for its page and for the list of files."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from reviews.models import Upload

State = Upload.State

SENTENCES = {
    State.WAITING: gettext_lazy("Waits for its turn since %(since)s."),
    State.RUNNING: gettext_lazy("Is being imported."),
    State.INTERRUPTED: gettext_lazy("Was interrupted, and starts again by itself. It was asked for at %(since)s."),
    State.REFUSED: gettext_lazy("Was refused at %(refused)s. Nothing was imported, and the file is kept."),
    State.FAILED: gettext_lazy("Did not succeed. Nothing was imported, and the file is kept."),
}


@dataclass(frozen=True)
class ImportProgress:
    """How far an import has come. `state` is "" for a file whose import nobody has asked for.

    `prepared` of `count` rows are ready; `ready` says so in words, "" unless the import is running.
    """

    upload: Upload
    state: str
    is_in_queue: bool
    is_done: bool
    prepared: int
    count: int
    ready: str


def progress_of(upload: Upload) -> ImportProgress:
    """Return how far an import has come. No query if the job was selected with the upload."""
    state = upload.state
    counts = {"prepared": str(upload.prepared), "count": str(upload.row_count)}
    running = _("%(prepared)s of %(count)s reviews are ready. Nobody sees them before all of them are.") % counts
    return ImportProgress(
        upload=upload,
        state=_sentence(upload, state),
        is_in_queue=upload.is_in_queue,
        is_done=state == State.DONE,
        prepared=upload.prepared,
        count=upload.row_count,
        ready=running if state == State.RUNNING else "",
    )


def _sentence(upload: Upload, state: str) -> str:
    if state == State.DONE:
        count = upload.row_count
        return ngettext("%(count)s review was imported.", "%(count)s reviews were imported.", count) % {"count": count}
    if state == State.CHECKED:
        return ""
    return str(SENTENCES[State(state)]) % {"since": _when(upload.confirmed_at), "refused": _when(upload.refused_at)}


def _when(moment: datetime | None) -> str:
    """Return the time of day, with the date unless it is today's."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    is_today = local.date() == timezone.localdate()
    return date_format(local, "TIME_FORMAT" if is_today else "SHORT_DATETIME_FORMAT")
