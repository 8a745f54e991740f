"""Take reviews out of the house: what leaves is written down first, then made.

`begin` is the only way to an export: one line of Export for the file, one line of the access log for
each review in it, in one transaction with the choice of the reviews. What was begun is recorded, whether
or not the person's browser receives it to the end.
"""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from reviews.exports.selection import Selection, parts_of, selection_version
from reviews.models import AccessAction, Export, User
from reviews.records import access_log
from reviews.records.writing import Stale

# Reviews in one file. A workbook with 25 items each has an eighth of a sheet's rows; the others are made while they
# are sent, in less time than a worker is given.
MOST = {Export.Form.XLSX: 5_000, Export.Form.CSV: 20_000, Export.Form.JSONL: 20_000}


class NothingToExport(Exception):
    """The filters cannot be exported like this; `sentence` says why and what to do. 422."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Begun:
    """An export that is on record: the keys of its reviews in their order, and which part of how many it is."""

    keys: tuple[int, ...]
    part: int = 1
    parts: int = 1


@transaction.atomic
def begin(*, selection: Selection, by: User, form: Export.Form, table: str = "") -> Begun:
    """Record that a person takes all reviews of a selection, and return which they are.

    `table` tells the tables of one format apart. Raises NothingToExport for no review, or for more
    than a file of this format holds.
    """
    keys = _some(selection)
    if len(keys) > MOST[form]:
        raise NothingToExport(
            _(
                "A file of this kind holds %(most)s reviews at most, these are %(count)s. Choose fewer, "
                "by the days of their visits for example, and take one file after the other."
            )
            % {"most": str(MOST[form]), "count": str(len(keys))}
        )
    _record(selection, by, form, keys, {"table": table} if table else {})
    return Begun(tuple(keys))


@transaction.atomic
def begin_part(*, selection: Selection, by: User, part: int, seen: str = "") -> Begun:
    """Record that a person takes one part of a selection as an archive of PDFs, and return what it holds.

    `seen` is the version (selection.py) of the reviews that the parts were made of on the person's page. Raises
    Stale (409) when they are others by now, for then parts would overlap or leave something out;
    NothingToExport for no review, or a part that does not exist.
    """
    keys = _some(selection)
    parts = parts_of(keys)
    if seen and seen != selection_version(keys):
        raise Stale(
            None,
            _(
                "The reviews that fit have changed since the page was made, so the parts are others now. "
                "Nothing was downloaded. Open the page anew and take the parts from there."
            ),
            selection.url,
        )
    if not 1 <= part <= len(parts):
        raise NothingToExport(_("There is no such part. Choose one of those below."))
    held = parts[part - 1]
    _record(selection, by, Export.Form.ZIP, held, {"part": part, "parts": len(parts)})
    return Begun(tuple(held), part, len(parts))


def _some(selection: Selection) -> list[int]:
    keys = selection.keys()
    if not keys:
        raise NothingToExport(_("No finished review fits these filters. Nothing was exported. Choose fewer filters."))
    return keys


def _record(selection: Selection, by: User, form: Export.Form, keys: Any, more: dict[str, Any]) -> None:
    Export.objects.create(
        by=by, network=selection.network, form=form, selection=selection.as_plain() | more, reviews=len(keys)
    )
    access_log.record_all(AccessAction.EXPORTED, by, reviews=keys, page="exports")
