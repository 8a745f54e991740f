"""Make the file of a long export: a task of the queue, in short transactions.

The worker reads the reviews and stores the content in chunks. Then it compares the selection with what it was when the
content was begun. If a review of it was signed or superseded meanwhile, the content is made again, so that it holds
what was valid at one moment. At last the export is recorded, and only then can the file be read.

A worker that is killed while it writes leaves chunks that nobody reads; the next one begins again. Once the content is
complete, the next worker continues with recording, so that each review is recorded once.
"""

import time
import zlib
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.http import QueryDict
from django.tasks import task
from django.utils import timezone

from reviews.exports.formats import FORMATS
from reviews.exports.selection import Selection, SelectionForm, query_of
from reviews.fields import with_current_organisations
from reviews.models import AccessAction, Export, ExportChunk, ExportFile, Network, PermanentFailure
from reviews.models.export_files import KEPT, LARGEST_EXPORT
from reviews.queue.completing import completing
from reviews.records import access_log, log_chain
from reviews.workflow import Role

CHUNK = 1_048_576  # bytes before compression
PAUSE = 1.0  # seconds between reports of progress
RECORDED = 200  # reviews in one transaction
BREATH = 0.1  # seconds between them, because on SQLite others that wait for the lock try again that seldom
TRIES = 3  # in one run, if reviews are signed meanwhile; the queue runs the task again after a pause


class Abandoned(Exception):
    """The file was deleted, or another worker has taken over."""


class FileTooLarge(Exception):
    """No installation could import the file."""


class SelectionChanged(Exception):
    """Reviews were signed during each of the tries."""


@task
def make_file(code: str) -> None:
    """Make the file with this code. Does nothing if it was deleted, has expired, or is ready."""
    file = ExportFile.objects.kept().filter(code=code, ready_at__isnull=True).select_related("by", "network").first()
    if file is None:
        return
    if not file.by.is_active or not _coordinates(file):
        file.delete()
        return
    try:
        if file.keys is None:
            _store_content(file)
        _record_reviews(file)
        _finish(file)
    except Abandoned:
        if ExportFile.objects.kept().filter(pk=file.pk, ready_at__isnull=True).exists():
            raise  # so that the queue does not take the job for done if two workers hinder each other


def _coordinates(file: ExportFile) -> bool:
    """Return whether the person may still export reviews of the network."""
    return Network.objects.where_person_is(file.by, (Role.COORDINATOR,)).filter(pk=file.network_id).exists()


def _store_content(file: ExportFile) -> None:
    selection = _selection_of(file)
    for _try in range(TRIES):
        begun, statuses = timezone.now(), selection.statuses()
        content = _Content(file)
        keys = list(statuses)
        for piece in FORMATS[file.name].pieces(keys, content.report, selection.csv):
            content.add(piece)
        content.write_chunk()
        if selection.statuses() == statuses:
            content.update(keys=keys, reviews=len(keys), done=len(keys), size=content.size, as_of=begun)
            file.keys = keys
            return
    raise SelectionChanged


def _selection_of(file: ExportFile) -> Selection:
    """Return the selection of a file. Organisations that were joined since are followed."""
    form = SelectionForm(file.network, with_current_organisations(QueryDict(query_of(file.selection))))
    form.full_clean()
    return form.selection()


class _Content:
    """The content of a file while it is written. Every write raises Abandoned if the file is not this worker's."""

    def __init__(self, file: ExportFile) -> None:
        self.file, self.attempt = file, uuid4()
        self.buffer, self.size, self.chunks = bytearray(), 0, 0
        self.done, self.next_report = 0, time.monotonic() + PAUSE
        taken = ExportFile.objects.filter(pk=file.pk, keys__isnull=True).update(attempt=self.attempt, done=0)
        if not taken:
            raise Abandoned
        old = ExportChunk.objects.filter(file=file)
        for chunk in list(old.values_list("pk", flat=True)):
            old.filter(pk=chunk).delete()

    def report(self, done: int) -> None:
        """Store now and then how many reviews have been read."""
        self.done = done
        if time.monotonic() >= self.next_report:
            self.update(done=done)
            self.next_report = time.monotonic() + PAUSE

    def add(self, piece: bytes) -> None:
        """Add bytes. They are stored when they fill a chunk."""
        self.buffer += piece
        if len(self.buffer) >= CHUNK:
            self.write_chunk()

    def write_chunk(self) -> None:
        """Store what has not been stored."""
        if not self.buffer:
            return
        data = zlib.compress(self.buffer, 1)
        with transaction.atomic():
            self.update(done=self.done)
            ExportChunk.objects.create(file=self.file, attempt=self.attempt, number=self.chunks, data=data)
        self.size += len(self.buffer)
        if self.size > LARGEST_EXPORT:
            raise PermanentFailure(FileTooLarge())
        self.chunks += 1
        self.buffer = bytearray()

    def update(self, **fields: Any) -> None:
        """Change the row of the file."""
        if not ExportFile.objects.filter(pk=self.file.pk, attempt=self.attempt).update(**fields):
            raise Abandoned


def _record_reviews(file: ExportFile) -> None:
    """Write an entry of the access log for each review, continuing where an earlier worker stopped."""
    keys = file.keys or []
    for start in range(file.recorded, len(keys), RECORDED):
        part = keys[start : start + RECORDED]
        with transaction.atomic():
            mine = ExportFile.objects.filter(pk=file.pk, recorded=start, expires_at__gt=timezone.now())
            if not mine.update(recorded=start + len(part)):
                raise Abandoned
            access_log.record_all(AccessAction.EXPORTED, file.by, reviews=part, page="exports")
        time.sleep(BREATH)


def _finish(file: ExportFile) -> None:
    """Record the export, and make the file readable, in one transaction with the completion of the job."""
    form = FORMATS[file.name]
    with completing():
        now = timezone.now()
        mine = ExportFile.objects.filter(pk=file.pk, ready_at__isnull=True, attempt__isnull=False)
        if not mine.update(ready_at=now, expires_at=now + KEPT, keys=None):
            raise Abandoned
        selection = file.selection | ({"table": form.table} if form.table else {})
        reviews = len(file.keys or [])
        log_chain.append(
            [Export(by=file.by, network=file.network, form=form.form, selection=selection, reviews=reviews)]
        )
