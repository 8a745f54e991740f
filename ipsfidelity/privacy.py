"""Detect personal data in free text: reject national identity numbers, warn about contact details.

static/js/privacy-rules.js has the same rules for the browser, and both are tested with tests/js/privacy-cases.json. A
rejected text is not stored, logged or quoted in a sentence.
"""

import re
import unicodedata
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from stdnum import luhn
from stdnum.fi import hetu
from stdnum.no import fodselsnummer

# The separators that people type, and those that word processors insert (see _plain).
BETWEEN = "[ \\t\\n./-]{0,3}"
# ddmmyy and five digits: fødselsnummer, D-number (day + 40), H-number (month + 40), FH-number (day 80-99)
NORWEGIAN = re.compile(
    f"(?<![0-9])([0-9]{{2}}){BETWEEN}([0-9]{{2}}){BETWEEN}(?:19|20)?([0-9]{{2}}){BETWEEN}([0-9]{{5}})(?![0-9])"
)
# yymmdd or yyyymmdd and four digits: personnummer, samordningsnummer (day + 60)
SWEDISH = re.compile(
    f"(?<![0-9])(?:18|19|20)?([0-9]{{2}}){BETWEEN}([0-9]{{2}}){BETWEEN}([0-9]{{2}})(?:{BETWEEN}|[+])([0-9]{{4}})(?![0-9])"
)
# ddmmyy, a character for the century, three digits and a check character: henkilötunnus
FINNISH = re.compile("(?<![0-9A-Za-z])[0-9]{6}[-+A-FU-Y][0-9]{3}[0-9A-Y](?![0-9A-Za-z])", re.IGNORECASE)
# The values of hidden fields: the code of a row, or a digest of what the page showed. Their digits are random.
GENERATED = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{16}|[0-9a-f]{64}")
EMAIL = re.compile(r"[^\s@<>()]{1,64}@[^\s@<>()]{1,255}\.[A-Za-z]{2,}")
PHONE = re.compile(r"(?<![0-9.,])\+?(?:[0-9][ -]?){7,12}[0-9](?![0-9])")
DIGIT = re.compile(r"\d")
FEWEST_DIGITS = 9  # in a national identity number of any country
ISO_DATE = re.compile(r"(?<![0-9])[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])")
MINUS = "\N{MINUS SIGN}"
LAST_DAY, LAST_MONTH, FIRST_OF_FH = 31, 12, 80


def identity_numbers(text: str) -> int:
    """Return the number of valid Norwegian, Swedish and Finnish national identity numbers in a text."""
    text = unicodedata.normalize("NFKC", text)
    if len(DIGIT.findall(text)) < FEWEST_DIGITS:  # spares most texts the rest, which takes ten times as long
        return 0
    text = _plain(text)
    return (
        sum(_is_norwegian(*match.groups()) for match in NORWEGIAN.finditer(text))
        + sum(_is_swedish(*match.groups()) for match in SWEDISH.finditer(text))
        + sum(hetu.is_valid(match.group(), allow_temporary=True) for match in FINNISH.finditer(text))
    )


def form_holds_identity_number(values: Iterable[str]) -> bool:
    """Return whether one of the values of a form holds a national identity number. Generated values do not count."""
    return any(identity_numbers(value) for value in values if not GENERATED.fullmatch(value))


def contact_details(text: str) -> int:
    """Return the number of probable phone numbers (8 to 13 digits in a row) and e-mail addresses in a text."""
    text = _plain(text)
    return len(EMAIL.findall(text)) + len(PHONE.findall(ISO_DATE.sub("", text)))


def refuse_identity_numbers(text: str) -> None:
    """Raise ValidationError if the text contains a national identity number. A validator for form fields."""
    if identity_numbers(text):
        raise ValidationError(
            _("The text holds a national identity number. Take it out: nobody is named here. Nothing was saved."),
            code="identity_number",
        )


def warning_about(*texts: str) -> str:
    """Return a warning if one of the texts seems to contain contact details, else ""."""
    if any(contact_details(text) for text in texts):
        return _("There seems to be a phone number or an e-mail address in the text. Nobody should be named here.")
    return ""


def _plain(text: str) -> str:
    """Return a text without invisible characters, with "-" for all hyphens and dashes, and with digits 0 to 9."""
    text = unicodedata.normalize("NFKC", text)
    categories = {char: unicodedata.category(char) for char in set(text)}
    dashes = {ord(char): "-" for char, category in categories.items() if category == "Pd" or char == MINUS}
    return text.translate(dashes | {ord(char): None for char, category in categories.items() if category == "Cf"})


def _is_norwegian(day: str, month: str, year: str, rest: str) -> bool:
    number = day + month + year + rest
    holds_no_date = int(day) >= FIRST_OF_FH
    is_date = 1 <= int(day) % 40 <= LAST_DAY and 1 <= int(month) % 40 <= LAST_MONTH
    checks = fodselsnummer.calc_check_digit1(number), fodselsnummer.calc_check_digit2(number)
    return (holds_no_date or is_date) and (number[9], number[10]) == checks


def _is_swedish(year: str, month: str, day: str, rest: str) -> bool:
    is_date = 1 <= int(day) % 60 <= LAST_DAY and 1 <= int(month) <= LAST_MONTH
    return is_date and luhn.is_valid(year + month + day + rest)
