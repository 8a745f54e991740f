"""Read model of an import in the queue: how far it has come, for its page and for the list of files."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from reviews.imports.messages import sentence_of
from reviews.imports.tables import Fault
from reviews.models import Upload

State = Upload.State
IMPORTED = Q(imported_at__isnull=False)

READING = {
    State.WAITING: gettext_lazy("Waits to be read since %(since)s."),
    State.RUNNING: gettext_lazy("Is being read. Nothing is imported yet."),
    State.INTERRUPTED: gettext_lazy("Reading was interrupted, and starts again by itself. It began at %(since)s."),
    State.UNREADABLE: gettext_lazy("Could not be read. Nothing of it was kept."),
}
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

    `prepared` of `count` rows are ready; `ready` says so in words, "" unless the job is running. `count` is 0 while the
    file is being read.
    """

    upload: Upload
    state: str
    is_in_queue: bool
    is_done: bool
    is_unreadable: bool
    prepared: int
    count: int
    ready: str


def progress_of(upload: Upload) -> ImportProgress:
    """Return how far an import has come. One query if a large one is in the queue and its job was selected with it."""
    state, prepared, done = upload.state, upload.prepared, 0
    if upload.confirmed_at and not upload.imported_at:
        portions = upload.portions.aggregate(prepared=Sum("prepared"), done=Sum("row_count", filter=IMPORTED))
        prepared, done = portions["prepared"] or prepared, portions["done"] or 0
    return ImportProgress(
        upload=upload,
        state=_sentence(upload, state, done),
        is_in_queue=upload.is_in_queue,
        is_done=state == State.DONE,
        is_unreadable=state == State.UNREADABLE,
        prepared=prepared,
        count=upload.row_count,
        ready=_ready(upload, prepared, done) if state == State.RUNNING else "",
    )


def _ready(upload: Upload, prepared: int, done: int) -> str:
    if not upload.confirmed_at:
        return ngettext("%(n)s review is read.", "%(n)s reviews are read.", prepared) % {"n": str(prepared)}
    counts = {"prepared": str(prepared), "count": str(upload.row_count), "done": str(done)}
    if done:
        return _("%(prepared)s of %(count)s reviews are ready, and %(done)s of them are final.") % counts
    return _("%(prepared)s of %(count)s reviews are ready. Nobody sees them before all of them are.") % counts


def _sentence(upload: Upload, state: str, done: int) -> str:
    """Return what becomes of a file. `done` reviews of it are imported."""
    if state == State.DONE:
        count = upload.row_count
        return ngettext("%(count)s review was imported.", "%(count)s reviews were imported.", count) % {"count": count}
    if state == State.CHECKED:
        return ""
    if not upload.confirmed_at:
        return str(READING[State(state)]) % {"since": _when(upload.at)}
    if done and state in (State.REFUSED, State.FAILED):
        return _("Stopped: %(done)s of %(count)s reviews are imported. The rest is kept, and can be imported.") % {
            "done": str(done),
            "count": str(upload.row_count),
        }
    return str(SENTENCES[State(state)]) % {"since": _when(upload.confirmed_at), "refused": _when(upload.refused_at)}


def _when(moment: datetime | None) -> str:
    """Return the time of day, with the date unless it is today's."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    is_today = local.date() == timezone.localdate()
    return date_format(local, "TIME_FORMAT" if is_today else "SHORT_DATETIME_FORMAT")


def reasons_of(upload: Upload) -> tuple[str, ...]:
    """Return why a file could not be read, () for another file."""
    return tuple(sentence_of(Fault(code, values)) for code, values in upload.rows.get("faults", ()))
