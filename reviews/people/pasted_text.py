"""Split a pasted list into lines and cells. Pure: imports no Django."""

import re
from dataclasses import dataclass

ADDRESS_IN_BRACKETS = re.compile(r"<([^<>]*@[^<>]*)>")


@dataclass(frozen=True)
class PastedLine:
    """One line that is not blank. `number` counts the blank ones too; `cells` has no empty cell."""

    number: int
    text: str
    cells: tuple[str, ...]


def lines_of(text: str, separators: str) -> list[PastedLine]:
    """Return the lines of a text. The first of `separators` that a line contains divides its cells.

    Spreadsheets separate cells by a tab. "Kari Nymoen <kari@example.org>", as mail programs write it, is two cells.
    """
    return [
        PastedLine(number, line, _cells(line, separators))
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip()
    ]


def _cells(line: str, separators: str) -> tuple[str, ...]:
    separator = next((sign for sign in separators if sign in line), "")
    spread = ADDRESS_IN_BRACKETS.sub(lambda match: f"{separator or separators[-1]}{match[1]}", line)
    cells = spread.split(separator or separators[-1])
    return tuple(cell.strip() for cell in cells if cell.strip())
