"""Read model of the page "Dates": overdue items first, then those to come, by kind. Reads; never writes."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from reviews.models import User
from reviews.schedule.due_dates import DueItem, DueKind, due_dates_of, group_steps
from reviews.wording import overdue_words, visit_words, when_words

MOST = 50  # items of one kind on the page; calendars have more


@dataclass(frozen=True)
class DueRow:
    """One due item, or several steps of one review on one day; `item` is the first of them.

    `day` and `when` are words. `kind_label` is "" where the heading of the section names the kind.
    """

    item: DueItem
    day: str
    when: str
    kind_label: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class DueSection:
    """The rows of one kind, or all that are overdue."""

    title: str
    is_overdue: bool
    rows: tuple[DueRow, ...]


@dataclass(frozen=True)
class DueDatesPage:
    """`truncated` names the kinds of which only the first `most` items are shown."""

    sections: tuple[DueSection, ...]
    truncated: str
    most: str


def due_dates_page(user: User) -> DueDatesPage:
    """Return the page for a person. As many queries as `due_dates_of`."""
    due, today = due_dates_of(user, most=MOST), timezone.localdate()
    sections = []
    if overdue := [item for item in due.items if item.is_overdue(today)]:
        sections.append(DueSection(_("Overdue"), is_overdue=True, rows=_rows(overdue, today, is_overdue=True)))
    titles = _titles()
    for kind, title in titles.items():
        if upcoming := [item for item in due.items if item.kind == kind and not item.is_overdue(today)]:
            sections.append(DueSection(title, is_overdue=False, rows=_rows(upcoming, today, is_overdue=False)))
    return DueDatesPage(tuple(sections), "; ".join(titles[kind] for kind in due.truncated), str(MOST))


def _rows(items: list[DueItem], today: date, *, is_overdue: bool) -> tuple[DueRow, ...]:
    words = overdue_words if is_overdue else when_words
    return tuple(
        DueRow(
            item=group[0],
            day=visit_words(group[0].on, group[0].last or group[0].on),
            when=words(group[0].on, today),
            kind_label=str(group[0].kind.label) if is_overdue else "",
            texts=tuple(item.text for item in group if item.text),
        )
        for group in group_steps(items)
    )


def _titles() -> dict[DueKind, str]:
    """Return the headings of the kinds, in the order of the page."""
    return {
        DueKind.REMARKS: _("Remarks on draft reports, until"),
        DueKind.VISIT: _("Visits"),
        DueKind.REVIEW: _("Next reviews due"),
        DueKind.ACTION: _("Actions"),
        DueKind.STEP: _("Preparation of visits"),
    }
