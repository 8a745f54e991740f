"""The facts of a report: those of its first chapter as page, PDF and Word file show them, and those of its cover."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ipsfidelity.prepared import prepared
from reviews.components.links import Fact
from reviews.models import Interview, Review, ReviewEvent
from reviews.reports.text_runs import Text, TextRun, in_scale_language, runs_of
from reviews.sheets.sheet import Sheet
from reviews.wording import visit_words

if TYPE_CHECKING:
    from reviews.reports.report import Report


@dataclass(frozen=True)
class ReportFact:
    """A label and its value. The total is marked, because it is shown larger than the others."""

    label: str
    value: tuple[TextRun, ...]
    is_total: bool = False


def facts_of(report: "Report") -> tuple[ReportFact, ...]:
    """Return the facts of a report. Those that are not known are left out."""
    facts = (ReportFact(label, runs_of(value)) for label, value in _before_total(report) if value)
    total = ReportFact(_("Total score"), runs_of(total_of(report)), is_total=True)
    after = (ReportFact(label, runs_of(value)) for label, value in _after_total(report) if value)
    return (*facts, total, *after)


def total_of(report: "Report") -> Text:
    """Return the total with its quality band, or how many items are scored while there is none."""
    if not report.total:
        return report.sheet.progress
    reached = _("of %(max)s") % {"max": report.sheet.result.max}
    return [TextRun(report.total, strong=True), f" {reached}: ", in_scale_language(report.band)]


def cover_facts(sheet: Sheet, period: str, next_due: str) -> tuple[Fact, ...]:
    """Return the few facts below the result. `period` and `next_due` are "" if they are not known."""
    return tuple(_cover_facts(sheet, period, next_due))


def _cover_facts(sheet: Sheet, period: str, next_due: str) -> Iterator[Fact]:
    yield Fact(_("Evaluators"), sheet.evaluators or ("–",))
    if sheet.signature:
        signed = date_format(timezone.localdate(sheet.signature.at), "DATE_FORMAT")
        yield Fact(_("Signed"), (f"{signed}, {sheet.signature.by}",))
    if period:
        yield Fact(_("Period looked at"), (period,))
    if next_due:
        yield Fact(_("Next review due"), (next_due,))
    yield Fact(_("Scale"), (f"{sheet.scale.title}, {sheet.scale.version}",), language=sheet.scale.language)


def _before_total(report: "Report") -> Iterator[tuple[str, Text]]:
    sheet = report.sheet
    yield _("Organisation"), sheet.organisation
    yield _("Visit"), sheet.visit
    yield _("Kind"), sheet.kind_label
    yield _("Method"), sheet.method_label
    yield _("Evaluators"), ", ".join(sheet.evaluators)
    yield _("Period looked at"), report.period
    yield _("Asked, by role"), ", ".join(report.informants) or _("No interviews are on record here.")
    yield _("Employment specialists"), report.specialists
    yield from report.method_notes
    yield _("Scale"), in_scale_language(f"{report.scale.title}, {report.scale.version}")


def _after_total(report: "Report") -> Iterator[tuple[str, Text]]:
    band: list[str | TextRun] = [in_scale_language(report.next_band), ": "] if report.next_band else []
    yield _("Next quality band"), [*band, report.to_next] if report.to_next else ""
    yield _("Mean item score"), report.mean
    if previous := report.previous:
        changed = f" ({_('change')} {report.change.signed})" if report.change.signed else ""
        yield _("The review before"), f"{previous.visit}: {previous.total}{changed}"


def informants_of(lineage: tuple[int, ...]) -> tuple[str, ...]:
    """Return the number of interviews by role, such as "employment specialist (3)".

    `lineage` holds the ids of a review and of all reviews that it corrects: a correction has no interviews of its own.
    """
    return tuple(f"{role} ({count})" for role, count in _interviews_by_role(*lineage))


@prepared
def _interviews_by_role(*reviews: int) -> QuerySet[Interview, Any]:
    interviews = Interview.objects.filter(review__in=reviews).order_by("informant_role")
    return interviews.values_list("informant_role").annotate(Count("pk"))


def period_of(review: Review) -> str:
    """Return the days whose services a review looks at, in words, or ""."""
    if review.period_start is None or review.period_end is None:
        return ""
    return visit_words(review.period_start, review.period_end)


def to_next_of(sheet: Sheet) -> str:
    """Return the distance to the next quality band in words, "" without a total."""
    result = sheet.result
    if result.total is None:
        return ""
    if result.to_next_band is None:
        return _("The best quality band is reached.")
    more = ngettext("%(n)s point more", "%(n)s points more", result.to_next_band)
    return more % {"n": str(result.to_next_band)}


def changed_on(review: Review) -> str:
    """Return the day of the last event of a review, in words."""
    (at,) = _last_change(review.pk)
    return date_format(timezone.localdate(at), "DATE_FORMAT")


@prepared
def _last_change(review: int) -> QuerySet[ReviewEvent, datetime]:
    return ReviewEvent.objects.filter(review=review).order_by("-pk").values_list("at", flat=True)[:1]
