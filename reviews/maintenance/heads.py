"""The heads of all chains, which leave the database once a day, so that its owner cannot rewrite them unnoticed.

A head is a line of JSON in the log of the program, in the file HEADS_FILE and in a mail to HEADS_MAIL. It says how far
the events of reviews, the access log and the exports reached. `verify_records` compares the database with the heads in
the file, and with the last one that the database itself has. No head contains anything of a review or of a person.
"""

import hashlib
import json
import logging
import os
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.tasks import task
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from reviews.maintenance.state import last_successes, record_success
from reviews.models import AccessAction, AccessEvent, DeletedLine, Export, MaintenanceTask, ReviewEvent
from reviews.outbox import queue_mail

log = logging.getLogger("ipsfidelity.heads")
TABLES: dict[str, Any] = {"events": ReviewEvent, "accesses": AccessEvent, "exports": Export}
AT_ONCE = 10_000  # rows
SETTLED = timedelta(hours=1)


def heads_at(at: datetime) -> dict[str, Any]:
    """Return the heads as plain data: the time, and for each table its last key and hash, and the number of rows.

    Rows are included that were written until SETTLED before: a transaction that has not ended yet may have lower keys.
    `digest` covers the hashes of all events of reviews. A few queries, one of which reads every event.
    """
    heads: dict[str, Any] = {"at": at.isoformat()}
    for name, model in TABLES.items():
        settled = model.objects.filter(at__lt=at - SETTLED).order_by("-pk")
        last = settled.values_list("pk", "hash").first() or (0, "")
        heads[name] = {"last": last[0], "hash": last[1], "count": model.objects.filter(pk__lte=last[0]).count()}
    digest = next(_digests([heads["events"]["last"]]))
    return heads | {"events": heads["events"] | {"digest": digest}}


def publish_heads(at: datetime | None = None) -> dict[str, Any]:
    """Write the heads to the log, to HEADS_FILE and to a mail to HEADS_MAIL, and return them. Raises OSError."""
    heads = heads_at(at or timezone.now())
    line = json.dumps(heads, sort_keys=True)
    log.info("Heads of the chains: %s", line)
    if settings.HEADS_FILE:
        with Path(settings.HEADS_FILE).open("a", encoding="utf-8") as file:
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())
    if settings.HEADS_MAIL:
        with translation.override(settings.LANGUAGE_CODE):
            text = _("Keep this mail. It shows later whether records were removed or rewritten.")
            queue_mail(settings.HEADS_MAIL, _("IPS fidelity: heads of the records"), f"{text}\n\n{line}\n")
    record_success(MaintenanceTask.Kind.HEADS, **heads)
    return heads


@task
def publish() -> None:
    """Publish the heads: a job of every night."""
    publish_heads()


def published() -> list[dict[str, Any]]:
    """Return the heads in HEADS_FILE and the last ones of the database. Raises OSError or ValueError."""
    known = [details] if (details := last_successes()[MaintenanceTask.Kind.HEADS].details) else []
    if settings.HEADS_FILE and (file := Path(settings.HEADS_FILE)).exists():
        known += [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    return known


def faults(known: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Yield what earlier heads have and the database has not, as messages. What the retention rule deleted is no loss.

    One query that reads all events of reviews, and two for each head.
    """
    heads = sorted(known, key=lambda each: each["events"]["last"])
    expired = AccessEvent.objects.filter(action=AccessAction.EXPIRED)
    last_deletion = expired.exclude(page="access_log").order_by("-at").values_list("at", flat=True).first()
    for head, digest in zip(heads, _digests([each["events"]["last"] for each in heads]), strict=True):
        at = datetime.fromisoformat(head["at"])
        if digest != head["events"]["digest"] and not (last_deletion and last_deletion > at):
            yield f"the events of reviews are not those of {at:%Y-%m-%d %H:%M} UTC: some were removed or rewritten"
        for name in ("accesses", "exports"):
            if not _has(TABLES[name], head[name], deleted=expired.filter(at__gt=at).exists()):
                yield f"{TABLES[name]._meta.db_table} lacks lines that it had at {at:%Y-%m-%d %H:%M} UTC"


def _has(model: Any, head: dict[str, Any], *, deleted: bool) -> bool:
    """Return whether a log still has the line of a head, and as many lines before it unless a rule has deleted some."""
    if not head["last"]:
        return True
    stored = model.objects.filter(pk__lte=head["last"])
    is_there = stored.filter(pk=head["last"], hash=head["hash"]).exists()
    if deleted:
        return is_there or not stored.exists() or DeletedLine.objects.filter(hash=head["hash"]).exists()
    return is_there and stored.count() == head["count"]


def _digests(ends: list[int]) -> Iterator[str]:
    """Yield the digest of the hashes of all events up to each of these keys, which are in order."""
    digest, start = hashlib.sha256(), 0
    for end in ends:
        events = ReviewEvent.objects.filter(pk__gt=start, pk__lte=end).order_by("pk").values_list("hash", flat=True)
        for each in events.iterator(chunk_size=AT_ONCE):
            digest.update(each.encode())
        start = max(start, end)
        yield digest.hexdigest()
