"""Choose the reader of a file by its first bytes, never by its name. Pure: imports no Django."""

from collections.abc import Collection

from reviews.imports.csv_files import read_csv
from reviews.imports.tables import LARGEST_FILE, Table, unreadable
from reviews.imports.xlsx_files import read_xlsx

ZIP, OLE, PDF = b"PK", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF"


def read(data: bytes, columns: Collection[str]) -> Table:
    """Return the table in a file. `columns` are the names that it may have. Raise UnreadableFile with the reason."""
    if len(data) > LARGEST_FILE:
        raise unreadable("too_large")
    if not data.strip():
        raise unreadable("empty_file")
    if data.startswith(OLE):
        raise unreadable("protected_xlsx")  # or the format of Excel until 2003
    if data.startswith(PDF):
        raise unreadable("neither")
    return read_xlsx(data) if data.startswith(ZIP) else read_csv(data, columns)
