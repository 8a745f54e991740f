"""Read model of the page "Dates": what is overdue first, then what comes, kind by kind. Reads; never writes."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from reviews.dates.due_for import MOST, Due, What, dates_of
from reviews.dates.when import overdue_words, when_words
from reviews.models import User
from reviews.wording import visit_words


@dataclass(frozen=True)
class Row:
    """One date. `day` and `when` are words; `kind` is "" where the heading says it."""

    due: Due
    day: str
    when: str
    kind: str


@dataclass(frozen=True)
class Group:
    title: str
    is_overdue: bool
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class DatesPage:
    """`most` is the number of dates when there are more than are shown, else ""."""

    groups: tuple[Group, ...]
    most: str


def dates_page(user: User) -> DatesPage:
    """Return a person's dates for the page, with as many queries as `dates_of`."""
    found, today = dates_of(user), timezone.localdate()
    overdue = tuple(
        Row(due, visit_words(due.on, due.on), overdue_words(due.on, today), str(due.what.label))
        for due in found
        if due.is_overdue(today)
    )
    groups = [Group(_("Overdue"), is_overdue=True, rows=overdue)] if overdue else []
    for what, title in _titles().items():
        rows = tuple(
            Row(due, visit_words(due.on, due.last or due.on), when_words(due.on, today), "")
            for due in found
            if due.what == what and not due.is_overdue(today)
        )
        if rows:
            groups.append(Group(title, is_overdue=False, rows=rows))
    return DatesPage(tuple(groups), str(MOST) if len(found) == MOST else "")


def _titles() -> dict[What, str]:
    return {
        What.REMARKS: _("Remarks on draft reports, until"),
        What.STEP: _("Preparation of visits"),
        What.VISIT: _("Visits"),
        What.ACTION: _("Actions"),
        What.REVIEW: _("Next reviews due"),
    }
