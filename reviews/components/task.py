"""A task: how many days there are, what to do, and the button that leads there. Also the days left in words."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reviews.components.links import Action
from reviews.components.rendered import Rendered
from reviews.wording import format_day

SOON = 3  # days before a deadline from which it is marked


@dataclass(frozen=True)
class DaysLeft:
    """The days to a deadline: a number, and words that follow it on lines of their own."""

    number: str
    lines: tuple[str, ...]
    is_soon: bool


@dataclass(frozen=True)
class Task(Rendered):
    """Something that waits for the reader. `where` names the review, `visit` its days.

    `deadline` and `days` are None without a deadline, `course` is "" for a task without a review. The `hint` of
    `action` says where it leads, because several buttons of a page have the same label.
    """

    template: ClassVar[str] = "components/task.html"

    title: str
    where: str
    action: Action
    visit: str = ""
    deadline: date | None = None
    days: DaysLeft | None = None
    course: SafeString | str = ""


def days_left(deadline: date, today: date) -> DaysLeft:
    """Return the days from today to a deadline, or since it."""
    days, day = (deadline - today).days, format_day(deadline, "MONTH_DAY_FORMAT")
    if days < 0:
        return DaysLeft(str(-days), (ngettext("day overdue", "days overdue", -days), day), is_soon=True)
    lines = (ngettext("day left", "days left", days), _("by %(day)s") % {"day": day})
    return DaysLeft(str(days), lines, is_soon=days <= SOON)
