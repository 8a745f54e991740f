"""Recognise the kind of a file by its first bytes, never by its name, and read its table. Pure: imports no Django."""

from enum import StrEnum

from reviews.imports.csv_files import read_csv
from reviews.imports.layout import find_table
from reviews.imports.names import Names
from reviews.imports.tables import LARGEST_FILE, Budget, Table, unreadable

ZIP, OLE, PDF = b"PK", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF"
MARKUP = (b"<html", b"<!doctype", b"<table", b"<?xml")  # what other programs save as XLS


class FileKind(StrEnum):
    """The kinds of files that are read."""

    WORKBOOK = "xlsx"
    TEXT = "csv"


def kind_of(data: bytes) -> FileKind:
    """Return the kind of a file. Raise UnreadableFile if no file of its kind is read."""
    if len(data) > LARGEST_FILE:
        raise unreadable("too_large")
    if not data.strip():
        raise unreadable("empty_file")
    if data.startswith(OLE):
        raise unreadable("protected_xlsx")  # or the format of Excel until 2003
    if data[:100].lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(MARKUP):
        raise unreadable("broken_xlsx")
    if data.startswith(PDF):
        raise unreadable("neither")
    return FileKind.WORKBOOK if data.startswith(ZIP) else FileKind.TEXT


def read(data: bytes, names: Names, budget: Budget | None = None) -> Table:
    """Return the table in a file. `names` are those that columns may have. Raise UnreadableFile with the reason."""
    budget = budget or Budget()
    if kind_of(data) is FileKind.WORKBOOK:
        # openpyxl takes 5 MB, so it is imported when the first workbook is read.
        from reviews.imports.xlsx_files import read_xlsx

        return find_table(read_xlsx(data, budget), names)
    return find_table(read_csv(data, names.known_titles, budget), names)
