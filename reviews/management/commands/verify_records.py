"""`manage.py verify_records`: verify all records of the database. Changes no record.

Exits with 1 at the first fault and reports it: a broken chain, a stored PDF or record that does not match its
fingerprint, a total that does not follow from the scores, a missing trigger, or an organisation whose derived columns
do not follow from its reviews and actions. `--against` also compares with an earlier backup, which shows that the last
events of a chain, or a whole review, were removed. Notes how far it has come, for `--resume`, and the last success.
"""

import hashlib
import sys
import time
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from datetime import UTC
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet

from reviews.maintenance import heads
from reviews.maintenance.backup_file import manifest_of
from reviews.maintenance.contents import lost_since, summary_of
from reviews.maintenance.faults import MaintenanceFault
from reviews.maintenance.state import progress_of, record_progress, record_success
from reviews.management.parallel import Span, processors, run_in_processes, spans_of
from reviews.models import EventType, FinalRecord, ItemScore, MaintenanceTask, Organisation, Review, ReviewEvent
from reviews.records import chain, log_chain, protection, replay, row_origins
from reviews.schedule.organisation_summary import summary_fields_of
from reviews.sheets import archive
from reviews.workflow import EvaluatorPart
from scales.document import DocumentFaults
from scales.loading import COPIED, checksum_of
from scales.models import GuideEdition, ScaleEdition
from scales.scoring import score

AT_ONCE = 100  # rows in one part of the work
WORTH_A_PROCESS = 500  # reviews; starting a process takes as long as verifying these
NOTED_EVERY = 5  # seconds
WIDTH = 40  # characters of the bar
# What `faults_of` reads.
READ = (
    *("edition", "record", "finalised_by", "supersedes__scores", "remarks__by", "remarks__answered_by"),
    *replay.READ,
)
VERIFICATION = MaintenanceTask.Kind.VERIFICATION


class Command(BaseCommand):
    help = "Checks event chains, stored PDFs and totals of the whole database; fails at the first fault."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--resume", action="store_true", help="continue the last run if it was interrupted")
        parser.add_argument("--processes", type=int, help="default: one for each processor")
        parser.add_argument("--against", type=Path, help="also compare with an earlier backup")

    def handle(
        self, *args: Any, resume: bool = False, processes: int | None = None, against: Path | None = None, **opts: Any
    ) -> None:
        """Verify triggers, then reviews, then organisations. Raise CommandError at the first fault."""
        if missing := protection.faults():
            raise CommandError(f"Triggers are missing or altered: {', '.join(missing)}. Run `manage.py migrate`.")
        if against:
            self._compare(against)
        started, count = time.monotonic(), Review.objects.count()
        self.processes = processes or (processors() if count > WORTH_A_PROCESS else 1)
        verified_to = progress_of(VERIFICATION).get("verified_to", 0) if resume else 0
        try:
            self._verify_reviews(verified_to, count)
            for _span, fault in run_in_processes(
                fault_of_organisations, spans_of(Organisation.objects.all(), AT_ONCE), self.processes
            ):
                _stop_at(fault)
        except BrokenProcessPool as error:
            raise CommandError("A process was killed. `verify_records --resume` continues.") from error
        for fault in faults_of_editions():
            raise CommandError(fault)
        for model in log_chain.LOGS:
            for fault in log_chain.breaks(model):
                raise CommandError(f"{model._meta.db_table}: {fault}.")
        self._compare_with_heads()
        self._note_success(reviews=count, seconds=round(time.monotonic() - started, 1))
        self.stdout.write(self.style.SUCCESS(f"\n{count} reviews: chains, stored PDFs and totals are as they were."))

    def _verify_reviews(self, verified_to: int, count: int) -> None:
        spans, noted = spans_of(Review.objects.filter(pk__gt=verified_to), AT_ONCE), time.monotonic()
        done = Review.objects.filter(pk__lte=verified_to).count()
        try:
            for (_first, last), fault in run_in_processes(fault_of_reviews, spans, self.processes):
                _stop_at(fault)
                verified_to, done = last, min(done + AT_ONCE, count)
                self._show(done, count)
                if time.monotonic() - noted > NOTED_EVERY:
                    record_progress(VERIFICATION, verified_to=verified_to)
                    noted = time.monotonic()
        except (CommandError, BrokenProcessPool, KeyboardInterrupt):
            record_progress(VERIFICATION, verified_to=verified_to)
            raise

    def _compare(self, against: Path) -> None:
        try:
            earlier = manifest_of(against)
        except MaintenanceFault as fault:
            raise CommandError(str(fault)) from fault
        with connection.cursor() as cursor:
            if lost := summary_of(lost_since(earlier.contents, cursor)):
                raise CommandError(f"Compared with the backup of {earlier.made_at:%Y-%m-%d %H:%M} UTC: {lost}.")

    @staticmethod
    def _compare_with_heads() -> None:
        try:
            found = heads.faults(heads.published())
        except (OSError, ValueError) as error:
            raise CommandError(f"HEADS_FILE cannot be read: {error}") from error
        for fault in found:
            raise CommandError(f"Compared with earlier heads: {fault}.")

    def _note_success(self, **figures: float) -> None:
        try:
            record_success(VERIFICATION, **figures)
        except DatabaseError:  # for example a read-only copy
            self.stderr.write("The success could not be recorded in the database.")

    def _show(self, done: int, count: int) -> None:
        if sys.stderr.isatty() or done == count:
            bar = "#" * (WIDTH * done // count)
            self.stderr.write(f"\r[{bar:<{WIDTH}}] {done}/{count}", ending="")


def _stop_at(fault: str) -> None:
    if fault:
        raise CommandError(fault)


def fault_of_reviews(span: Span) -> str:
    """Return the first fault of a part of the reviews, "" if there is none. Twenty queries."""
    reviews: QuerySet[Review] = Review.objects.filter(pk__range=span).order_by("pk")
    for review in reviews.prefetch_related(*READ):
        if any(faults_of(review)) and (fault := _fault_of_locked(review)):
            return f"Review {review.code}: {fault}"
    return ""


@transaction.atomic
def _fault_of_locked(review: Review) -> str:
    """Return a fault that a locked review has too: a change between two queries is none."""
    locked = Review.objects.select_for_update(of=("self",)).get(pk=review.pk)
    return next(faults_of(locked), "")


def fault_of_organisations(span: Span) -> str:
    """Return the first fault of a part of the organisations, "" if there is none. Six queries for each."""
    for organisation in Organisation.objects.filter(pk__range=span).order_by("pk"):
        if any(faults_of_summary(organisation)):
            with transaction.atomic():
                locked = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
                for fault in faults_of_summary(locked):
                    return f"Organisation {locked.code}: {fault}. Run `manage.py refresh_summaries`."
    return ""


def faults_of(review: Review) -> Iterator[str]:
    """Yield the faults of a review's record as messages."""
    try:
        yield from _faults_of(review)
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        yield f"its record or one of its events is not what the program writes ({type(error).__name__})"


def _faults_of(review: Review) -> Iterator[str]:
    events = list(review.events.all())
    if not events:
        yield "it has no events"
    for event in chain.breaks(events):
        yield f"event {event.pk} of {event.at:%Y-%m-%d %H:%M} was altered, or does not follow the one before it"
    if review.is_final:
        yield from _faults_of_final(review, events)
    if review.status != replay.status_in(events):
        yield f"its status is {review.status}, and its events say otherwise"
    yield from replay.faults(review, events)
    yield from row_origins.faults(review, events)


def _faults_of_final(review: Review, events: list[ReviewEvent]) -> Iterator[str]:
    record: FinalRecord | None = getattr(review, "record", None)
    if record is None:
        yield "it is final and has no stored PDF"
        return
    yield from _faults_of_import(review, events, record) if review.is_imported else _faults_of_signing(events, record)
    yield from _faults_of_record(record)
    yield from _faults_of_content(review, record.content)


def faults_of_summary(organisation: Organisation) -> Iterator[str]:
    """Yield the derived columns of an organisation that do not follow from its reviews and actions, as messages."""
    for name, expected in summary_fields_of(organisation).items():
        stored = getattr(organisation, name)
        if stored != expected:
            yield f"{name.removesuffix('_id')} is stored as {stored} and should be {expected}"


def faults_of_editions() -> Iterator[str]:
    """Yield the scales and guides whose columns are not what their documents say, as messages. Two queries."""
    for edition in (*ScaleEdition.objects.all(), *GuideEdition.objects.all()):
        try:
            definition = edition.parse(edition.document)
        except DocumentFaults:
            yield f"{edition.slug}: its document is not valid"
            continue
        if edition.checksum != checksum_of(edition.document) or any(
            getattr(edition, name) != getattr(definition, name) for name in ("slug", *COPIED)
        ):
            yield f"{edition.slug}: its title, version, instrument, language or checksum is not that of its document"


def _faults_of_signing(events: list[ReviewEvent], record: FinalRecord) -> Iterator[str]:
    signed = [event.changes for event in events if event.type == EventType.FINALISED]
    if [changes["fingerprint"][1] for changes in signed] != [record.fingerprint]:
        yield "the fingerprint is not the one that was signed"
    elif signed[0]["pdf"][1] != record.sha256:
        yield "the stored PDF is not the one that was signed"
    elif not record.content["signature"] or not _continues(events, record.content["signature"]):
        yield "what was signed does not rest on the events before it"
    elif record.content["signature"].get("gaps_reason", "") != signed[0].get("gaps_reason", ["", ""])[1]:
        yield "why items stay without evidence is not what was signed"


def _faults_of_import(review: Review, events: list[ReviewEvent], record: FinalRecord) -> Iterator[str]:
    """Yield the faults of an imported review, which has one IMPORTED event and no signature."""
    final_events = [event for event in events if event.type in (EventType.FINALISED, EventType.IMPORTED)]
    source = record.content.get("imported")
    if [event.type for event in final_events] != [EventType.IMPORTED] or not source or record.content["signature"]:
        yield "it is marked as imported, and its record or its events say otherwise"
    elif final_events[0].changes["fingerprint"][1] != record.fingerprint:
        yield "the fingerprint is not the one that was imported"
    elif (final_events[0].changes["file"][1], str(final_events[0].by.code)) != (source["sha256"], source["code"]):
        yield "the file or the person it was imported by is not the one on record"
    if record.pdf:
        yield "it was not signed here and has a stored PDF"


def _continues(events: list[ReviewEvent], signature: dict[str, str]) -> bool:
    """Return whether the FINALISED event continues the event that the signature names, and has the same person."""
    final = next(event for event in events if event.type == EventType.FINALISED)
    return (final.previous, str(final.by.code)) == (signature["chain"], signature["code"])


def _faults_of_record(record: FinalRecord) -> Iterator[str]:
    if hashlib.sha256(record.pdf).hexdigest() != record.sha256:
        yield "the stored PDF is not the one that was stored"
    if chain.digest(record.content) != record.fingerprint:
        yield "the signed content does not fit its fingerprint"


# The fields of ItemScore by the keys of an item in a record.
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
_EMPTY = {name: getattr(ItemScore(), name) for name in _SIGNED.values()}


def is_as_signed(signed: Any, now: Any) -> bool:
    """Return whether a part of the record, an object or a list of objects, is what the database has now.

    A record has the keys of the version that wrote it. Keys that later versions added are not compared; a key of the
    record that is missing now is a difference, and so is any difference within a value.
    """
    if isinstance(signed, list):
        return len(signed) == len(now) and all(map(is_as_signed, signed, now))
    if isinstance(signed, dict):
        return all(key in now and now[key] == value for key, value in signed.items())
    return bool(signed == now)


def _is_item_as_signed(signed: dict[str, Any], row: ItemScore) -> bool:
    """Return whether a row is what was signed.

    A field that the record does not have yet is empty: final rows cannot be changed, so a new column has its default.
    """
    return all(signed.get(key, _EMPTY[name]) == getattr(row, name) for key, name in _SIGNED.items())


def _faults_of_content(review: Review, content: dict[str, Any]) -> Iterator[str]:
    edition, scores = review.edition, sorted(review.scores.all(), key=lambda row: row.item_number)
    if {edition.checksum, _checksum_now(edition)} != {content["scale"]["checksum"]}:
        yield "the scale is not the one by which it was scored"
    signed = content["review"]
    stored = {
        "kind": review.kind,
        "visit_start": review.visit_start.isoformat(),
        "visit_end": review.visit_end.isoformat(),
        "corrects": str(review.supersedes.code) if review.supersedes else None,
        "finalised_at": review.finalised_at and review.finalised_at.astimezone(UTC).isoformat(),
    }
    if any(signed.get(name, value) != value for name, value in stored.items()):
        yield "kind, dates, time of signing or what it corrects are not those that were signed"
    if str(review.finalised_by and review.finalised_by.code) != _finished_by(content):
        yield "it is not signed by who signed it"
    # The evaluators of an imported review are only names.
    raters = 0 if review.is_imported else len(signed["evaluators"])
    if raters != sum(evaluator.part == EvaluatorPart.RATES for evaluator in review.participations.all()):
        yield "its evaluators are not those that signed"
    result = score(review.scale, {row.item_number: row.value for row in scores})
    if (review.total, review.band) != (result.total, result.band and result.band.label):
        yield f"the total is stored as {review.total} and its scores give {result.total}"
    items = content["items"]
    if len(items) != len(scores) or not all(map(_is_item_as_signed, items, scores)):
        yield "scores, notes or observations are not those that were signed"
    yield from _faults_of_other_content(review, content)


def _checksum_now(edition: ScaleEdition) -> str:
    """Return the checksum of a document as it is stored. Computed once for the reviews that were fetched together."""
    if not hasattr(edition, "checksum_now"):
        edition.checksum_now = checksum_of(edition.document)  # type: ignore[attr-defined]
    return str(edition.checksum_now)  # type: ignore[attr-defined]


def _finished_by(content: dict[str, Any]) -> str:
    """Return the code of the person who signed or imported the review."""
    return (content["signature"] or content.get("imported") or {}).get("code", "")


def _faults_of_other_content(review: Review, content: dict[str, Any]) -> Iterator[str]:
    """Yield the parts of the record that differ from the database. What an older record lacks must be empty."""
    for name, part_of in archive.PARTS.items():
        now = part_of(review)
        if not is_as_signed(content.get(name, type(now)()), now):
            yield f"its {name} are not those that were signed"
