"""Archives of score sheets: a table of contents and the stored PDFs, unchanged.

An archive is produced while it is sent. PDFs are read from the database one at a time, and the length of the archive is
known from the start. The same reviews give the same bytes, because each file has the time at which its review was
signed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Length
from django.utils import timezone
from zipstream import ZipStream

from ipsfidelity.tables import CsvStyle, as_csv
from reviews.exports.columns import CONTENTS, header
from reviews.exports.rows import ExportRow, in_order
from reviews.models import FinalRecord, Review
from reviews.sheets.sheet import in_ascii

LONGEST_NAME = 80  # characters of an organisation's name in a file name: Windows limits a whole path to 260
DATE = slice(10, 14)  # the bytes of a local file header that hold the time and the date


@dataclass(frozen=True)
class ArchivedSheet:
    """One review in an archive: its file name, its row in the contents, and the size of its PDF in bytes.

    Without a PDF `size` is 0 and `name` is "".
    """

    key: int
    name: str
    size: int
    at: datetime
    row: ExportRow


class DatedZip(ZipStream):
    """An archive of known length whose files have times of their own. The library supports only the current time."""

    def __init__(self) -> None:
        super().__init__(sized=True)
        self._times: dict[str, tuple[int, ...]] = {}

    def put(self, name: str, data: bytes | Iterator[bytes], at: datetime, size: int | None = None) -> None:
        """Add a file. An iterator as `data` needs the number of its bytes as `size`."""
        self._times[name] = timezone.localtime(at).timetuple()[:6]
        self.add(data, name, size=size)

    def _gen_file_entry(self, *, arcname: str, **more: Any) -> Iterator[bytes]:
        entry = super()._gen_file_entry(arcname=arcname, **more)
        year, month, day, hour, minute, second = self._times[arcname]
        local_header = bytearray(next(entry))
        local_header[DATE] = (hour << 11 | minute << 5 | second // 2).to_bytes(2, "little") + (
            (year - 1980) << 9 | month << 5 | day
        ).to_bytes(2, "little")
        yield bytes(local_header)
        yield from entry
        self._filelist[-1].date_time = self._times[arcname]


def archive_of(keys: Sequence[int], style: CsvStyle | None = None) -> ZipStream:
    """Return the archive of the reviews with these keys, in this order. Its len() is its length in bytes.

    `style` is that of the list of contents, by default the reader's.

    One query now, and one query for each PDF while it is iterated.
    """
    sheets = list(_sheets(keys))
    archive = DatedZip()
    archive.put("contents.csv", _contents(sheets, style), max(sheet.at for sheet in sheets))
    for sheet in sheets:
        if sheet.size:
            archive.put(sheet.name, _pdf(sheet.key), sheet.at, sheet.size)
    return archive


def name_of(*, visit: date, organisation: str, kind: str, total: int, code: object, is_valid: bool) -> str:
    """Return an ASCII file name that sorts by date, such as 2026-03-10_ips-oeyvaer_peer_101_1a2b3c4d.pdf."""
    ascii_name = in_ascii(organisation)[:LONGEST_NAME].strip("-")
    parts = [f"{visit:%Y-%m-%d}", ascii_name, kind.replace("_", "-"), str(total), str(code)[:8]]
    return "_".join(parts if is_valid else [*parts, "superseded"]) + ".pdf"


def _pdf(key: int) -> Iterator[bytes]:
    """Yield the stored PDF of one review. The query runs when the iterator is used."""
    yield bytes(FinalRecord.objects.values_list("pdf", flat=True).get(review=key))


def _sheets(keys: Sequence[int]) -> Iterator[ArchivedSheet]:
    signed_name = KeyTextTransform("organisation", KeyTransform("review", "record__content"))
    """Yield the files of the archive in the order of `keys`. One query, which reads no PDF."""
    reviews = (
        Review.objects.filter(pk__in=keys)
        .select_related("organisation__joined_to", "edition", "record")
        .defer("edition__document", "record__pdf", "record__content")
        .annotate(size=Length("record__pdf"), signed_name=signed_name)
        .in_bulk()
    )
    for key in keys:
        yield _sheet(reviews[key])


def _sheet(review: Any) -> ArchivedSheet:
    name = ""
    if review.size:
        name = name_of(
            visit=review.visit_start,
            organisation=review.signed_name,
            kind=review.kind,
            total=review.total,
            code=review.code,
            is_valid=review.is_valid,
        )
    row = {
        "file": name,
        "has_pdf": int(bool(review.size)),
        "review": str(review.code),
        "organisation_code": str(review.organisation.current.code),
        "organisation": review.signed_name,
        "kind": review.kind,
        "edition": review.edition.slug,
        "visit_start": review.visit_start,
        "visit_end": review.visit_end,
        "valid": int(review.is_valid),
        "status": review.status,
        "total": review.total,
        "band": review.band,
        "fingerprint": review.record.fingerprint,
        "pdf_sha256": review.record.sha256 if review.size else "",
    }
    return ArchivedSheet(review.pk, name, review.size, review.finalised_at, row)


def _contents(sheets: Sequence[ArchivedSheet], style: CsvStyle | None) -> bytes:
    names = header(CONTENTS)
    return as_csv(names, (in_order(sheet.row, names) for sheet in sheets), style)
