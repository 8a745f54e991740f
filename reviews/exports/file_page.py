"""Read models of the files of exports: the list of one's own files, and the page of one of them. Read-only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _

from reviews.exports.formats import FORMATS
from reviews.exports.making import FileTooLarge
from reviews.exports.page import count_words, filter_words, form_words, names_in
from reviews.models import ExportFile, Network, User

MILESTONE = 25  # per cent: only such steps are read out by screen readers


@dataclass(frozen=True)
class FileRow:
    """A file as its page and the list show it. `as_of` is None and `size` is "" while it is not ready.

    `reviews` is the number of reviews in words, `number` the same in digits. `status` changes seldom enough to be read
    out, `progress` with each look. `percent` is how much has been read.
    """

    title: str
    filters: str
    reviews: str
    number: str
    status: str
    progress: str
    percent: int
    size: str
    as_of: datetime | None
    until: datetime
    url: str
    download_url: str
    delete_url: str


def own_files(network: Network, person: User) -> tuple[FileRow, ...]:
    """Return the files of a network that a person can read or waits for, newest first. Three queries at most."""
    files = ExportFile.objects.kept().filter(network=network, by=person)
    return _rows(files.defer("keys").select_related("job"), network)


def file_row(file: ExportFile) -> FileRow:
    """Return one file. Two queries at most."""
    (row,) = _rows([file], file.network)
    return row


def _rows(files: Iterable[ExportFile], network: Network) -> tuple[FileRow, ...]:
    stored = list(files)
    names = names_in(file.selection for file in stored)
    return tuple(_row(file, network, filter_words(file.selection, names)) for file in stored)


def _row(file: ExportFile, network: Network, filters: str) -> FileRow:
    def url(name: str) -> str:
        return reverse(name, args=[network.code, file.code])

    is_ready = file.ready_at is not None
    known = FORMATS[file.name]
    return FileRow(
        title=form_words(known.form, known.table),
        filters=filters,
        reviews=count_words(file.reviews),
        number=str(file.reviews),
        status=_status(file),
        progress=_("%(done)s of %(count)s reviews") % {"done": str(file.done), "count": str(file.reviews)},
        percent=_percent(file),
        size=filesizeformat(file.size) if is_ready else "",
        as_of=file.as_of if is_ready else None,
        until=file.expires_at,
        url=url("export_file"),
        download_url=url("export_file_download") if is_ready else "",
        delete_url=url("export_file_delete"),
    )


def _percent(file: ExportFile) -> int:
    return min(100 * file.done // max(file.reviews, 1), 100)


def _status(file: ExportFile) -> str:
    if file.ready_at:
        return _("The file is ready.")
    if file.job.error == FileTooLarge.__name__:
        return _("The file would be larger than 1 GB. Choose fewer reviews, by the days of their visits for example.")
    if file.job.error and not file.job.claim:
        return _("The file could not be made yet. It is tried again without your help.")
    if not file.attempt:
        return _("The file waits for its turn.")
    passed = _percent(file) // MILESTONE * MILESTONE
    return _("The file is being made: %(percent)s or more is done.") % {"percent": _("%(n)s %%") % {"n": passed}}
