"""The fields of the questions that the preview of a file asks, and which answers are kept. Pure: imports no Django.

The answers are stored with the upload when it is confirmed, so that its import reads the file in the same way.
"""

from collections.abc import Mapping

KIND = "kind"  # of all reviews, if the file has none
ORGANISATION = "organisation"  # of all reviews, if the file has none
DAY_ORDER = "day_order"  # of day, month and year: one of days.ORDERS
LETTERS = "letters"  # the encoding: one of encodings.OFFERED
OF_NAME = "organisation:"  # followed by the key of a name
LONGEST_ANSWER = 100  # characters


def organisation_field(key: str) -> str:
    """Return the field with the code of the organisation that a name means; `key` is the key of the name."""
    return f"{OF_NAME}{key}"


def answers_in(sent: Mapping[str, str]) -> dict[str, str]:
    """Return the answers among the fields of a form."""
    fields = (KIND, ORGANISATION, DAY_ORDER, LETTERS)
    return {
        name: value[:LONGEST_ANSWER]
        for name, value in sent.items()
        if value and (name in fields or name.startswith(OF_NAME))
    }
