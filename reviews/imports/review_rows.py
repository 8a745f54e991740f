"""Tell the reviews of a table from its other rows: averages, notes, repeated headers. Pure: imports no Django.

Nothing is dropped here: what is no review is returned as well, and the preview lists it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reviews.imports import columns
from reviews.imports.names import title_key, words_in
from reviews.imports.tables import TableCell, excerpt
from scales.definition import Scale
from scales.rules import SCORES

SUMMARIES = frozenset(
    words_in("""
        gjennomsnitt, gjennomsnittskåre, snitt, snittskåre, sum, totalt, total, median, maks, min, antall, antal;
        standardavvik, medelvärde, medel, genomsnitt, summa, max, antal, standardavvikelse;
        average, mean, avg, count, n, standard deviation, sd, minimum, maximum;
        keskiarvo, mediaani, yhteensä, summa, lukumäärä, keskihajonta, minimi, maksimi, pienin, suurin
    """)
)
WHOLE_SCORE = re.compile(rf"[{SCORES[0]}-{SCORES[-1]}](?:[.,]0+)?")
MOST_BEGINNING = 3  # cells that say which row is meant
Cells = Mapping[str, TableCell]


@dataclass(frozen=True)
class LeftOut:
    """A row that is no review, with its number and its beginning."""

    number: int
    beginning: str


def split_rows(
    rows: Iterable[tuple[int, Cells, Iterable[TableCell]]], titles: Mapping[str, str], scale: Scale
) -> tuple[list[tuple[int, Cells]], list[LeftOut]]:
    """Return the reviews, and the rows that are none.

    Each row has its number, its cells by column and all of its cells. `titles` are those of the file, by column.
    """
    scores = [columns.score_column(item.number) for item in scale.items]
    reviews, others = [], []
    for number, cells, whole in rows:
        if _is_review(cells, titles, scores):
            reviews.append((number, cells))
        else:
            others.append(LeftOut(number, beginning_of(whole)))
    return reviews, others


def beginning_of(cells: Iterable[TableCell]) -> str:
    """Return the first texts of a row, on one line."""
    texts = [cell.text for cell in cells if cell.text]
    return excerpt(" · ".join(text[:100] for text in texts[:MOST_BEGINNING]))


def _is_review(cells: Cells, titles: Mapping[str, str], scores: Iterable[str]) -> bool:
    """Return whether a row is a review, possibly with faults.

    A row without any score is none, nor is one that repeats the titles. A row without a day is one only if it has
    a kind, evaluators or nothing but whole scores, and is not named as an average.
    """
    given = [column for column in scores if column in cells]
    if not given or (titles.get(given[0]) == cells[given[0]].text and _repeats(cells, titles)):
        return False
    if columns.ORGANISATION_AND_START in titles:
        return not _is_summary(cells.get(columns.ORGANISATION_AND_START))
    if columns.START in cells:
        return True
    is_described = columns.KIND in cells or columns.EVALUATORS in cells
    return not _is_summary(cells.get(columns.ORGANISATION)) and (
        is_described or all(WHOLE_SCORE.fullmatch(cells[column].text) for column in given)
    )


def _repeats(cells: Cells, titles: Mapping[str, str]) -> bool:
    return 2 * sum(titles.get(column) == cell.text for column, cell in cells.items()) > len(cells)


def _is_summary(cell: TableCell | None) -> bool:
    return cell is not None and title_key(cell.text) in SUMMARIES
