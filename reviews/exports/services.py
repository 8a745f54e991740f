"""Export reviews. An export is recorded before its file is produced.

`begin_export` and `begin_part` are the code paths to an export that is sent at once. One transaction selects the
reviews and writes a row of Export and an entry of the access log for each review. The record is kept even if the
download is interrupted. Files that the worker makes are recorded before they can be read (making.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from reviews.exports.selection import Selection, number_of_parts, part_version
from reviews.models import AccessAction, Export, User
from reviews.records import access_log, log_chain
from reviews.records.writing import Stale

# Reviews in one file. A worksheet of the workbook has rows for 52 items of each.
MOST = {Export.Form.XLSX: 20_000, Export.Form.CSV: 20_000, Export.Form.JSONL: 20_000, Export.Form.DOCX: 1_000}
# Reviews in a file that is sent at once, in about two seconds (docs/performance.md). The worker makes files of more.
AT_ONCE = {Export.Form.XLSX: 400, Export.Form.CSV: 2_000, Export.Form.JSONL: 2_000}


class NothingToExport(Exception):
    """The selection cannot be exported: 422. `sentence` gives the reason and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class RecordedExport:
    """An export that has been recorded: the ordered keys of its reviews, and its number among the `parts`."""

    keys: tuple[int, ...]
    part: int = 1
    parts: int = 1


@transaction.atomic
def begin_export(*, selection: Selection, by: User, form: Export.Form, table: str = "") -> RecordedExport:
    """Record that a person exports all reviews of a selection, and return their keys.

    `table` distinguishes the tables of one format. Raise NothingToExport for an empty selection, or for more reviews
    than a file of this format holds.
    """
    keys = keys_to_export(selection, form)
    _record(selection, by, form, keys, {"table": table} if table else {})
    return RecordedExport(tuple(keys))


def keys_to_export(selection: Selection, form: Export.Form) -> list[int]:
    """Return the keys of the reviews. Raise NothingToExport as begin_export does."""
    keys = _keys_of(selection)
    if len(keys) > MOST[form]:
        raise NothingToExport(
            _(
                "A file of this kind holds %(most)s reviews at most, these are %(count)s. Choose fewer, "
                "by the days of their visits for example, and take one file after the other."
            )
            % {"most": str(MOST[form]), "count": str(len(keys))}
        )
    return keys


@transaction.atomic
def begin_part(*, selection: Selection, by: User, part: int, seen: str = "") -> RecordedExport:
    """Record that a person exports one part of a selection as an archive of PDFs, and return its keys.

    `seen` is the version of the part that the page showed (selection.part_version). Raise Stale (409) if the part has
    changed since, because the parts would overlap or leave reviews out. Raise NothingToExport for an
    empty selection or a part that does not exist.
    """
    if not (count := selection.reviews().count()):
        raise _nothing()
    parts = number_of_parts(count)
    keys = selection.keys_in_part(part) if 1 <= part <= parts else []
    if seen and seen != part_version(keys):
        raise Stale(
            None,
            _(
                "The reviews that fit have changed since the page was made, so the parts are others now. "
                "Nothing was downloaded. Open the page again and take the parts from there."
            ),
            selection.url,
        )
    if not keys:
        raise NothingToExport(_("There is no such part. Choose one of those below."))
    _record(selection, by, Export.Form.ZIP, keys, {"part": part, "parts": parts})
    return RecordedExport(tuple(keys), part, parts)


def _keys_of(selection: Selection) -> list[int]:
    """Return the keys of the reviews. Raise NothingToExport if there are none."""
    keys = selection.keys()
    if not keys:
        raise _nothing()
    return keys


def _nothing() -> NothingToExport:
    return NothingToExport(_("No final review fits these filters. Nothing was exported. Choose fewer filters."))


def _record(selection: Selection, by: User, form: Export.Form, keys: Sequence[int], details: dict[str, Any]) -> None:
    plain = selection.as_plain() | details
    log_chain.append([Export(by=by, network=selection.network, form=form, selection=plain, reviews=len(keys))])
    access_log.record_all(AccessAction.EXPORTED, by, reviews=keys, page="exports")
