"""Make reviews of a file that was looked at: all of its rows or none, in one transaction.

The network is held meanwhile, so that of two people who import the same file one is told that its reviews are
here already. Everything is checked again against the database as it is then.
"""

from collections.abc import Sequence
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
from reviews.sheets.sheet import ImportOrigin
from reviews.workflow import IMPORT, Method
from scales.models import ScaleEdition
from scales.scoring import score

AT_ONCE = 2_000  # rows of scores in one statement


class Faulty(Exception):
    """Something is wrong with the file's rows, or has come to be since they were looked at. Nothing was written."""


@transaction.atomic
def import_reviews(*, upload: Upload, by: User, at: datetime | None = None) -> int:
    """Make final reviews of the file's rows, forget the file, and return how many there are.

    Raises StateConflict (409) when the file was imported or withdrawn meanwhile, Faulty when a row has a fault.
    """
    at = at or timezone.now()
    network = lock(upload.network)
    stored = Upload.objects.filter(pk=upload.pk, at__gt=at - KEPT).select_related("network").first()
    if stored is None:
        raise upload_gone(network)
    edition = edition_of(stored)
    rows = check_upload(stored, edition)
    if any(row.faults for row in rows):
        raise Faulty
    reviews = _open(rows, network, edition, by=by, at=at)
    for review, row in zip(reviews, rows, strict=True):
        _finish(review, row, stored, by=by, at=at)
    # In one order: of two that hold several organisations, neither waits for what the other has.
    for organisation in sorted({review.organisation for review in reviews}, key=lambda each: each.pk):
        refresh_summary(organisation)
    access_log.record(AccessAction.IMPORTED, by, network=network, page="imports")
    stored.delete()
    return len(reviews)


def _open(
    rows: Sequence[CheckedRow], network: Network, edition: ScaleEdition, *, by: User, at: datetime
) -> list[Review]:
    """Return the reviews with their scores, still open: what is final takes no rows any more."""
    organisations = network.organisations.in_bulk()
    reviews = Review.objects.bulk_create(
        Review(
            organisation=organisations[row.organisation],
            edition=edition,
            kind=row.kind,
            method=Method.TOGETHER,  # final at once, it takes no other; nothing shows it
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
    ItemScore.objects.bulk_create(scores, batch_size=AT_ONCE)
    prefetch_related_objects(reviews, "scores")
    return reviews


def _finish(review: Review, row: CheckedRow, upload: Upload, *, by: User, at: datetime) -> None:
    """Write what the review says, and make it final."""
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
