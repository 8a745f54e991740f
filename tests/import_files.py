"""Builders of files of past reviews: valid ones, and faulty or hostile ones built part by part."""

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

import openpyxl
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from reviews.imports.services import import_reviews
from reviews.imports.uploads import store_upload
from reviews.models import Review, Upload
from tests.builders import World

ITEMS = range(1, 26)
HEAD = ("organisation", "visit_start", "visit_end", "kind", "evaluators", *(f"item_{n}" for n in ITEMS))
Row = Sequence[Any]
PART = '<?xml version="1.0" encoding="UTF-8"?>'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def row_of(scores: int | Iterable[int] = 4, **given: Any) -> list[Any]:
    """Return a row below HEAD: IPS Øyvær on 10 and 11 March 2024, with one score for every item or these scores."""
    cells: dict[str, Any] = {
        "organisation": "IPS Øyvær",
        "visit_start": "2024-03-10",
        "visit_end": "2024-03-11",
        "kind": "independent",
        "evaluators": "Kari Nymoen; Per Berg",
    }
    values = [scores] * 25 if isinstance(scores, int) else list(scores)
    cells |= {f"item_{n}": values[n - 1] for n in ITEMS}
    return [(cells | given)[name] for name in HEAD]


def csv_file(*rows: Row, head: Row = HEAD, delimiter: str = ";", encoding: str = "utf-8-sig") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([head, *rows])
    return out.getvalue().encode(encoding)


def xlsx_file(*rows: Row, head: Row = HEAD, hidden_first: bool = False, **options: Any) -> bytes:
    """Return a workbook as a spreadsheet program saves it: numbers as numbers, days as dates."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True} | options) as book:
        if hidden_first:
            hidden = book.add_worksheet("Skjult")
            hidden.write("A1", "nothing to read")
        sheet = book.add_worksheet("Vurderinger")
        if hidden_first:
            sheet.activate()
            sheet.set_first_sheet()
            hidden.hide()
            book.add_worksheet("Til slutt")
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        for number, row in enumerate([head, *rows]):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(number, column, cell, day)
                else:
                    sheet.write(number, column, cell)
    return out.getvalue()


def cell(value: Any) -> str:
    if isinstance(value, str):
        return f'<c t="inlineStr"><is><t>{value}</t></is></c>'
    return f"<c><v>{value}</v></c>"


def sheet_xml(*rows: Row, after: str = "", before: str = "") -> str:
    """Return the XML of a sheet with HEAD and these rows. A cell given as XML is kept."""
    lines = "".join(
        "<row>" + "".join(value if str(value).startswith("<c") else cell(value) for value in row) + "</row>"
        for row in (HEAD, *rows)
    )
    return f'{PART}{before}<worksheet xmlns="{MAIN}"><sheetData>{lines}</sheetData>{after}</worksheet>'


def workbook(sheet: str | bytes, *, compression: int = zipfile.ZIP_DEFLATED, **parts: str | bytes) -> bytes:
    """Return the smallest workbook that Excel accepts; `parts` adds or replaces parts by path."""
    given: dict[str, str | bytes] = {
        "xl/workbook.xml": f'{PART}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="Ark1" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{PART}<Relationships xmlns="{PACKAGE}">'
        f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for path, content in (given | parts).items():
            archive.writestr(path, content)
    return out.getvalue()


def upload(client: Client, world: World, data: bytes, name: str = "gamle.xlsx", **fields: str) -> Any:
    """Send a file as the form does; return the response."""
    form = {"edition": world.scale.slug, "file": SimpleUploadedFile(name, data)} | fields
    return client.post(reverse("imports", args=[world.network.code]), form)


def import_one(
    world: World,
    scores: int | Iterable[int] = 4,
    notes: dict[int, str] | None = None,
    file_name: str = "gamle vurderinger.csv",
    **given: Any,
) -> Review:
    """Import a file with one review of IPS Øyvær; return the review."""
    noted = notes or {}
    data = csv_file([*row_of(scores, **given), *noted.values()], head=(*HEAD, *(f"note_{n}" for n in noted)))
    uploaded_file = store_upload(
        network=world.network, by=world.coordinator, edition=world.scale, file_name=file_name, data=data
    )
    import_reviews(upload=uploaded_file, by=world.coordinator)
    return Review.objects.latest("pk")


def faults(client: Client, world: World, data: bytes, name: str = "gamle.xlsx") -> list[tuple[str, str, str]]:
    """Upload a file; return the faults that its preview lists, as row, column and sentence."""
    response = upload(client, world, data, name)
    assert response.status_code == 302, response.context["form"].errors
    page = client.get(response.headers["Location"]).context["page"]
    return [(fault.row, fault.column, fault.sentence) for fault in page.faults]


def refusals(client: Client, world: World, data: bytes, name: str = "gamle.xlsx") -> list[str]:
    """Upload a file that cannot be read and check that it is not stored; return the reasons."""
    response = upload(client, world, data, name)
    assert response.status_code == 422
    assert not Upload.objects.exists()
    return response.context["form"].errors["file"]


def stored(world: World, data: bytes, file_name: str = "gamle.csv") -> Upload:
    """Return the upload of a file."""
    given = {"network": world.network, "by": world.coordinator, "edition": world.scale, "file_name": file_name}
    return store_upload(data=data, **given)


def preview(client: Client, world: World, data: bytes, name: str = "gamle.xlsx") -> Any:
    """Upload a file whose columns need no look; return the read model of its preview."""
    return client.get(upload(client, world, data, name).headers["Location"]).context["page"]


def sheet(*rows: Row, change: Callable[[Any], None] | None = None) -> bytes:
    """Return a workbook with exactly these rows, changed by openpyxl."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(list(row))
    if change:
        change(book.active)
    book.save(out)
    return out.getvalue()


def url_of(upload: Upload, name: str = "import_preview") -> str:
    return reverse(name, args=[upload.network.code, upload.code])
