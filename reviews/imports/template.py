"""The empty file to enter past reviews in, and the explanation of its columns."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from ipsfidelity.tables import as_csv, as_xlsx
from reviews.imports import columns
from scales.definition import Scale


def template_csv(scale: Scale) -> bytes:
    """Return the empty table as CSV."""
    return as_csv(columns.columns_of(scale), [])


def template_xlsx(scale: Scale) -> bytes:
    """Return the empty table as a workbook."""
    return as_xlsx(columns.columns_of(scale), [])


def column_help(scale: Scale) -> Iterator[tuple[str, str]]:
    """Yield the name of each column, or of each group of columns, and what its cells hold."""
    first, last = scale.items[0].number, scale.items[-1].number
    yield columns.ORGANISATION, _("its name as it stands under “People”")
    yield columns.START, _("the first day of the visit: 2024-03-10, 10.03.2024 or a date of the spreadsheet")
    yield columns.END, _("the last day; may be left empty")
    yield columns.KIND, _("independent, peer, guided_self or self, or what the kind is called here")
    yield columns.EVALUATORS, _("their names, with semicolons between them; may be left empty")
    yield f"{columns.score_column(first)} … {columns.score_column(last)}", _("the scores, whole numbers from 1 to 5")
    yield columns.TOTAL, _("may be left empty or left out; otherwise it must be the sum of the scores")
    yield (
        f"{columns.note_column(first)} … {columns.note_column(last)}",
        _("evidence to an item; may be left empty or left out"),
    )
    yield (
        f"{columns.recommendation_column(first)} … {columns.recommendation_column(last)}",
        _("a recommendation to an item; may be left empty or left out"),
    )
