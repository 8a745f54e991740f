"""Reading uploaded files: usual files are read as intended, and all others are refused with a reason."""

import contextlib
import gzip
import io
import random
import time
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviews.imports.columns import column_letters, column_name
from reviews.imports.context import calendar_of, import_context
from reviews.imports.names import Names
from reviews.imports.reader import read
from reviews.imports.row_checks import check_rows, names_in
from reviews.imports.tables import UnreadableFile
from reviews.models import Review, Upload
from scales.definition import Scale
from tests.builders import World
from tests.import_files import (
    HEAD,
    ITEMS,
    MAIN,
    OFFICE,
    PACKAGE,
    PART,
    cell,
    csv_file,
    faults,
    refusals,
    row_of,
    sheet_xml,
    upload,
    workbook,
    xlsx_file,
)

pytestmark = pytest.mark.django_db
SECONDS, MEGABYTES = 20, 150  # on a busy machine


@pytest.fixture
def client(world: World) -> Client:
    return world.client_of("coordinator")


@pytest.fixture
def bounded() -> Iterator[None]:
    """Check that a test takes little time and memory."""
    tracemalloc.start()
    begun = time.process_time()
    yield
    took, peak = time.process_time() - begun, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert took < SECONDS
    assert peak < MEGABYTES * 1_000_000


def codes(data: bytes, scale: Scale) -> list[str]:
    with pytest.raises(UnreadableFile) as refused:
        read(data, Names(scale))
    return [fault.code for fault in refused.value.faults]


# --- Usual files --------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_csv_is_read_with_any_delimiter(client: Client, world: World, delimiter: str, encoding: str) -> None:
    row = row_of(4, evaluators="Kåre Nilsen")
    assert faults(client, world, csv_file(row, delimiter=delimiter, encoding=encoding), "gamle.csv") == []


def test_a_workbook_is_recognised_by_its_content_and_not_by_its_name(client: Client, world: World) -> None:
    assert faults(client, world, xlsx_file(row_of(4)), "gamle.csv") == []
    assert faults(client, world, csv_file(row_of(4)), "gamle.xlsx") == []


def test_days_are_read_from_real_dates_and_from_text(client: Client, world: World) -> None:
    rows = [
        row_of(4, visit_start=date(2024, 3, 10), visit_end=date(2024, 3, 11)),
        row_of(4, visit_start="10.3.2023", visit_end=""),
        row_of(4, visit_start="2022-03-10"),
    ]
    rows[2][2] = "2022-03-12"
    page = upload(client, world, xlsx_file(*rows), "d.xlsx")
    shown = client.get(page.headers["Location"]).context["page"].rows
    assert [row.visit for row in shown] == ["10.–11. mars 2024", "10. mars 2023", "10.–12. mars 2022"]


def test_a_workbook_that_counts_days_from_1904_means_the_same_days(client: Client, world: World) -> None:
    data = xlsx_file(row_of(4, visit_start=date(2024, 3, 10)), date_1904=True)
    shown = client.get(upload(client, world, data).headers["Location"]).context["page"].rows
    assert shown[0].visit == "10.–11. mars 2024"


def test_scores_are_numbers_however_they_are_written(client: Client, world: World) -> None:
    scores = [" 4 ", "4.0", "4,0", 4.0, 4, "4", *[4] * 19]
    page = client.get(upload(client, world, xlsx_file(row_of(scores))).headers["Location"]).context["page"]
    assert (page.faults, page.rows[0].total) == ((), "100")


def test_columns_may_come_in_any_order_and_letter_case(client: Client, world: World) -> None:
    pairs = list(zip(HEAD, row_of(4), strict=True))
    random.Random(4).shuffle(pairs)
    head, row = zip(*pairs, strict=True)
    assert faults(client, world, xlsx_file(row, head=[name.upper().replace("_", " ") for name in head])) == []


@pytest.mark.parametrize("kind", ["peer", "PEER", "Kollegavurdering", "kollegial granskning", "Peer review"])
def test_kinds_are_recognised_by_code_or_label(client: Client, world: World, kind: str) -> None:
    page = client.get(upload(client, world, csv_file(row_of(4, kind=kind))).headers["Location"]).context["page"]
    assert (page.faults, page.rows[0].kind) == ((), "kollegavurdering")


@pytest.mark.parametrize(
    "name",
    ["  IPS  Øyvær ", "IPS Øyvær\u200b", "\u202eIPS Øyvær", "ips øyvær", "IPS O\u0338yvær", "IPS\u3000Ø\u00adyvær"],
)
def test_a_name_that_cannot_be_told_apart_is_the_same_name(client: Client, world: World, name: str) -> None:
    assert faults(client, world, csv_file(row_of(4, organisation=name))) == []


def test_a_ring_above_a_is_the_same_letter(client: Client, world: World) -> None:
    world.organisation.name = "IPS Ålesund"
    world.organisation.save()
    assert faults(client, world, csv_file(row_of(4, organisation="IPS A\u030alesund"))) == []


def test_the_first_visible_sheet_is_read_and_the_page_says_so(client: Client, world: World) -> None:
    answer = upload(client, world, xlsx_file(row_of(4), hidden_first=True))
    page = client.get(answer.headers["Location"])
    assert page.context["page"].rows[0].organisation == "IPS Øyvær"
    assert "Arket «Vurderinger» ble lest. Arbeidsboken har 2 ark til" in page.content.decode()


def test_a_workbook_written_by_openpyxl_is_read(client: Client, world: World) -> None:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(HEAD)
    book.active.append(row_of(4, visit_start=date(2024, 3, 10)))
    book.save(out)
    assert faults(client, world, out.getvalue()) == []


def test_text_that_looks_like_a_formula_stays_text(client: Client, world: World) -> None:
    head, row = (*HEAD, "note_1"), [*row_of(4), "=1+1"]
    assert faults(client, world, csv_file(row, head=head)) == []
    assert Upload.objects.get().rows["rows"][0][1]["AE"] == "=1+1"


def test_empty_rows_between_do_not_count_and_rows_keep_their_numbers(client: Client, world: World) -> None:
    data = csv_file([""] * 30, row_of([6, *[4] * 24]), [])
    assert [fault[0] for fault in faults(client, world, data)] == ["3"]


def test_letters_of_columns_are_those_of_a_spreadsheet() -> None:
    assert [column_letters(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert column_name(" Visit  START\u200b") == "visit_start"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    tables=st.lists(st.lists(st.integers(1, 5), min_size=25, max_size=25), min_size=1, max_size=4),
    notes=st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=80), min_size=4, max_size=4),
    as_xlsx=st.booleans(),
)
def test_a_table_is_read_with_the_scores_and_notes_that_were_written(
    world: World, tables: list[list[int]], notes: list[str], as_xlsx: bool
) -> None:
    head = (*HEAD, "note_7", "total")
    rows = [
        [*row_of(scores, visit_start=f"202{n}-03-10", visit_end=""), notes[n], sum(scores)]
        for n, scores in enumerate(tables)
    ]
    data = (
        xlsx_file(*rows, head=head, strings_to_formulas=False, strings_to_urls=False)
        if as_xlsx
        else csv_file(*rows, head=head)
    )
    table = read(data, Names(world.scale.scale))
    lines = [(one.number, dict(zip(map(column_name, head), one.cells, strict=False))) for one in table.rows]
    calendar = calendar_of({}, counts_from_1904=False)
    context = import_context(world.network, world.scale.scale, {}, names_in(lines), calendar=calendar)
    checked = check_rows(lines, context)
    assert [list(row.scores.values()) for row in checked] == tables
    assert all(not row.faults for row in checked)


# --- Faults of cells ------------------------------------------------------------------------


def test_every_fault_is_reported_with_its_row_and_column(client: Client, world: World) -> None:
    rows = [
        row_of([6, "x", 4.5, "", *[4] * 21]),
        row_of(4, organisation="IPS Ukjent", kind="hjemmelaget", visit_start="i fjor", visit_end="senere"),
        row_of(4, organisation="", kind="", visit_start="", visit_end=""),
        row_of(4, visit_start="2024-02-30", visit_end="2024-13-01"),
        row_of(4, visit_start="2999-01-01", visit_end="2024-03-11"),
        row_of(4, visit_start="1994-12-31"),
        row_of(["", "", *[4] * 23], visit_start="2021-01-01"),
    ]
    assert faults(client, world, csv_file(*rows)) == [
        ("2", "item_1", "«6» er ikke en skåre fra 1 til 5."),
        ("2", "item_2", "«x» er ikke en skåre fra 1 til 5."),
        ("2", "item_3", "«4.5» er ikke en skåre fra 1 til 5."),
        ("2", "item_4", "Skåren mangler."),
        ("3", "visit_start", "«i fjor» er ikke en dato. Skriv den som 2024-03-10, eller formater cellen som dato."),
        ("3", "organisation", "«IPS Ukjent»: Nettverket har ingen organisasjon med dette navnet. Legg den til under «Personer» først, og åpne så denne siden på nytt."),
        ("3", "visit_end", "«senere» er ikke en dato. Skriv den som 2024-03-10, eller formater cellen som dato."),
        ("3", "kind", "«hjemmelaget» er ikke en type vurdering: uavhengig vurdering, kollegavurdering, veiledet egenvurdering, egenvurdering."),
        ("4", "visit_start", "Cellen er tom, men må fylles ut."),
        ("4", "organisation", "Cellen er tom, men må fylles ut."),
        ("4", "kind", "Cellen er tom, men må fylles ut."),
        ("5", "visit_start", "«2024-02-30»: Denne dagen finnes ikke."),
        ("5", "visit_end", "«2024-13-01»: Denne dagen finnes ikke."),
        ("6", "visit_start", "2999-01-01 er fram i tid."),
        ("6", "visit_end", "Siste dag, 2024-03-11, er før første dag, 2999-01-01."),
        ("7", "visit_start", "1994-12-31 er før 1995-01-01."),
        ("8", "item_1, item_2", "2 skårer mangler."),
    ]  # fmt: skip


def test_a_total_that_is_not_the_sum_is_reported_with_both(client: Client, world: World) -> None:
    head, rows = (
        (*HEAD, "total"),
        [
            [*row_of(4), 99],
            [*row_of(3, visit_start="2023-01-01"), "mange"],
            [*row_of(2, visit_start="2022-01-01"), "50,0"],
        ],
    )
    assert faults(client, world, csv_file(*rows, head=head)) == [
        ("2", "total", "Filen sier 99, men summen av skårene er 100."),
        ("3", "total", "«mange» er ikke et helt tall."),
    ]


def test_the_same_review_twice_in_a_file_is_reported_with_the_other_row(client: Client, world: World) -> None:
    rows = [row_of(4), row_of(3), row_of(3, kind="self")]
    assert faults(client, world, csv_file(*rows)) == [
        ("3", "", "Samme organisasjon, første dag og type står også i rad 2.")
    ]


def test_long_notes_and_notes_of_many_lines_are_reported(client: Client, world: World) -> None:
    head = (*HEAD, "note_1", "note_2", "recommendation_3", "note_4")
    row = [*row_of(4), "x" * 5_001, "linje\n" * 300, "y" * 6_000, "x" * 5_000]
    assert faults(client, world, csv_file(row, head=head)) == [
        ("2", "note_1", "Teksten har 5001 tegn. Det er plass til høyst 5000."),
        ("2", "note_2", "Teksten har 300 linjer. Det er plass til høyst 200."),
        ("2", "recommendation_3", "Teksten har 6000 tegn. Det er plass til høyst 5000."),
    ]
    assert [f[1] for f in faults(client, world, csv_file(row_of(4, evaluators="x" * 501)))] == ["evaluators"]


def test_a_national_identity_number_is_refused_and_not_kept(client: Client, world: World) -> None:
    head, number = (*HEAD, "note_1"), "01019010046"
    row = [*row_of(4, evaluators=f"Kari {number}", organisation=number), f"Klienten {number} fikk jobb"]
    found = faults(client, world, csv_file(row, head=head))
    assert [fault[1] for fault in found] == ["organisation", "evaluators", "note_1"]
    assert number not in str(Upload.objects.get().rows)
    assert (
        number
        not in client.get(f"/networks/{world.network.code}/imports/{Upload.objects.get().code}/").content.decode()
    )
    Upload.objects.all().delete()
    assert refusals(client, world, csv_file(row_of(4)), f"{number}.csv")


def test_formulas_errors_and_truth_values_are_faults_of_their_cell(client: Client, world: World) -> None:
    row = row_of(["<c><f>SUM(1,3)</f><v/></c>", '<c t="e"><v>#REF!</v></c>', '<c t="b"><v>1</v></c>', *[4] * 22])
    assert faults(client, world, workbook(sheet_xml(row))) == [
        ("2", "item_1", "Her står det en formel uten lagret verdi. Åpne filen i regnearkprogrammet og lagre den der, eller lim inn verdien i stedet."),
        ("2", "item_2", "Her står det en feil fra regnearket: #REF!."),
        ("2", "item_3", "Her står det TRUE, som verken er et tall eller en tekst."),
    ]  # fmt: skip


def test_html_in_a_cell_is_shown_as_text(client: Client, world: World) -> None:
    answer = upload(
        client, world, csv_file(row_of(4, organisation="<script>alert(1)</script>", evaluators="<b>'; DROP"))
    )
    page = client.get(answer.headers["Location"]).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_file_with_thousands_of_faults_lists_the_first_and_counts_the_rest(
    client: Client, world: World, bounded: None
) -> None:
    data = csv_file(*[row_of(9, visit_start=f"{1995 + n // 12}-{n % 12 + 1:02}-01", visit_end="") for n in range(300)])
    page = client.get(upload(client, world, data).headers["Location"]).context["page"]
    assert (page.fault_count, len(page.faults), page.listed) == (7500, 1000, "1000")


# --- The file as a whole ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "Filen er tom."),
        (b" \n\r\n ", "Filen er tom."),
        (csv_file(), "Filen har en første rad med kolonnenavn, men ingen vurdering under den."),
        (xlsx_file(), "Filen har en første rad med kolonnenavn, men ingen vurdering under den."),
        (workbook(f"{PART}<worksheet/>"), "Filen er tom."),
        (b"%PDF-1.7 x", "Dette er verken en arbeidsbok (XLSX) eller en tabell (CSV)."),
        (b"PK\x03\x04 and no more", "Filen kunne ikke leses som en arbeidsbok."),
        (xlsx_file(row_of(4))[:3000], "Filen kunne ikke leses som en arbeidsbok."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "Filen har passord, eller er lagret i det gamle"),
        (csv_file(["Snitt"], ["x"]), "Ingen rad i filen er en vurdering: Ingen har skårer."),
        (csv_file(row_of(4)).replace(b"Kari", b"Ka\0ri"), "Tegnene i filen kunne ikke leses."),
        (gzip.compress(csv_file(row_of(4))), "Tegnene i filen kunne ikke leses."),
        (csv_file(row_of(4)).replace(b"Kari", b'"Kari'), "Filen kan ikke leses fra rad 2"),
        (csv_file(row_of(4), row_of(4, evaluators='"')).rstrip() + b'\r\n"a"b', "Filen kan ikke leses fra rad 4"),
        (b";".join([b"x"] * 301) + b"\n1;2", "Filen har flere enn 300 kolonner."),
    ],
)  # fmt: skip
def test_a_file_that_is_not_a_table_is_refused_with_the_reason(
    client: Client, world: World, data: bytes, told: str
) -> None:
    assert refusals(client, world, data)[0].startswith(told)
    assert not Review.objects.exists()


def test_every_truncated_file_is_refused_and_breaks_nothing(world: World) -> None:
    whole, scale = xlsx_file(row_of(4)), world.scale.scale
    for end in range(4, len(whole) - 1, 97):
        assert codes(whole[:end], scale) == ["broken_xlsx"]


def test_a_file_with_flipped_bytes_is_read_or_refused_and_breaks_nothing(world: World) -> None:
    whole, turn = bytearray(workbook(sheet_xml(row_of(4)), compression=zipfile.ZIP_STORED)), random.Random(25)
    for _ in range(400):
        data = bytearray(whole)
        for _ in range(3):
            data[turn.randrange(len(data))] = turn.randrange(256)
        with contextlib.suppress(UnreadableFile):
            read(bytes(data), Names(world.scale.scale))


# --- Hostile workbooks --------------------------------------------------------------------------


def test_a_bomb_is_refused_by_its_directory(client: Client, world: World, bounded: None) -> None:
    bomb = workbook(sheet_xml(row_of(4)), **{"xl/media/image1.png": b"\0" * 40_000_000})
    assert len(bomb) < 100_000
    assert refusals(client, world, bomb)[0].startswith("Utpakket er arbeidsboken større")


def test_more_attributes_than_a_full_table_has_are_not_read(world: World, bounded: None) -> None:
    attributes = " ".join(f'a{number}=""' for number in range(800_000))
    sheet = sheet_xml(row_of(4)).replace("<sheetData>", f"<sheetData {attributes}>")
    assert codes(workbook(sheet), world.scale.scale) == ["too_many_cells"]


def test_a_smaller_bomb_is_refused_by_its_compression_ratio(world: World, bounded: None) -> None:
    text = f"<c><v>{' ' * 20_000_000}</v></c>"
    assert codes(workbook(sheet_xml([text])), world.scale.scale) == ["unpacks_too_large"]


def test_a_bomb_whose_directory_lies_is_not_unpacked(world: World, bounded: None) -> None:
    packed = bytearray(workbook(sheet_xml(row_of(4)), **{"xl/big.xml": b"\0" * 50_000_000}))
    size = (50_000_000).to_bytes(4, "little")
    assert packed.count(size) == 2  # in the header before the part and in the directory
    assert codes(bytes(packed.replace(size, (999).to_bytes(4, "little"))), world.scale.scale) == ["broken_xlsx"]


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_bomb_in_a_compression_that_cannot_be_limited_is_not_unpacked(
    world: World, bounded: None, packing: int
) -> None:
    bomb = workbook(sheet_xml(row_of(4)), compression=packing, **{"xl/big.xml": b" " * 20_000_000})
    assert codes(bomb, world.scale.scale) in (["broken_xlsx"], ["unpacks_too_large"])
    torn = bytearray(workbook(sheet_xml(row_of(4)), compression=packing))
    torn[60:80] = b"\xff" * 20
    assert codes(bytes(torn), world.scale.scale) == ["broken_xlsx"]


def test_a_number_format_that_is_slow_to_parse_is_truncated(world: World, bounded: None) -> None:
    styles = f'{PART}<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="200" formatCode="{"[" * 60_000}"/></numFmts>'
    styles += f"<cellXfs>{'<xf numFmtId=' + chr(34) + '200' + chr(34) + '/>'}</cellXfs></styleSheet>"
    relations = (
        f'{PART}<Relationships xmlns="{PACKAGE}">'
        f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>'
    )
    data = workbook(sheet_xml(row_of(4)), **{"xl/styles.xml": styles, "xl/_rels/workbook.xml.rels": relations})
    begun = time.process_time()
    read(data, Names(world.scale.scale))
    assert time.process_time() - begun < 2  # seconds; without truncation it takes seven


def test_many_names_for_one_compressed_part_are_refused(world: World) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", b"<x/>")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("xl/workbook.xml", b"<x/>")
    assert codes(out.getvalue(), world.scale.scale) == ["broken_xlsx"]
    many = workbook(sheet_xml(row_of(4)), **{f"xl/{n}.xml": b"" for n in range(600)})
    assert codes(many, world.scale.scale) == ["broken_xlsx"]


@pytest.mark.parametrize(
    "entity",
    [
        '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>',
        f'<!DOCTYPE x [<!ENTITY a "{"ha" * 50_000}">]>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:9/x.dtd"> %a;]>',
        "<!DOCTYPE x>",
    ],
)
@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"])
def test_entities_are_never_expanded(world: World, bounded: None, entity: str, part: str) -> None:
    sheet = sheet_xml(row_of(4, evaluators="&a;" * 100), before=entity)
    parts = {"xl/worksheets/sheet1.xml": sheet_xml(row_of(4)), part: sheet}
    assert codes(workbook(**parts, sheet=b""), world.scale.scale) == ["broken_xlsx"]


def test_openpyxl_would_not_expand_entities_either() -> None:
    """openpyxl uses defusedxml if it is installed. This matters if we ever read workbooks with openpyxl."""
    assert openpyxl.DEFUSEDXML


@pytest.mark.parametrize(
    "part", ["xl/vbaProject.bin", "xl/externalLinks/externalLink1.xml", "xl/embeddings/ole.bin", "xl/connections.xml"]
)
def test_macros_and_external_links_are_refused(client: Client, world: World, part: str) -> None:
    data = workbook(sheet_xml(row_of(4)), **{part: b"x"})
    assert refusals(client, world, data, "makro.xlsm")[0].startswith("Arbeidsboken inneholder makroer")


def test_a_zip_with_a_password_is_refused(world: World) -> None:
    data = bytearray(workbook(sheet_xml(row_of(4))))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(mark)
        while place >= 0:
            data[place + at] |= 1
            place = data.find(mark, place + 4)
    assert codes(bytes(data), world.scale.scale) == ["protected_xlsx"]


def test_cells_merged_over_several_reviews_are_refused_by_their_ranges(client: Client, world: World) -> None:
    after = '<mergeCells count="2"><mergeCell ref="A2:A3"/><mergeCell ref="F2:G2"/></mergeCells>'
    sheet = sheet_xml(row_of(4), row_of(3, visit_start="2023-01-01"), after=after)
    assert refusals(client, world, workbook(sheet)) == [
        "Disse cellene er slått sammen: A2:A3. Del dem opp igjen, så hver rad står for seg."
    ]


def test_a_hundred_thousand_rows_are_one_fault(client: Client, world: World, bounded: None) -> None:
    assert refusals(client, world, b"organisation;kind\n" + b"a;b\n" * 100_000) == [
        "Filen har flere enn 1000 rader. Del den i flere."
    ]
    rows = workbook(sheet_xml(*[[random.Random(n).randbytes(9).hex()] for n in range(60_000)]))
    assert refusals(client, world, rows) == ["Filen har flere enn 1000 rader. Del den i flere."]


def test_a_row_with_the_highest_number_is_read_without_filling_the_gap(world: World, bounded: None) -> None:
    far = f'<row r="1048576">{cell("x")}</row>'
    data = workbook(sheet_xml(row_of(4)).replace("</sheetData>", f"{far}</sheetData>"))
    assert [row.number for row in read(data, Names(world.scale.scale)).rows] == [2, 1_048_576]


def test_ten_thousand_columns_are_one_fault(client: Client, world: World, bounded: None) -> None:
    told = "Filen har flere enn 300 kolonner. Bruk bare kolonnene i malen."
    assert refusals(client, world, workbook(sheet_xml([1] * 10_000))) == [told]
    assert refusals(client, world, csv_file([1] * 10_000)) == [told]
    data = workbook(sheet_xml(['<c r="XFD1"><v>1</v></c>']))
    assert refusals(client, world, data) == [told]


def test_far_too_many_cells_are_refused_before_they_are_read(world: World, bounded: None) -> None:
    turn = random.Random(4)
    data = workbook(sheet_xml([f'<c s="{turn.randrange(9_999)}"/>' for _ in range(750_000)]))
    assert codes(data, world.scale.scale) == ["too_many_cells"]
    shared = f'<sst xmlns="x">{"".join(f"<si><t>{turn.randrange(99_999)}</t></si>" for _ in range(200_000))}</sst>'
    assert codes(workbook(sheet_xml(row_of(4)), **{"xl/sharedStrings.xml": shared}), world.scale.scale) == [
        "too_many_cells"
    ]


def test_a_long_text_that_every_cell_shares_is_counted_each_time(world: World, bounded: None) -> None:
    shared = f'<sst xmlns="x"><si><t>{random.Random(1).randbytes(16_000).hex()}</t></si></sst>'
    rows = [['<c t="s"><v>0</v></c>'] * 20] * 900
    data = workbook(sheet_xml(*rows), **{"xl/sharedStrings.xml": shared})
    assert codes(data, world.scale.scale) == ["too_much_text"]


@pytest.mark.parametrize(
    "value", ["1e308", "-1e-9", "NaN", "Infinity", "9" * 400, "0x4", "４", "٤", "--4", "4 4", "１"]
)
def test_numbers_that_are_not_scores_are_faults(client: Client, world: World, value: str) -> None:
    found = faults(client, world, workbook(sheet_xml(row_of([f"<c><v>{value}</v></c>", *[4] * 24]))))
    assert [fault[1] for fault in found] == ["item_1"]


@pytest.mark.parametrize("serial", ["99999", "1e9", "-5", "60", "0.5"])
def test_an_impossible_date_is_a_fault(client: Client, world: World, serial: str) -> None:
    row = row_of(4, visit_end="")
    row[1] = f"<c><v>{serial}</v></c>"
    assert [fault[1] for fault in faults(client, world, workbook(sheet_xml(row)))] == ["visit_start"]


def test_a_missing_shared_string_breaks_nothing(world: World) -> None:
    assert codes(workbook(sheet_xml(['<c t="s"><v>7</v></c>'])), world.scale.scale) == ["broken_xlsx"]


def test_a_file_of_two_megabytes_is_accepted_and_a_larger_one_refused(
    client: Client, world: World, bounded: None, settings: Any
) -> None:
    note = "Ordinære notater uten navn. " * 170
    head = (*HEAD, *(f"note_{n}" for n in ITEMS))
    rows = [[*row_of(4, visit_start=f"20{n:02}-01-01", visit_end=""), *[note] * 25] for n in range(10, 26)]
    data = csv_file(*rows, head=head)
    assert 1_500_000 < len(data) < 2_000_000
    assert faults(client, world, data) == []
    Upload.objects.all().delete()
    assert refusals(client, world, data + b" " * (2_000_001 - len(data)))[0].startswith("Filen er større enn 2 MB")
    settings.LARGER_BODIES = {"imports": 2_100_000}
    assert upload(client, world, data + b" " * 200_000).status_code == 413
    answer = client.post(f"/networks/{world.network.code}/", {"x": "y" * 1_500_000})
    assert answer.status_code == 413
    assert "mer enn" in answer.content.decode()
