"""Own exports: received in pieces, read by the worker, and stored in portions of 1,000 reviews of one scale.

The request that receives a file stores its pieces and queues `read_upload`. A row of a portion has the cells of any
other upload, so that the same checks apply. The file as a whole has one preview and one confirmation (services.py).
"""

import hashlib
import tempfile
import zlib
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import IO, Any

from django.db import transaction
from django.tasks import task
from django.utils import timezone

from ipsfidelity.errors import StateConflict
from ipsfidelity.privacy import identity_numbers
from reviews.conflicts import upload_gone
from reviews.imports.context import candidates_by_key
from reviews.imports.own_exports import read_own_export
from reviews.imports.own_rows import Portion, Summary, add_review, edition_of_review, name_of_organisation, named
from reviews.imports.portions import check_portions
from reviews.imports.tables import MOST_ROWS, UnreadableFile, unreadable
from reviews.imports.uploads import delete_uploads
from reviews.models import Network, Upload, UploadPiece, User
from reviews.queue.completing import completing
from scales.models import ScaleEdition

LONGEST_NAME = 300  # characters of an organisation's name
MOST_LEFT = 60  # names of what is not read
PIECE = 1_000_000  # bytes
AT_A_TIME = 20  # pieces that one statement deletes, so that other saves do not wait


def receive_own_export(
    *, network: Network, by: User, file_name: str, file: IO[bytes], at: datetime | None = None
) -> Upload:
    """Keep the pieces of an own export until the worker has read it, and return the upload.

    Uploads of the same person and file are replaced.
    """
    at, digest = at or timezone.now(), hashlib.sha256()
    delete_uploads(Upload.objects.expired(at))
    upload = Upload.objects.create(network=network, by=by, at=at, file_name=file_name, rows={})
    file.seek(0)
    for number, piece in enumerate(iter(partial(file.read, PIECE), b"")):
        digest.update(piece)
        UploadPiece.objects.create(upload=upload, number=number, data=zlib.compress(piece, 1))
    with transaction.atomic():
        same = Upload.objects.files().filter(network=network, by=by, sha256=digest.hexdigest())
        in_queue = same.in_queue().values("pk")
        delete_uploads(same.filter(imported_at__isnull=True).exclude(pk__in=in_queue))
        upload.sha256 = digest.hexdigest()
        upload.job_id = int(read_upload.enqueue(upload.pk).id)
        upload.save(update_fields=["sha256", "job"])
    return upload


@task
def read_upload(upload: int) -> None:
    """Read an own export from its pieces, store its portions, and count their faults.

    Nothing is imported. A run that was interrupted is repeated from the beginning.
    """
    stored = Upload.objects.select_related("network").filter(pk=upload, row_count=0).first()
    if stored is None:
        return
    try:
        with tempfile.TemporaryFile() as file:
            for piece in UploadPiece.objects.filter(upload=stored).order_by("number").iterator(chunk_size=1):
                file.write(zlib.decompress(piece.data))
            file.seek(0)
            summary = _store_portions(stored, file)
    except StateConflict:
        return  # the file was withdrawn
    except UnreadableFile as refused:
        faults = [[fault.code, fault.values] for fault in refused.faults]
        _finish(stored, rows={"faults": faults}, refused_at=timezone.now())
        stored.portions.defer("rows").delete()
        return
    count = sum(stored.portions.values_list("row_count", flat=True))
    twice = check_portions(stored, {}).twice
    left = dict(summary.left.most_common(MOST_LEFT))
    rows = {"superseded": summary.superseded, "left": left, "names": summary.names, "twice": dict(twice)}
    _finish(stored, rows=rows, row_count=count)


def _finish(upload: Upload, **fields: Any) -> None:
    """Store what became of a file, and forget its pieces."""
    with completing():
        Upload.objects.filter(pk=upload.pk).update(job=None, prepared=0, **fields)
    pieces = UploadPiece.objects.filter(upload=upload)
    while keys := list(pieces.values_list("pk", flat=True)[:AT_A_TIME]):
        pieces.filter(pk__in=keys).delete()


def _store_portions(upload: Upload, file: IO[bytes]) -> Summary:
    """Store the reviews in a file, each portion in a transaction of its own.

    Raise UnreadableFile if the file is not as it was exported, StateConflict if it was withdrawn meanwhile.
    """
    upload.portions.defer("rows").delete()
    summary, count = Summary(), 0
    shared = {"network": upload.network, "by_id": upload.by_id, "at": upload.at, "sha256": upload.sha256}
    for number, portion in enumerate(_portions(file, upload.network, summary), start=1):
        count += len(portion.rows)
        with transaction.atomic():
            if not Upload.objects.filter(pk=upload.pk).update(prepared=count):
                raise upload_gone(upload.network)
            Upload.objects.create(
                whole=upload,
                portion=number,
                file_name=upload.file_name,
                rows=portion.as_plain(),
                row_count=len(portion.rows),
                **shared,
            )
    if not count:
        raise unreadable("own_nothing")
    return summary


def _portions(file: IO[bytes], network: Network, summary: Summary) -> Iterator[Portion]:
    editions = {edition.slug: edition for edition in ScaleEdition.objects.defer("document")}
    organisations = candidates_by_key(network.organisations.select_related("joined_to").order_by("pk"))
    portions = dict[str, Portion]()
    for number, content, left in read_own_export(file):
        if not content["valid"]:
            summary.superseded += 1
            continue
        edition = edition_of_review(content, editions, number)
        portion = portions.setdefault(edition.slug, Portion(edition))
        add_review(portion, number, content, organisations)
        summary.count_left(named(left))
        name = name_of_organisation(content, organisations)[:LONGEST_NAME]
        if not identity_numbers(name):
            summary.names.setdefault(name, number)
        if len(portion.rows) == MOST_ROWS:
            yield portions.pop(edition.slug)
    yield from portions.values()
