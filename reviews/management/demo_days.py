"""Move the dates of the demo's documents to the day on which the demo is loaded. No database access.

A document is written as if today were DEMO_DAY. All its dates move by whole weeks, so that visits keep their weekdays.
Texts contain days and months in braces: `{2023-10-31}` becomes "31. oktober" and `{2023-10}` becomes "oktober", or the
day and month to which they move. Texts must not name a year, a season or a holiday, because those do not move.
"""

import re
from datetime import date, timedelta
from typing import Any

from babel.dates import format_date, get_month_names

DEMO_DAY = date(2026, 11, 22)  # the "today" that the documents assume
LANGUAGE = "nb"
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
TOKEN = re.compile(r"\{(.*?)\}")


def moved(document: Any, today: date) -> Any:
    """Return a document, or a part of it, with its dates moved to `today`. Raises ValueError for an invalid token."""
    weeks = timedelta(weeks=(today - DEMO_DAY).days // 7)
    if isinstance(document, dict):
        return {key: moved(value, today) for key, value in document.items()}
    if isinstance(document, list):
        return [moved(value, today) for value in document]
    if not isinstance(document, str):
        return document
    if DAY.fullmatch(document):
        return (date.fromisoformat(document) + weeks).isoformat()
    text = TOKEN.sub(lambda token: _named(token[1], weeks), document)
    if "{" in text or "}" in text:
        raise ValueError(f"a brace without its other half: {document}")
    return text


def _named(token: str, weeks: timedelta) -> str:
    """Return a day such as "31. oktober" or the name of a month."""
    try:
        if DAY.fullmatch(token):
            return format_date(date.fromisoformat(token) + weeks, "d. MMMM", locale=LANGUAGE)
        month = date.fromisoformat(f"{token}-01").month
    except ValueError as error:
        raise ValueError(
            f"{{{token}}} is neither a day such as {{2023-10-31}} nor a month such as {{2023-10}}"
        ) from error
    # By whole months, so that consecutive months stay consecutive.
    months = round(weeks.days / 30.44)
    return get_month_names("wide", locale=LANGUAGE)[(month - 1 + months) % 12 + 1]
