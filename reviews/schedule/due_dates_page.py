"""Read model of the page "Dates": what is overdue first, then what comes, kind by kind. Reads; never writes."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from reviews.models import User
from reviews.schedule.due_dates import MOST, Due, What, due_dates_of, together
from reviews.wording import overdue_words, visit_words, when_words


@dataclass(frozen=True)
class Row:
    """One date, or several steps of one review on one day. `day` and `when` are words; `kind` is "" where the
    heading says it."""

    due: Due
    day: str
    when: str
    kind: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    title: str
    is_overdue: bool
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class DatesPage:
    """`cut` names the kinds of which only the first `most` are shown."""

    groups: tuple[Group, ...]
    cut: str
    most: str


def dates_page(user: User) -> DatesPage:
    """Return a person's dates for the page, with as many queries as `due_dates_of`."""
    dates, today = due_dates_of(user), timezone.localdate()
    overdue = [due for due in dates.told if due.is_overdue(today)]
    groups = [Group(_("Overdue"), is_overdue=True, rows=_rows(overdue, today, is_overdue=True))] if overdue else []
    titles = _titles()
    for what, title in titles.items():
        if coming := [due for due in dates.told if due.what == what and not due.is_overdue(today)]:
            groups.append(Group(title, is_overdue=False, rows=_rows(coming, today, is_overdue=False)))
    cut = "; ".join(titles[what] for what in dates.cut)
    return DatesPage(tuple(groups), cut, str(MOST))


def _rows(dates: list[Due], today: date, *, is_overdue: bool) -> tuple[Row, ...]:
    words = overdue_words if is_overdue else when_words
    return tuple(
        Row(
            due=found[0],
            day=visit_words(found[0].on, found[0].last or found[0].on),
            when=words(found[0].on, today),
            kind=str(found[0].what.label) if is_overdue else "",
            texts=tuple(due.text for due in found if due.text),
        )
        for found in together(dates)
    )


def _titles() -> dict[What, str]:
    return {
        What.REMARKS: _("Remarks on draft reports, until"),
        What.VISIT: _("Visits"),
        What.REVIEW: _("Next reviews due"),
        What.ACTION: _("Actions"),
        What.STEP: _("Preparation of visits"),
    }
