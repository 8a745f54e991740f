"""Import reviews from an upload: all of its rows or none, in one transaction.

The rows are checked again inside the transaction, and the network is locked. If two people import the same file, the
second one is told that its reviews already exist.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone

from reviews.conduct.transitions import apply_transition
from reviews.conflicts import upload_gone
from reviews.imports.row_checks import CheckedRow
from reviews.imports.uploads import check_upload, edition_of
from reviews.models import AccessAction, EventType, ItemScore, Network, ReportText, Review, Upload, User
from reviews.models.imports import KEPT
from reviews.records import access_log
from reviews.records.writing import lock, record
from reviews.schedule.organisation_summary import refresh_summary
from reviews.sheets import archive
from reviews.sheets.attribution import ImportOrigin
from reviews.workflow import IMPORT, Method
from scales.models import ScaleEdition
from scales.scoring import score

BATCH = 2_000  # rows of scores in one statement


class FaultyRows(Exception):
    """Rows of the upload have faults, possibly only since the preview. Nothing was written."""


@transaction.atomic
def import_reviews(
    *, upload: Upload, by: User, chosen: Mapping[str, str] | None = None, at: datetime | None = None
) -> int:
    """Create a final review for each row, delete the upload, and return the number of reviews.

    `chosen` are the codes of the organisations that are meant, by the key of the name that several have.
    Raise StateConflict (409) if the upload has been imported, withdrawn or has expired. Raise FaultyRows if a row has a
    fault.
    """
    at = at or timezone.now()
    network = lock(upload.network)
    stored = Upload.objects.filter(pk=upload.pk, at__gt=at - KEPT).select_related("network").first()
    if stored is None:
        raise upload_gone(network)
    ScaleEdition.forget_families()  # the scale in memory must be the one whose checksum is stored
    edition = edition_of(stored)
    rows = check_upload(stored, edition, chosen or {})
    if any(row.faults for row in rows):
        raise FaultyRows
    reviews = _create_reviews(rows, network, edition, by=by, at=at)
    for review, row in zip(reviews, rows, strict=True):
        _finalise(review, row, stored, by=by, at=at)
    organisations = {review.organisation for review in reviews}
    refresh_summary(*organisations)
    access_log.record_organisations(AccessAction.IMPORTED, by, organisations, page="imports")
    stored.delete()
    return len(reviews)


def _create_reviews(
    rows: Sequence[CheckedRow], network: Network, edition: ScaleEdition, *, by: User, at: datetime
) -> list[Review]:
    """Return the new reviews with their scores. They are not yet final, because a final review accepts no scores."""
    organisations = network.organisations.order_by().in_bulk()
    reviews = Review.objects.bulk_create(
        Review(
            organisation=organisations[row.organisation_pk],
            edition=edition,
            kind=row.kind,
            method=Method.TOGETHER,  # not shown: the method of an imported review is unknown
            specialists=[],
            visit_start=row.days[0],
            visit_end=row.days[1],
            created_by=by,
            created_at=at,
            is_imported=True,
        )
        for row in rows
    )
    ReportText.objects.bulk_create(ReportText(review=review) for review in reviews)
    scores = (
        ItemScore(
            review=review,
            item_number=number,
            value=value,
            evidence=row.notes.get(number, ""),
            recommendation=row.recommendations.get(number, ""),
            version=1,
            saved_by=by,
            saved_at=at,
        )
        for review, row in zip(reviews, rows, strict=True)
        for number, value in row.scores.items()
    )
    ItemScore.objects.bulk_create(scores, batch_size=BATCH)
    prefetch_related_objects(reviews, "scores")
    return reviews


def _finalise(review: Review, row: CheckedRow, upload: Upload, *, by: User, at: datetime) -> None:
    """Store the final record of a review, and make the review final."""
    result = score(review.scale, row.scores)
    band = result.band.label if result.band else ""
    record(review, EventType.CREATED, by=by, at=at)
    origin = ImportOrigin(str(by), str(by.code), at, upload.file_name, upload.sha256)
    final_record = archive.store(
        review, archive.compose_imported(review, origin=origin, evaluators=row.evaluators), b""
    )
    apply_transition(
        review,
        IMPORT,
        by=by,
        at=at,
        changes={
            "file": ["", upload.sha256],
            "total": [None, result.total],
            "band": ["", band],
            "fingerprint": ["", final_record.fingerprint],
        },
        total=result.total,
        band=band,
        finalised_by=by,
        finalised_at=at,
    )
