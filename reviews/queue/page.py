"""The read model of the administrator's page about the queue. Read-only.

It says to which addresses mails wait and since when, and never what is in them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from ipsfidelity.mail_faults import fault_named
from reviews.components.links import Action, Notice, Tab
from reviews.models import Job
from reviews.outbox import send_mail
from reviews.queue.daily import DAILY, MAKE_BLANK_FORMS
from reviews.queue.status import queue_status
from reviews.records.chain import MAKE_REPORT

MOST_ROWS = 100
PATIENCE = timedelta(minutes=5)  # until a job that waits is worth a line on the first page

LABELS = {
    send_mail.module_path: gettext_lazy("Mail"),
    "reviews.people.password_reset.mail_reset_link": gettext_lazy("Link for a new password"),
    "reviews.imports.services.import_upload": gettext_lazy("Import of past reviews"),
    "reviews.imports.own_uploads.read_upload": gettext_lazy("Reading an export of another installation"),
    "reviews.queue.forgetting.forget_finished_jobs": gettext_lazy("Delete old jobs"),
    "reviews.exports.making.make_file": gettext_lazy("File of an export"),
    MAKE_REPORT: gettext_lazy("Report"),
    MAKE_BLANK_FORMS: gettext_lazy("Blank forms"),
    "reviews.maintenance.retention.delete_expired": gettext_lazy("Delete what the retention rules no longer keep"),
    "reviews.maintenance.heads.publish": gettext_lazy("Heads of the records, kept elsewhere"),
    "reviews.inbox.digest.send_digests": gettext_lazy("Daily summaries"),
    "reviews.schedule.reminders.send_reminders": gettext_lazy("Reminders"),
}

# Sentences about a number of jobs: that they wait, and that they were given up.
MAILS = (
    ngettext_lazy("%(n)s mail waits since %(when)s.", "%(n)s mails wait since %(when)s.", "n"),
    ngettext_lazy("%(n)s mail was given up.", "%(n)s mails were given up.", "n"),
)
JOBS = (
    ngettext_lazy("%(n)s other job waits since %(when)s.", "%(n)s other jobs wait since %(when)s.", "n"),
    ngettext_lazy("%(n)s other job was given up.", "%(n)s other jobs were given up.", "n"),
)


@dataclass(frozen=True)
class JobRow:
    """A job that waits or has failed: what it is, to whom, since when, why, and when it is tried again."""

    pk: int
    what: str
    address: str
    since: str
    attempts: int
    reason: str
    settings: str
    next_try: str


@dataclass(frozen=True)
class DailyRow:
    """A daily task, and when it was done last, "–" if not within a week."""

    what: str
    at: str
    last: str


@dataclass(frozen=True)
class QueuePage:
    """The queue as its page shows it. `more` says how many jobs are left out of the rows, "" for none."""

    tabs: tuple[Tab, ...]
    summary: str
    rows: tuple[JobRow, ...]
    more: str
    daily: tuple[DailyRow, ...]


def queue_page() -> QueuePage:
    """Return the page. Six queries at most."""
    troubled = Job.objects.failed() | Job.objects.waiting().filter(attempts__gt=0, claim__isnull=True)
    late = Job.objects.waiting().filter(due_at__lte=timezone.now() - PATIENCE)
    jobs = (troubled | late).select_related("mail").order_by("queued_at", "pk")
    rows = tuple(_row(job) for job in jobs[:MOST_ROWS])
    left = jobs.count() - len(rows) if len(rows) == MOST_ROWS else 0
    return QueuePage(
        tabs=installation_tabs("queue"),
        summary=_summary(),
        rows=rows,
        more=_("%(n)s more") % {"n": left} if left else "",
        daily=tuple(_daily_rows()),
    )


def installation_tabs(current: str) -> tuple[Tab, ...]:
    """Return the tabs of the pages for administrators. `current` is the URL name of the page."""
    labels = {"installation": _("Installation"), "queue": _("Queue"), "data_care": _("Backups and deletion")}
    return tuple(Tab(label, reverse(name), name == current) for name, label in labels.items())


def queue_notice() -> Notice | None:
    """Return what an administrator reads on the first page if something has waited for long or failed. Four queries."""
    status = queue_status()
    if not (status.failed or status.waits_longer_than(PATIENCE)):
        return None
    return Notice(_summary(), is_warning=True, actions=(Action(_("Queue"), reverse("queue")),))


def _summary() -> str:
    """Return "3 mails wait since 10:14. Nothing answers where the mail server should be."."""
    sentences = [*_counted("mail", MAILS), *_counted("default", JOBS), _last_reason()]
    return " ".join(filter(None, sentences)) or _("Nothing waits.")


def _counted(queue: str, words: tuple[Any, Any]) -> Iterable[str]:
    """Yield how many jobs of a queue wait and were given up. One query."""
    status, (wait, given_up) = queue_status(queue), words
    if status.oldest:
        yield str(wait % {"n": status.waiting, "when": _when(status.oldest)})
    if status.failed:
        yield str(given_up % {"n": status.failed})


def _last_reason() -> str:
    failed = Job.objects.unfinished().filter(claim__isnull=True).exclude(error="")
    error = failed.order_by("-pk").values_list("error", flat=True).first()
    return _reason(error) if error else ""


def _reason(error: str) -> str:
    fault = fault_named(error)
    return str(fault.reason) if fault else _("The log of the program says why (%(name)s).") % {"name": error}


def _row(job: Job) -> JobRow:
    mail = getattr(job, "mail", None)
    fault = fault_named(job.error)
    is_over = job.finished_at is not None
    return JobRow(
        pk=job.pk,
        what=str(LABELS.get(job.task, job.task.rpartition(".")[2])),
        address=mail.address if mail else "",
        since=_when(job.queued_at),
        attempts=job.attempts,
        reason=_reason(job.error) if job.error else _("No worker runs: start “manage.py work”."),
        settings=fault.settings_words if fault else "",
        next_try=_("given up") if is_over else _when(job.due_at),
    )


def _daily_rows() -> Iterable[DailyRow]:
    done = Job.objects.done().filter(task__in=DAILY).exclude(key="").order_by().values("task")
    last = dict(done.annotate(last=Max("finished_at")).values_list("task", "last"))
    for path, at in DAILY.items():
        when = _when(last[path]) if path in last else "–"
        yield DailyRow(str(LABELS[path]), time_format(at, "TIME_FORMAT"), when)


def _when(moment: datetime) -> str:
    at = timezone.localtime(moment)
    is_today = at.date() == timezone.localdate()
    return str(date_format(at, "TIME_FORMAT" if is_today else "SHORT_DATETIME_FORMAT"))
