"""To whom a review is attributed: its organisation, its evaluators, and who signed or imported it.

The names of a final review are those in its final record, even if people or organisations have been renamed since.
This module only reads.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ipsfidelity.prepared import prepared
from reviews.models import FinalRecord, Review, ReviewEvaluator
from reviews.workflow import EvaluatorPart


@dataclass(frozen=True)
class Signature:
    """Who signed a review and when.

    `code` is the signer's UUID, because names are not unique. `chain` is the hash of the last event before signing.
    `gaps_reason` says why items stay without evidence or data source, "" if there are none.
    """

    by: str
    code: str
    at: datetime
    chain: str
    gaps_reason: str = ""


@dataclass(frozen=True)
class SignedElsewhere:
    """The code and the fingerprint of the review in another installation, of which an imported one is a copy."""

    code: str
    fingerprint: str


@dataclass(frozen=True)
class ImportOrigin:
    """Who imported a review and when, with the name and SHA-256 of the file that it came from.

    `original` is the review that the file was exported from, None if it came from a table of past reviews.
    """

    by: str
    code: str
    at: datetime
    file: str
    sha256: str
    original: SignedElsewhere | None = None


@dataclass(frozen=True)
class Attribution:
    """The organisation and evaluators of a review; once it is final, also what its final record certifies."""

    organisation: str
    evaluators: tuple[str, ...]
    signature: Signature | None = None
    origin: ImportOrigin | None = None
    fingerprint: str = ""
    sha256: str = ""


def attribution_of(review: Review) -> Attribution:
    """Return the attribution in the final record, or the current names while the review is open. One query."""
    if not review.is_final:
        evaluators = tuple(str(participation.user) for participation in _raters(review.pk))
        return Attribution(str(review.organisation), evaluators)
    (record,) = _record(review.pk)
    recorded, signature = record.content["review"], record.content["signature"]
    at = datetime.fromisoformat(recorded["finalised_at"])
    gaps_reason = signature.get("gaps_reason", "") if signature else ""
    return Attribution(
        recorded["organisation"],
        tuple(recorded["evaluators"]),
        Signature(signature["by"], signature["code"], at, signature["chain"], gaps_reason) if signature else None,
        _origin_in(record.content.get("imported"), at),
        record.fingerprint,
        record.sha256,
    )


@prepared
def _raters(review: int) -> QuerySet[ReviewEvaluator]:
    return ReviewEvaluator.objects.filter(review=review, part=EvaluatorPart.RATES).select_related("user")


@prepared
def _record(review: int) -> QuerySet[FinalRecord]:
    return FinalRecord.objects.filter(review=review).defer("pdf")


def _origin_in(imported: Mapping[str, Any] | None, at: datetime) -> ImportOrigin | None:
    if not imported:
        return None
    original = SignedElsewhere(**imported["original"]) if "original" in imported else None
    return ImportOrigin(imported["by"], imported["code"], at, imported["file"], imported["sha256"], original)


def evaluators_and_origin(review: Review) -> tuple[tuple[str, ...], ImportOrigin | None]:
    """Return the evaluators that the final record of a review names, and its origin if it was imported. One query."""
    attribution = attribution_of(review)
    return attribution.evaluators, attribution.origin


def finalised_words(finalised: Signature | ImportOrigin | None) -> str:
    """Return who signed or imported a review and when, "" for None."""
    if finalised is None:
        return ""
    imported, signed = _("Imported by %(name)s, %(at)s; not signed here."), _("Signed by %(name)s, %(at)s.")
    at = date_format(timezone.localtime(finalised.at), "SHORT_DATETIME_FORMAT")
    return (imported if isinstance(finalised, ImportOrigin) else signed) % {"name": finalised.by, "at": at}
