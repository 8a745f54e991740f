"""Keep a file of past reviews while it is looked at: its cells as they were read, for a day at most.

Owns what an Upload's `rows` hold. The file itself is not kept, nor a text with a national identity number. What
the rows mean is worked out anew each time they are looked at: an organisation that was added meanwhile is known.
"""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation

from ipsfidelity.privacy import identity_numbers
from reviews.fields import EARLIEST, MOST_LINES
from reviews.imports.columns import columns_of, named
from reviews.imports.header_checks import faults_beside, faults_of_head
from reviews.imports.reader import read
from reviews.imports.row_checks import CheckedRow, Known, check_rows
from reviews.imports.tables import Cell, Oddity, Table, Unreadable, plain
from reviews.models import Network, Review, Upload, User
from reviews.models.imports import KEPT
from reviews.models.scores import LONGEST_NOTE
from reviews.workflow import Kind
from scales.definition import Scale
from scales.models import ScaleEdition

DIGIT = re.compile(r"\d")
FEWEST_DIGITS = 9  # of any national identity number


def store_upload(
    *, network: Network, by: User, edition: ScaleEdition, file_name: str, data: bytes, at: datetime | None = None
) -> Upload:
    """Return the file as it is kept to be looked at. Nothing else is written.

    An earlier file of that name by the same person is replaced; files of yesterday go. Raises Unreadable when the
    file as a whole cannot be used, with every reason.
    """
    at = at or timezone.now()
    table = read(data, set(columns_of(edition.scale)))
    if faults := (faults_of_head(table.head, edition.scale) or faults_beside(table)):
        raise Unreadable(*faults)
    with transaction.atomic():
        expired_uploads(at).delete()
        Upload.objects.filter(network=network, by=by, file_name=file_name).delete()
        return Upload.objects.create(
            network=network,
            by=by,
            at=at,
            file_name=file_name,
            sha256=hashlib.sha256(data).hexdigest(),
            rows=_stored(table, edition),
        )


def expired_uploads(at: datetime | None = None) -> QuerySet[Upload]:
    """Return the files that have been kept for their day, of all networks."""
    return Upload.objects.filter(at__lte=(at or timezone.now()) - KEPT)


def withdraw_upload(*, upload: Upload) -> None:
    """Forget a file. Doing it twice changes nothing."""
    Upload.objects.filter(pk=upload.pk).delete()


def edition_of(upload: Upload) -> ScaleEdition:
    """Return the scale by which the file's reviews are read."""
    return ScaleEdition.objects.defer("document").get(slug=upload.rows["edition"])


def check_upload(upload: Upload, edition: ScaleEdition) -> tuple[CheckedRow, ...]:
    """Return the file's rows as they are understood today, each with everything that is wrong. Two queries."""
    rows = ((number, _cells(stored)) for number, stored in upload.rows["rows"])
    return check_rows(rows, _known(upload.network, edition.scale))


def _stored(table: Table, edition: ScaleEdition) -> dict[str, Any]:
    """Return a table as plain data: of each row what stands in it, by column."""
    names = [named(cell.text) for cell in table.head.cells]
    return {
        "edition": edition.slug,
        "sheet": table.sheet,
        "sheets": table.sheets,
        "rows": [
            [line.number, {name: _plain(cell) for name, cell in zip(names, line.cells, strict=False) if cell}]
            for line in table.lines
        ],
    }


def _plain(cell: Cell) -> str | list[str]:
    if _names_somebody(cell.text):
        return [Oddity.IDENTITY_NUMBER, ""]
    return [cell.odd, cell.text] if cell.odd else cell.text


def _cells(stored: Mapping[str, str | list[str]]) -> dict[str, Cell]:
    return {name: Cell(text) if isinstance(text, str) else Cell(text[1], text[0]) for name, text in stored.items()}


def _names_somebody(text: str) -> bool:
    """Return whether a text holds a national identity number; one with few digits is not looked at closely."""
    digits = len(DIGIT.findall(unicodedata.normalize("NFKC", text)))
    return digits >= FEWEST_DIGITS and identity_numbers(text) > 0


def _known(network: Network, scale: Scale) -> Known:
    here = Review.objects.filter(organisation__network=network)
    return Known(
        scale=scale,
        organisations=_by_name(network),
        kinds=_kinds(),
        here=frozenset(here.values_list("organisation", "visit_start", "kind")),
        today=timezone.localdate(),
        earliest=EARLIEST,
        longest_note=LONGEST_NOTE,
        most_lines=MOST_LINES,
    )


def _by_name(network: Network) -> dict[str, int]:
    """Return the network's organisations by name, and in small letters where that still names only one."""
    exact: dict[str, int] = {}
    small: dict[str, set[int]] = {}
    for pk, name in network.organisations.values_list("pk", "name"):
        exact[plain(name)] = pk
        small.setdefault(plain(name).casefold(), set()).add(pk)
    return {name: pks.copy().pop() for name, pks in small.items() if len(pks) == 1} | exact


def _kinds() -> dict[str, str]:
    """Return the kinds by their code and by what they are called in each language, in small letters."""
    kinds = {kind.value: kind.value for kind in Kind}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            kinds |= {str(kind.label).casefold(): kind.value for kind in Kind}
    return kinds
