"""`manage.py verify_records`: is everything on record what it was? Reads all of it, changes nothing.

Exits with 1 at the first fault and names it: a chain that is broken, a stored PDF or record that
does not fit its fingerprint, a total that its scores do not give, a trigger that is missing, an
organisation that does not stand where its reviews and actions put it.
"""

import hashlib
import sys
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Prefetch

from reviews.models import EventType, FinalRecord, ItemScore, Organisation, Review, ReviewEvent
from reviews.records import chain, protection
from reviews.schedule.organisation_summary import summary_fields_of
from reviews.sheets import archive
from reviews.workflow import EvaluatorPart
from scales.loading import checksum_of
from scales.scoring import score

AT_ONCE = 200  # reviews
WIDTH = 40  # characters of the bar


class Command(BaseCommand):
    help = "Checks event chains, stored PDFs and totals of the whole database; fails at the first fault."

    def handle(self, *args: Any, **options: Any) -> None:
        if missing := protection.faults():
            raise CommandError(f"Triggers are missing or altered: {', '.join(missing)}. Run `manage.py migrate`.")
        count, done = Review.objects.count(), 0
        for review in self._reviews():
            for fault in faults_of(review):
                raise CommandError(f"Review {review.code}: {fault}")
            done += 1
            self._show(done, count)
        for organisation in Organisation.objects.order_by("pk").iterator(chunk_size=AT_ONCE):
            if any(faults_of_summary(organisation)):
                self._look_again(organisation)
        self.stdout.write(self.style.SUCCESS(f"\n{done} reviews: chains, stored PDFs and totals are as they were."))

    def _reviews(self) -> Iterator[Review]:
        events = ReviewEvent.objects.select_related("by", "review").order_by("pk")
        prefetches = (Prefetch("events", events), Prefetch("scores", ItemScore.objects.order_by("item_number")))
        return (
            Review.objects.select_related("edition", "finalised_by", "supersedes")
            .prefetch_related(*prefetches)
            .order_by("pk")
            .iterator(chunk_size=AT_ONCE)
        )

    @transaction.atomic
    def _look_again(self, organisation: Organisation) -> None:
        """Tell a standing that is wrong, and not one that somebody changed between two readings."""
        held = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
        for fault in faults_of_summary(held):
            raise CommandError(f"Organisation {held.code}: {fault}. Run `manage.py refresh_standings`.")

    def _show(self, done: int, count: int) -> None:
        if sys.stderr.isatty() or done == count:
            bar = "#" * (WIDTH * done // count)
            self.stderr.write(f"\r[{bar:<{WIDTH}}] {done}/{count}", ending="")


def faults_of(review: Review) -> Iterator[str]:
    """Yield what is wrong with a review's record, in words."""
    events = list(review.events.all())
    if not events:
        yield "it has no events"
    for event in chain.breaks(events):
        yield f"event {event.pk} of {event.at:%Y-%m-%d %H:%M} was altered, or does not follow the one before it"
    if not review.is_final:
        return
    record = FinalRecord.objects.filter(review=review).first()
    if record is None:
        yield "it is final and has no stored PDF"
        return
    yield from _faults_of_import(review, events, record) if review.is_imported else _faults_of_signing(events, record)
    if review.status != _status_told_by(events):
        yield f"its status is {review.status}, and its events say otherwise"
    yield from _faults_of_record(record)
    yield from _faults_of_content(review, record.content)


def faults_of_summary(organisation: Organisation) -> Iterator[str]:
    """Yield what the overview shows of an organisation and its reviews and actions do not give, in words."""
    for name, value in summary_fields_of(organisation).items():
        if getattr(organisation, name) != value:
            yield f"{name} is stored as {getattr(organisation, name)} and should be {value}"


def _faults_of_signing(events: list[ReviewEvent], record: FinalRecord) -> Iterator[str]:
    signed = [event.changes for event in events if event.type == EventType.FINALISED]
    if [changes["fingerprint"][1] for changes in signed] != [record.fingerprint]:
        yield "the fingerprint is not the one that was signed"
    elif signed[0]["pdf"][1] != record.sha256:
        yield "the stored PDF is not the one that was signed"
    elif not record.content["signature"] or not _continues(events, record.content["signature"]):
        yield "what was signed does not rest on the events before it"


def _faults_of_import(review: Review, events: list[ReviewEvent], record: FinalRecord) -> Iterator[str]:
    """Yield what is wrong with a review that came from a file: one event tells of it, and nobody signed."""
    came = [event for event in events if event.type in (EventType.FINALISED, EventType.IMPORTED)]
    told, said = [event.changes for event in came], record.content.get("imported")
    if [event.type for event in came] != [EventType.IMPORTED] or not said or record.content["signature"]:
        yield "it is marked as imported, and its record or its events say otherwise"
    elif told[0]["fingerprint"][1] != record.fingerprint:
        yield "the fingerprint is not the one that was imported"
    elif (told[0]["file"][1], str(came[0].by.code)) != (said["sha256"], said["code"]):
        yield "the file or the person it was imported by is not the one on record"
    if record.pdf:
        yield "it was not signed here and has a stored PDF"


def _continues(events: list[ReviewEvent], signature: dict[str, str]) -> bool:
    final = next(event for event in events if event.type == EventType.FINALISED)
    return (final.previous, str(final.by.code)) == (signature["chain"], signature["code"])


def _status_told_by(events: list[ReviewEvent]) -> str:
    return [event.changes["status"][1] for event in events if "status" in event.changes][-1]


def _faults_of_record(record: FinalRecord) -> Iterator[str]:
    if hashlib.sha256(record.pdf).hexdigest() != record.sha256:
        yield "the stored PDF is not the one that was stored"
    if chain.digest(record.content) != record.fingerprint:
        yield "the signed content does not fit its fingerprint"


# What an item of a record holds, as the fields of its row; records from before there were observations lack some.
_SIGNED = {
    "number": "item_number",
    "score": "value",
    "evidence": "evidence",
    "recommendation": "recommendation",
    "sources": "sources",
    "observation": "observation",
    "departure": "departure",
    "decision": "decision",
}
_LATER: dict[str, Any] = {"observation": {}, "departure": "", "decision": ""}


def _as_signed(row: ItemScore) -> dict[str, Any]:
    return {key: getattr(row, field) for key, field in _SIGNED.items()}


def _faults_of_content(review: Review, content: dict[str, Any]) -> Iterator[str]:
    edition, scores = review.edition, sorted(review.scores.all(), key=lambda row: row.item_number)
    if {edition.checksum, checksum_of(edition.document)} != {content["scale"]["checksum"]}:
        yield "the scale is not the one by which it was scored"
    about = content["review"]
    told = {
        "kind": review.kind,
        "visit_start": review.visit_start.isoformat(),
        "visit_end": review.visit_end.isoformat(),
        "corrects": str(review.supersedes.code) if review.supersedes else None,
    }
    if any(about[name] != value for name, value in told.items()):
        yield "kind, dates or what it corrects are not those that were signed"
    if str(review.finalised_by and review.finalised_by.code) != _finished_by(content):
        yield "it is not signed by who signed it"
    # Evaluators of an imported review are names in a file.
    named = 0 if review.is_imported else len(about["evaluators"])
    if named != review.participations.filter(part=EvaluatorPart.RATES).count():
        yield "its evaluators are not those that signed"
    result = score(review.scale, {row.item_number: row.value for row in scores})
    if (review.total, review.band) != (result.total, result.band and result.band.label):
        yield f"the total is stored as {review.total} and its scores give {result.total}"
    if [_as_signed(row) for row in scores] != [
        _LATER | {key: item[key] for key in _SIGNED if key in item} for item in content["items"]
    ]:
        yield "scores, notes or observations are not those that were signed"
    yield from _faults_of_what_is_beside(review, content)


def _finished_by(content: dict[str, Any]) -> str:
    """Return the code of who signed or imported what a record holds."""
    return (content["signature"] or content.get("imported") or {}).get("code", "")


def _faults_of_what_is_beside(review: Review, content: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong beside the scores: conditions, ratings, the report's text, remarks; old records lack some."""
    if "conditions" in content and content["conditions"] != archive.conditions_of(review):
        yield "method, specialists, period or handing in are not those that were signed"
    if "report" in content and content["report"] != archive.report_text_of(review):
        yield "the report’s text is not the one that was signed"
    if content.get("remarks", []) != archive.remarks_of(review):
        yield "the service’s remarks or their answers are not those that were signed"
    if content.get("ratings", []) != archive.ratings_of(review):
        yield "the ratings before consensus are not those that were signed"
