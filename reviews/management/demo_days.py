"""The days of the demo's documents, counted from the day on which the demo is loaded. Knows no database.

A document is written as if it were DEMO_DAY. All its days move by whole weeks, so that visits stay on their weekdays.
Its texts name days and months in braces: `{2023-10-31}` becomes "31. oktober" and `{2023-10}` "oktober", or what
these have moved to. Texts name no year, season or holiday, which would not move.
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
    """Return a document, or a part of one, with its days moved to `today`. Raises ValueError for an unknown token."""
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
    # By whole months: two months that follow each other do so wherever they are moved.
    months = round(weeks.days / 30.44)
    return get_month_names("wide", locale=LANGUAGE)[(month - 1 + months) % 12 + 1]
