"""Files of long exports: ask for one, read it, delete it. making.py makes them.

A file consists of rows in the database, so that each server of an installation finds it, and no backup contains it
(reviews/maintenance/contents.py). It is not encrypted: it holds nothing that the same database does not hold readable.
"""

import zlib
from collections.abc import Iterator
from datetime import date, datetime
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from reviews.exports.formats import FORMATS
from reviews.exports.making import make_file
from reviews.exports.selection import Selection
from reviews.exports.services import AT_ONCE, NothingToExport, keys_to_export
from reviews.models import ExportChunk, ExportFile, Network, User
from reviews.records.writing import version_of
from reviews.sheets.sheet import in_ascii

MOST_FILES = 10  # of one person at a time
AT_A_TIME = 20  # chunks that one statement deletes, so that other saves do not wait


def is_long(name: str, count: int) -> bool:
    """Return whether the worker makes a file of so many reviews. `name` is a key of FORMATS."""
    return count > AT_ONCE[FORMATS[name].form]


def ask_for_file(*, selection: Selection, by: User, name: str) -> ExportFile:
    """Queue a file of all reviews of a selection, and return it. `name` is a key of FORMATS.

    If the same person has asked for the same file and it is not ready, that one is returned. Raise NothingToExport for
    an empty selection, for more reviews than such a file holds, or if the person has MOST_FILES already.
    """
    keys = keys_to_export(selection, FORMATS[name].form)
    same = ExportFile.objects.filter(network=selection.network, by=by, key=version_of(name, selection.query))
    unfinished = same.filter(ready_at__isnull=True)
    unfinished.expired(timezone.now()).delete()
    if waiting := unfinished.first():
        return waiting
    if ExportFile.objects.kept().filter(by=by).count() >= MOST_FILES:
        raise NothingToExport(
            _("You have %(most)s files already, which is the most. Delete one of them, then ask again.")
            % {"most": MOST_FILES}
        )
    code = uuid4()
    try:
        with transaction.atomic():
            return ExportFile.objects.create(
                code=code,
                network=selection.network,
                by=by,
                job_id=int(make_file.enqueue(str(code)).id),
                name=name,
                selection=selection.as_plain(),
                key=version_of(name, selection.query),
                reviews=len(keys),
            )
    except IntegrityError:  # the same request at the same time was first
        return same.latest("pk")


def file_name(network: Network, ending: str, day: date | None = None) -> str:
    """Return a file name with the network and a day, today if none is given."""
    return f"{in_ascii(network.name)}_{day or timezone.localdate()}_{ending}"


def content_of(file: ExportFile) -> Iterator[bytes]:
    """Yield the content of a file that is ready. One query for each chunk."""
    chunks = ExportChunk.objects.filter(file=file, attempt=str(file.attempt))
    for number in range(chunks.count()):
        yield zlib.decompress(chunks.values_list("data", flat=True).get(number=number))


def delete_file(file: ExportFile) -> None:
    """Delete a file. It cannot be read from now on, and a worker that is making it stops. Idempotent."""
    ExportFile.objects.filter(pk=file.pk).update(expires_at=timezone.now(), attempt=None)
    chunks = ExportChunk.objects.filter(file=file.pk)
    while keys := list(chunks.values_list("pk", flat=True)[:AT_A_TIME]):
        chunks.filter(pk__in=keys).delete()
    ExportFile.objects.filter(pk=file.pk).delete()


def delete_expired_files(at: datetime) -> int:
    """Delete the files that have expired at a moment, and return their number."""
    files = list(ExportFile.objects.expired(at).only("pk"))
    for file in files:
        delete_file(file)
    return len(files)
