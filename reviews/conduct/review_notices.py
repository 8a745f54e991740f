"""What nobody who reads a review must miss: what it corrects, who was told, why it cannot go on yet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ipsfidelity.addresses import address
from reviews.components.links import Action, Notice
from reviews.conduct.newer_editions import newer_edition_of
from reviews.models import Review, ReviewEvent
from reviews.records.corrections import CorrectionNote
from reviews.sheets.attribution import ImportOrigin
from reviews.workflow import MAY_CHANGE_PLAN


@dataclass(frozen=True)
class Handover:
    """How the draft report was handed out: who was told by mail, None if that is not on record.

    `no_check_reason` says why there is no factual check. `sign_from` is the last day of the visit if only that is ahead
    of the signature, else "".
    """

    told: Sequence[str] | None
    no_check_reason: str
    sign_from: str


def notices_of(
    review: Review,
    *,
    handover: Handover,
    correction: Review | None,
    corrects: CorrectionNote | None,
    cancelled: ReviewEvent | None,
    origin: ImportOrigin | None,
) -> tuple[Notice, ...]:
    """Return what the page of a review says first. One query at most: for a newer edition of a planned review."""
    return (
        *_newer_edition(review),
        *_corrected(review, correction),
        *_correction(review, corrects),
        *_cancelled(cancelled),
        *_imported(origin),
        *_state(review, handover),
    )


def _newer_edition(review: Review) -> Iterator[Notice]:
    offer = newer_edition_of(review) if MAY_CHANGE_PLAN & review.acting_as else None
    if offer:
        sentence = _(
            "A newer edition of the scale can be used: “%(title)s” (%(version)s), with the same items and bands. A "
            "planned review can change over until its first score; later it keeps the words by which it is scored."
        )
        values = {"title": offer.edition.title, "version": offer.edition.version}
        yield Notice(sentence % values, actions=(Action(_("Change over"), offer.url),))


def _corrected(review: Review, correction: Review | None) -> Iterator[Notice]:
    if review.is_final and not review.is_valid:
        replaced = _("This review is no longer valid: it was replaced by a correction. It stays readable as it was.")
        yield Notice(replaced, is_warning=True, actions=_to(_("The correction"), correction))
    elif correction:
        opened = _("This review is valid. A correction has been opened and will replace it once it is final.")
        yield Notice(opened, actions=_to(_("The correction"), correction))


def _to(label: str, review: Review | None) -> tuple[Action, ...]:
    return (Action(label, review.get_absolute_url()),) if review else ()


def _correction(review: Review, corrects: CorrectionNote | None) -> Iterator[Notice]:
    if corrects is None:
        return
    valid = _("This one is valid.") if review.is_valid else ""
    if not review.is_closed:
        valid = _("The earlier one is valid until this one is final.")
    yield Notice(
        _("Correction of %(review)s: %(reason)s") % {"review": corrects.corrected, "reason": corrects.reason},
        actions=(Action(_("The earlier review"), corrects.url),) if corrects.url else (),
        lines=(valid,) if valid else (),
    )


def _cancelled(cancelled: ReviewEvent | None) -> Iterator[Notice]:
    if cancelled:
        at = date_format(timezone.localdate(cancelled.at), "DATE_FORMAT")
        sentence = _("Cancelled by %(name)s on %(at)s:") % {"name": cancelled.by, "at": at}
        stays = _("It stays readable as it was, counts nowhere, and cannot be changed any more.")
        yield Notice(f"{sentence} {cancelled.comment}", is_warning=True, lines=(stays,))


def _imported(origin: ImportOrigin | None) -> Iterator[Notice]:
    if origin:
        sentence = _(
            "This review was imported by %(name)s on %(at)s from the file “%(file)s”. It was done elsewhere and not "
            "signed here."
        )
        at = date_format(timezone.localdate(origin.at), "DATE_FORMAT")
        yield Notice(sentence % {"name": origin.by, "at": at, "file": origin.file}, lines=tuple(_original(origin)))


def _original(origin: ImportOrigin) -> Iterator[str]:
    if origin.original:
        sentence = _("The original in another installation has the code %(code)s and the fingerprint %(fingerprint)s.")
        yield sentence % {"code": origin.original.code, "fingerprint": origin.original.fingerprint}


def _state(review: Review, handover: Handover) -> Iterator[Notice]:
    """Yield what the status of an open review means for its reader."""
    if review.is_handed_out:
        yield _handed_out(review, handover)
        if handover.sign_from:
            sentence = _("The visit lasts until %(date)s. The review can be signed on that day or later.")
            yield Notice(sentence % {"date": handover.sign_from})
    elif review.is_closed:
        return
    elif review.is_blind:
        yield Notice(_blind_words(review))
    elif not review.takes_part:
        planned = _("This review is planned. Nobody has begun to score.")
        open_words = _("This review is open. Its evaluators are still working; what you see may change.")
        yield Notice(planned if review.is_unscored else open_words)


def _blind_words(review: Review) -> str:
    if not review.takes_part:
        return _("Each evaluator rates alone. Until all have handed in, nobody sees another’s ratings or notes.")
    if review.has_submitted:
        return _(
            "You have handed in. When the last evaluator has too, all of you see all ratings and agree on common "
            "scores."
        )
    return _("You rate alone: nobody sees your ratings or notes, and you see nobody else’s, until all have handed in.")


def _handed_out(review: Review, handover: Handover) -> Notice:
    """Return who was told of the draft report, and what its readers can do with it."""
    pdf = Action(_("Draft report (PDF)"), address("report_pdf", review.code))
    reads = _("The draft report has been shared: the service can read it and check its facts.")
    if handover.no_check_reason:
        reads = _("The draft report has been shared without a factual check: the service can read it.")
    back = _("Scores can be changed after it is sent back to the evaluators.")
    actions = (pdf,) if review.takes_part else ()
    if handover.told is None:
        return Notice(reads, actions=actions, lines=(back,))
    if not handover.told:
        nobody = _("Nobody was told by mail that the draft report is ready.")
        return Notice(nobody, is_warning=not handover.no_check_reason, actions=actions, lines=(f"{reads} {back}",))
    told = _("Mail to %(names)s: the draft report is ready.") % {"names": ", ".join(handover.told)}
    return Notice(told, actions=actions, lines=(f"{reads} {back}",))
