"""Read a day from the text of a cell. Pure: imports no Django.

A text that can mean one day only is read. One that can mean several (5/11/2024) is read in the order that a person has
chosen for the whole file, and in no order before that.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from reviews.typed_text import cleaned_line

LONGEST_DAY = 100  # characters
ORDERS = ("dmy", "mdy", "ymd")  # day, month and year
# A time with a zone can mean the day before or after, except at midnight in UTC as spreadsheets write it.
TIME = r"(?:[T ]\s*(?:00:00(?::00(?:\.0{1,9})?)?Z|[0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2}(?:[.,][0-9]{1,9})?)?))?"
YEAR_FIRST = re.compile(rf"(?P<year>[0-9]{{4}})([-./])(?P<month>[0-9]{{1,2}})\2(?P<day>[0-9]{{1,2}}){TIME}")
DOTTED = re.compile(rf"(?P<day>[0-9]{{1,2}})\. ?(?P<month>[0-9]{{1,2}})\. ?(?P<year>[0-9]{{4}}|[0-9]{{2}}){TIME}")
DIGITS = re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})")
SERIAL = re.compile(r"(?P<days>[0-9]{5})(?:[.,][0-9]{1,20})?")
ORDERED = re.compile(rf"(?P<first>[0-9]{{1,2}})([-/])(?P<second>[0-9]{{1,2}})\2(?P<third>[0-9]{{4}}|[0-9]{{2}}){TIME}")
DAY_THEN_NAME = re.compile(r"(?P<day>[0-9]{1,2})\.? ?(?P<name>[^\W\d]{3,12})\.?,? ?(?P<year>[0-9]{4}|[0-9]{2})")
NAME_THEN_DAY = re.compile(r"(?P<name>[^\W\d]{3,12})\.? (?P<day>[0-9]{1,2})(?:st|nd|rd|th)?,? (?P<year>[0-9]{4})")
NORDIC = re.compile(r"(?P<first>[0-9]{1,2})/(?P<second>[0-9]{1,2})(?:-| )(?P<third>[0-9]{4}|[0-9]{2})")
DASH = re.compile(r" ?(?:[-–—&]| til | till | to | og | och | and ) ?")
# In bokmål, nynorsk and Danish, in Swedish, English and Finnish, from Monday to Sunday.
WEEKDAYS = """
    mandag måndag monday maanantai; tirsdag tysdag tisdag tuesday tiistai; onsdag wednesday keskiviikko;
    torsdag thursday torstai; fredag friday perjantai; lørdag laurdag lördag saturday lauantai;
    søndag sundag söndag sunday sunnuntai
"""
WEEKDAY = {name: number for number, names in enumerate(WEEKDAYS.split(";")) for name in names.split()}
NAMED_DAY = re.compile(r"(?:(?P<weekday>[^\W\d]{6,11}),? )?(?:den )?(?P<rest>[0-9].*)", re.IGNORECASE)
GAP = re.compile(r"\s*[\s,;:(–-]\s*")
SHORT_YEAR = 2  # digits
SERIAL_START, FROM_1904 = date(1899, 12, 30), 1462  # days between the two calendars of workbooks


@dataclass(frozen=True)
class Calendar:
    """How the days of one file are read.

    `months` maps names of months to their numbers. `order` is the order that a person has chosen, one of ORDERS or
    "". Days before `earliest` and after `today` are no readings of a text that has others.
    """

    earliest: date
    today: date
    months: Mapping[str, int]
    order: str = ""
    counts_from_1904: bool = False


@dataclass(frozen=True)
class Reading:
    """What a text means: a day, or the first and the last day of a visit.

    Otherwise `orders` are the orders of day, month and year in which it can be read, or `code` is why it cannot be.
    """

    day: date | None = None
    last: date | None = None
    code: str = ""
    orders: tuple[str, ...] = ()


def read_day(text: str, calendar: Calendar) -> Reading:
    """Return the reading of a text that is not empty. `orders` has the possible ones if no order is chosen yet."""
    if len(text) > LONGEST_DAY:
        return Reading(code="not_a_date")
    text, weekday = _without_weekday(cleaned_line(text))
    reading = _one_day(text, calendar)
    if reading.day and weekday is not None and reading.day.weekday() != weekday:
        return Reading(code="no_such_date")
    return (_first_and_last(text, calendar) or reading) if reading.code == "not_a_date" else reading


def _without_weekday(text: str) -> tuple[str, int | None]:
    """Return a text without the name of a weekday before it, and which one that was, Monday as 0."""
    if text[:1].isdigit():
        return text, None
    match = NAMED_DAY.fullmatch(text)
    name = (match["weekday"] or "").casefold() if match else ""
    if match and (not name or name in WEEKDAY):
        return match["rest"], WEEKDAY.get(name)
    return text, None


def organisation_and_day(text: str, calendar: Calendar) -> tuple[str, str]:
    """Return the name and the day of a text that has both, such as "IPS Øyvær 05.11.2024"; ("", "") if it has not."""
    for gap in GAP.finditer(text[: 2 * LONGEST_DAY]):
        day = text[gap.end() :].strip(" )")
        if not read_day(day, calendar).code:
            return text[: gap.start()], day
    return "", ""


def _first_and_last(text: str, calendar: Calendar) -> Reading | None:
    """Return the reading of a first and a last day: "05.11.2024–06.11.2024" or "5.–6.11.2024"."""
    for dash in DASH.finditer(text):
        last = _one_day(text[dash.end() :], calendar)
        start = text[: dash.start()].strip()
        first = _one_day(start, calendar)
        if first.orders or (first.day and last.orders):
            return Reading(orders=first.orders or last.orders)
        if not last.day:
            continue
        if first.day:
            return Reading(first.day, last.day)
        if re.fullmatch(r"[0-9]{1,2}\.?", start) and (
            day := _date(last.day.year, last.day.month, int(start.strip(".")))
        ):
            return Reading(day, last.day)
    return None


def _one_day(text: str, calendar: Calendar) -> Reading:
    for form, read in FORMS:
        if match := form.fullmatch(text):
            return read(match, calendar)
    return Reading(code="not_a_date")


def _year_first(match: re.Match[str], _calendar: Calendar) -> Reading:
    return _of(int(match["year"]), int(match["month"]), int(match["day"]))


def _dotted(match: re.Match[str], calendar: Calendar) -> Reading:
    return _of(_year(match["year"], calendar), int(match["month"]), int(match["day"]))


def _serial(match: re.Match[str], calendar: Calendar) -> Reading:
    days = int(match["days"]) + (FROM_1904 if calendar.counts_from_1904 else 0)
    return Reading(SERIAL_START + timedelta(days=days))


def _named(match: re.Match[str], calendar: Calendar) -> Reading:
    month = calendar.months.get(match["name"].casefold())
    return _of(_year(match["year"], calendar), month, int(match["day"])) if month else Reading(code="not_a_date")


def _ordered(match: re.Match[str], calendar: Calendar) -> Reading:
    """Return the reading of three numbers whose order depends on the country."""
    first, second, third = match["first"], match["second"], match["third"]
    meanings = {"dmy": (third, second, first), "mdy": (third, first, second)}
    if len(third) == SHORT_YEAR and len(first) == SHORT_YEAR and match.re is not NORDIC:
        meanings["ymd"] = (first, second, third)
    days = {order: _date(_year(y, calendar), int(m), int(d)) for order, (y, m, d) in meanings.items()}
    real = {order: day for order, day in days.items() if day}
    likely = {order: day for order, day in real.items() if calendar.earliest <= day <= calendar.today} or real
    if not likely:
        return Reading(code="no_such_date")
    if len(set(likely.values())) == 1:
        return Reading(next(iter(likely.values())))
    if not calendar.order:
        return Reading(orders=tuple(likely))
    chosen = likely.get(calendar.order)
    return Reading(chosen) if chosen else Reading(code="no_such_date")


def _of(year: int, month: int, day: int) -> Reading:
    found = _date(year, month, day)
    return Reading(found) if found else Reading(code="no_such_date")


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _year(text: str, calendar: Calendar) -> int:
    """Return the year of two or four digits. Two digits are the latest such year that is not after this one."""
    if len(text) > SHORT_YEAR:
        return int(text)
    year = calendar.today.year // 100 * 100 + int(text)
    return year if year <= calendar.today.year else year - 100


FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Calendar], Reading]], ...] = (
    (YEAR_FIRST, _year_first),
    (DOTTED, _dotted),
    (DIGITS, _year_first),
    (SERIAL, _serial),
    (DAY_THEN_NAME, _named),
    (NAME_THEN_DAY, _named),
    (ORDERED, _ordered),
    (NORDIC, _ordered),
)
