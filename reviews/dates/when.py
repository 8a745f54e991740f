"""How it is said when something is due, counted from a day. Asks nothing."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def when_words(day: date, today: date) -> str:
    """Return "today", "tomorrow", "in 5 days" or "5 days ago"."""
    days = (day - today).days
    if days == 0:
        return _("today")
    if days == 1:
        return _("tomorrow")
    if days == -1:
        return _("yesterday")
    words = ngettext("in %(days)s day", "in %(days)s days", days) if days > 0 else ""
    words = words or ngettext("%(days)s day ago", "%(days)s days ago", -days)
    return words % {"days": str(abs(days))}


def overdue_words(day: date, today: date) -> str:
    """Return "overdue by 5 days", or "" of a day that has not passed."""
    days = (today - day).days
    if days <= 0:
        return ""
    return ngettext("overdue by %(days)s day", "overdue by %(days)s days", days) % {"days": str(days)}
