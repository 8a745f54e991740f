"""Unpack the parts of a workbook within limits. Pure: imports no Django.

A workbook is a ZIP archive and may be hostile. Sizes are checked in its directory before anything is unpacked, and
again while it is, because the directory may be wrong on purpose. The limits are those of what is filled in: cells that
are only formatted do not count.
"""

import re
import zipfile

from reviews.imports.tables import unreadable

MOST_UNPACKED = 30_000_000  # bytes, of all parts together
MOST_PARTS = 500
# The compression methods that can be unpacked up to a limit; the others unpack everything to memory first.
BOUNDED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
MOST_TAGS = 700_000  # in one part, and as many attributes; 1,000 full rows have fewer
HIGHEST_RATIO = 200  # of unpacked to packed size, for parts larger than UNSUSPICIOUS
UNSUSPICIOUS = 1_000_000  # bytes
# Macros, links and embedded objects, which a table of scores does not need.
UNWANTED = ("vbaproject", "externallinks/", "macrosheets/", "embeddings/", "activex/", "connections.xml")
SHEETS = "xl/worksheets/"
ONLY_FORMATTED = re.compile(rb'<c r="[A-Z]{1,3}[0-9]{1,7}"(?: s="[0-9]{1,6}")?/>')
ROW_WITHOUT_CELLS = re.compile(rb'<row r="[0-9]{1,7}"[^<>/]{0,200}(?:/>|></row>)')


def unpacked(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """Return the unpacked parts by name. Raise UnreadableFile if the directory or a part exceeds a limit."""
    entries = _checked_entries(archive)
    left, parts = MOST_UNPACKED, {}
    for entry in entries:
        if entry.filename.startswith("xl/") and entry.filename.endswith((".xml", ".rels")):
            with archive.open(entry) as file:
                # The sizes in the directory may be wrong on purpose.
                parts[entry.filename] = file.read(left + 1)
            left -= len(parts[entry.filename])
            if left < 0:
                raise unreadable("unpacks_too_large")
            if _has_many_tags(parts[entry.filename]) and entry.filename.startswith(SHEETS):
                filled = ONLY_FORMATTED.sub(b"", parts[entry.filename])
                parts[entry.filename] = ROW_WITHOUT_CELLS.sub(b"", filled)
            if _has_many_tags(parts[entry.filename]):
                raise unreadable("too_many_cells")
    return parts


def _checked_entries(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Return the directory. Raise UnreadableFile if it shows something that is not unpacked."""
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > MOST_PARTS or len(set(names)) < len(names):
        raise unreadable("broken_xlsx")
    if any(entry.compress_type not in BOUNDED for entry in entries):
        raise unreadable("broken_xlsx")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise unreadable("protected_xlsx")
    if any(word in name.lower() for name in names for word in UNWANTED):
        raise unreadable("active_xlsx")
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED or any(map(_is_bomb, entries)):
        raise unreadable("unpacks_too_large")
    return entries


def _has_many_tags(part: bytes) -> bool:
    return any(part.count(char) > MOST_TAGS for char in (b"<", b"="))


def _is_bomb(entry: zipfile.ZipInfo) -> bool:
    return entry.file_size > UNSUSPICIOUS and entry.file_size > HIGHEST_RATIO * max(entry.compress_size, 1)
