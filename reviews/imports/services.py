"""Import reviews from an upload: all of its rows or none.

A large own export is imported portion by portion, each as a whole or not at all, once all of them have been checked. A
job that is interrupted goes on with the portions that are left.

The import is a job of the queue. It writes the reviews where nobody sees them (staging.py), and makes them valid in one
short transaction, which also completes the job. That transaction checks that what the rows were checked against has not
changed, and it locks the network: if two people import the same file, the second one is told that its reviews already
exist.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from django.db import DatabaseError, transaction
from django.tasks import task
from django.utils import timezone

from ipsfidelity.errors import StateConflict
from reviews.conflicts import upload_gone
from reviews.imports.checked_rows import CheckedRow, ImportContext
from reviews.imports.context import context_now
from reviews.imports.portions import check_portions, portions_left, portions_of
from reviews.imports.staging import ImportRun, Staged, discard, execute, left_behind, stage
from reviews.imports.tables import Budget
from reviews.imports.uploads import check_upload, edition_of, refuse_reviews_here
from reviews.models import AccessAction, Network, Review, Upload, User
from reviews.queue.completing import completing
from reviews.records import access_log
from reviews.records.writing import lock
from reviews.schedule.organisation_summary import refresh_summary
from reviews.workflow import IMPORT, Role
from scales.models import ScaleEdition


class FaultyRows(Exception):
    """Rows of the upload have faults, possibly only since the preview, or a question is open. Nothing was imported."""


class ChangedMeanwhile(Exception):
    """What the import rests on changed while it ran. Nothing was imported, and another run may succeed."""


def queue_import(
    *, upload: Upload, by: User, chosen: Mapping[str, str] | None = None, budget: Budget | None = None
) -> None:
    """Queue the import of an upload. Does nothing if it is in the queue or was imported.

    `chosen` has the answers to the questions of the preview, by field. Raise StateConflict (409) if the upload was
    withdrawn or has expired. Raise FaultyRows if a row has a fault or a question is not answered, UnreadableFile if
    checking uses up the budget.
    """
    stored = _to_import(upload)
    if stored.imported_at or stored.is_in_queue:
        return
    answers = stored.chosen | dict(chosen or {})
    count = _check_at_once(stored, answers, budget)
    with transaction.atomic():
        lock(stored.network)
        locked = _to_import(stored)
        if locked.imported_at or locked.is_in_queue:
            return
        job = import_upload.enqueue(stored.pk)
        Upload.objects.filter(pk=stored.pk).update(
            job=int(job.id),
            confirmed_by=by,
            confirmed_at=timezone.now(),
            chosen=answers,
            row_count=count,
            has_begun=False,
            prepared=0,
            refused_at=None,
        )


def _check_at_once(upload: Upload, chosen: Mapping[str, str], budget: Budget | None) -> int:
    """Return the number of reviews in a file. Raise FaultyRows if they cannot be imported.

    The worker checks a file of several portions, because that takes seconds, before it imports the first of them.
    """
    portions = portions_of(upload)
    if len(portions) > 1:
        return upload.row_count
    one = _to_import(portions[0]) if portions else upload
    checked = check_upload(one, edition_of(one), chosen, budget) if one.rows.get("rows") else None
    if not checked or not checked.may_be_imported:
        raise FaultyRows
    return upload.row_count if portions else len(checked.rows)


@task
def import_upload(upload: int) -> None:
    """Import an upload as it was confirmed. If that is not possible any more, note that it was refused.

    Raise ChangedMeanwhile if another run may succeed, so that the job is tried again.
    """
    stored = (
        Upload.objects.select_related("confirmed_by", "network").filter(pk=upload, imported_at__isnull=True).first()
    )
    if stored is None or stored.confirmed_by is None:
        return
    networks = Network.objects.where_person_is(stored.confirmed_by, (Role.COORDINATOR,))
    try:
        if not networks.filter(pk=stored.network_id).exists():
            raise FaultyRows
        _begin(stored)
        for one in _to_import_now(stored):
            import_reviews(upload=one, by=stored.confirmed_by, chosen=stored.chosen)
    except FaultyRows:
        with completing():
            portions_left(stored).update(prepared=0)
            Upload.objects.filter(pk=upload).update(refused_at=timezone.now(), job=None, prepared=0)
    except StateConflict:
        return  # the file was withdrawn


def _begin(upload: Upload) -> None:
    """Let the imports of a network run one after the other. Raise ChangedMeanwhile while another one is under way.

    The portions of a file become final one by one. If two files had the same originals, each could otherwise import
    some of them before it meets those of the other.
    """
    with transaction.atomic():
        lock(upload.network)
        others = Upload.objects.in_queue().filter(network=upload.network_id, has_begun=True).exclude(pk=upload.pk)
        is_only_one = not others.exists()
        Upload.objects.filter(pk=upload.pk).update(has_begun=is_only_one)
    if not is_only_one:
        raise ChangedMeanwhile


def _to_import_now(upload: Upload) -> Iterator[Upload]:
    """Yield a file, or its portions that are left once all of them are checked. Raise FaultyRows if one has a fault."""
    if not portions_of(upload):
        yield upload
        return
    checked = check_portions(upload, upload.chosen)
    Upload.objects.filter(pk=upload.pk).update(rows=upload.rows | {"twice": dict(checked.twice)})
    if not checked.may_be_imported:
        raise FaultyRows
    yield from portions_of(upload)


def import_reviews(
    *, upload: Upload, by: User, chosen: Mapping[str, str] | None = None, at: datetime | None = None
) -> int:
    """Create a final review for each row, delete the rows of the upload, and return the number of reviews.

    Raise StateConflict (409) if the upload has been imported, withdrawn or has expired. Raise FaultyRows if a row has a
    fault, ChangedMeanwhile if another run may succeed, ClaimLost if another worker has taken over the job.
    """
    at, chosen = at or timezone.now(), chosen or {}
    stored = _to_import(upload, at)
    if stored.imported_at:
        raise upload_gone(stored.network)
    ScaleEdition.forget_families()  # the scale in memory must be the one whose checksum is stored
    edition, staged = edition_of(stored), Staged()
    checked = check_upload(stored, edition, chosen)
    if not checked.may_be_imported:
        raise FaultyRows
    rows = checked.rows
    discard(list(left_behind(stored).values_list("pk", flat=True)))
    organisations = stored.network.organisations.in_bulk([row.organisation_pk for row in rows])
    this = ImportRun(stored, edition, organisations, by, at)
    try:
        stage(this, rows, staged)
        with completing() if _is_last(stored) else transaction.atomic():
            lock(stored.network)
            _check_unchanged(this, rows, checked.context)
            _make_valid(this, staged)
    except Exception:
        with suppress(DatabaseError):  # then the next run deletes them
            discard(staged.all_keys)
        raise
    return len(rows)


def _to_import(upload: Upload, at: datetime | None = None) -> Upload:
    """Return an upload as stored. Raise StateConflict if it is gone."""
    stored = Upload.objects.current(at).select_related("network", "job", "whole").filter(pk=upload.pk).first()
    if stored is None:
        raise upload_gone(upload.network)
    return stored


def _is_last(upload: Upload) -> bool:
    """Return whether the job is done with this upload: it is a whole file, or the last portion of one."""
    return not (upload.whole and portions_left(upload.whole).exclude(pk=upload.pk).exists())


def _check_unchanged(this: ImportRun, rows: Sequence[CheckedRow], context: ImportContext) -> None:
    """Raise FaultyRows or ChangedMeanwhile if the rows would not be understood as they were checked.

    Eight queries at most if nothing has changed.
    """
    is_same = context_now(this.upload.network, context, context.names) == context
    if is_same and not any(row.faults for row in refuse_reviews_here(this.upload, rows)):
        return
    again = check_upload(this.upload, this.edition, context.chosen)
    if not again.may_be_imported:
        raise FaultyRows
    if [_meant(row) for row in again.rows] != [_meant(row) for row in rows]:
        raise ChangedMeanwhile


def _meant(row: CheckedRow) -> tuple[int, str]:
    return row.organisation_pk, row.organisation.name if row.organisation else ""


def _make_valid(this: ImportRun, staged: Staged) -> None:
    """Make the staged reviews final. Raise StateConflict if the upload is gone."""
    is_first = Upload.objects.filter(pk=this.upload.pk, imported_at__isnull=True)
    if not is_first.update(imported_at=timezone.now(), rows={}, row_count=len(staged.all_keys), job=None):
        raise upload_gone(this.upload.network)
    if this.upload.whole_id and _is_last(this.upload):
        Upload.objects.filter(pk=this.upload.whole_id).update(imported_at=timezone.now(), rows={}, job=None)
    execute(staged.statements)
    made = 0
    for (total, band), keys in staged.keys.items():
        made += Review.being_imported.filter(pk__in=keys).update(
            status=IMPORT.target, total=total, band=band, finalised_by=this.by, finalised_at=this.at
        )
    if made != len(staged.all_keys):
        raise ChangedMeanwhile
    refresh_summary(*this.organisations.values())
    access_log.record_organisations(AccessAction.IMPORTED, this.by, this.organisations.values(), page="imports")
