"""Which reader reads a file: told by what it begins with, never by its name. Pure: imports no Django."""

from collections.abc import Collection

from reviews.imports.csv_files import read_csv
from reviews.imports.tables import LARGEST_FILE, Table, refused
from reviews.imports.xlsx_files import read_xlsx

ZIP, OLE, PDF = b"PK", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF"


def read(data: bytes, columns: Collection[str]) -> Table:
    """Return the table in a file; `columns` are those it may have. Raises Unreadable with the reason."""
    if len(data) > LARGEST_FILE:
        raise refused("too_large")
    if not data.strip():
        raise refused("empty_file")
    if data.startswith(OLE):
        raise refused("protected_xlsx")  # also what Excel wrote until 2003
    if data.startswith(PDF):
        raise refused("neither")
    return read_xlsx(data) if data.startswith(ZIP) else read_csv(data, columns)
