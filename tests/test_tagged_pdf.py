"""Every kind of PDF meets the rules of PDF/UA-1 that a program can check, and is read as it is meant."""

import io
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from django.db import transaction
from django.urls import get_resolver, reverse
from django.utils import translation

from ipsfidelity.pdf import render_pdf
from reviews.models import Review
from tests.builders import World, build_world, guide, instrument
from tests.reviews.reports.test_report import add_actions, whole_of
from tests.tagged import RULES, TaggedPdf, faults_of

pytestmark = [pytest.mark.django_db, pytest.mark.pdf]

# By what is rendered: the name of the address, and what is added to it.
KINDS = {
    "signed sheet": ("sheet_pdf", ""),
    "sheet of a draft": ("sheet_pdf", ""),
    "sheet of a draft with notes": ("sheet_pdf", "?notes=1"),
    "report": ("report_pdf", ""),
    "report for an English reader": ("report_pdf", ""),
    "plan": ("plan_pdf", ""),
    "wall": ("wall_pdf", ""),
    "blank sheet": ("blank_sheet", ""),
    "blank scale": ("blank_scale", ""),
    "blank guide": ("blank_guide", ""),
}


@pytest.fixture(scope="module")
def files(django_db_setup: None, django_db_blocker: Any) -> dict[str, bytes]:
    """Render each kind once. The database is rolled back before the tests start."""
    with django_db_blocker.unblock(), transaction.atomic(), translation.override("nb"):
        found = rendered(build_world(instrument(), render=render_pdf))
        transaction.set_rollback(True)
    return found


def rendered(world: World) -> dict[str, bytes]:
    whole_of(world)
    first, *_others, final = Review.objects.order_by("visit_start")
    add_actions(world, first, 3)
    add_actions(world, final, 30)
    draft = world.score_review({1: 3, 2: 4})
    slugs = {"blank_sheet": "ips-25-nb", "blank_scale": "ips-25-nb", "blank_guide": guide().slug}
    client, english = world.client_of("evaluator"), world.client_of("colleague")
    world.colleague.language = "en"
    world.colleague.save()
    found = {}
    for kind, (name, query) in KINDS.items():
        review = draft if "draft" in kind else final
        reader = english if "English" in kind else client
        answer = reader.get(reverse(name, args=[slugs.get(name, review.code)]) + query)
        assert answer.headers["Content-Type"] == "application/pdf", kind
        found[kind] = answer.content
    return found


@pytest.fixture(scope="module")
def read(files: dict[str, bytes]) -> dict[str, TaggedPdf]:
    return {kind: TaggedPdf(content) for kind, content in files.items()}


def test_every_address_of_a_pdf_is_here() -> None:
    patterns = [pattern for value in get_resolver().reverse_dict.lists() for pattern in value[1]]
    routes = {route for pattern in patterns for route, _names in pattern[0] if route.endswith(".pdf")}
    assert len(routes) == len({name for name, _query in KINDS.values()})


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_no_pdf_breaks_a_rule(read: dict[str, TaggedPdf], rule: Callable[[TaggedPdf], Any]) -> None:
    assert {kind: found for kind, tagged in read.items() if (found := list(rule(tagged)))} == {}


def test_the_score_of_an_item_is_read_with_its_own_section(read: dict[str, TaggedPdf]) -> None:
    tagged, scale = read["signed sheet"], instrument().scale
    heads = {bytes(head.entry.ID): tagged.text(head) for head in tagged.all("TH")}
    rows = [row for row in tagged.all("TR") if len(row.kids) == 3 and row.kids[1].kind == "TH"][1:]
    told = [[heads[bytes(each)] for each in row.kids[2].entry.A.Headers] for row in rows]
    wanted = [["Skåre", section.name, item.sheet_title] for section in scale.sections for item in section.items]
    assert told == wanted


def test_the_words_of_the_scale_are_in_its_language_for_every_reader(read: dict[str, TaggedPdf]) -> None:
    tagged = read["report for an English reader"]
    languages = {tagged.text(heading): heading.language for heading in tagged.all("H2", "H4")}
    item = instrument().scale.items[0]
    assert languages["Item by item"] == "en"
    assert languages[f"{item.number} {item.sheet_title}"] == "nb"
    anchors = {tagged.text(span) for span in tagged.all("Span") if span.language == "nb"}
    assert {item.anchor(1)} <= anchors


def test_the_contents_name_each_chapter_once_with_its_page(read: dict[str, TaggedPdf]) -> None:
    tagged = read["report"]
    chapters = [tagged.text(link) for link in tagged.all("Link")]
    assert chapters[:2] == ["Kort fortalt", "Skåringsskjema"]
    assert [tagged.text(entry) for entry in tagged.all("TOCI")][:2] == ["1. Kort fortalt 3", "2. Skåringsskjema 4"]
    assert len(tagged.all("TOCI")) == len(chapters) == len(set(chapters)) == 11


@pytest.mark.parametrize(
    ("kind", "once", "words"),
    [
        ("report", 0, "Side 3 av"),
        ("report", 0, ".  .  ."),
        ("report", 0, "●"),
        ("plan", 2, "Frist"),
        ("signed sheet", 0, "2 / "),
    ],
)
def test_decoration_and_what_every_page_repeats_is_not_read(
    read: dict[str, TaggedPdf], kind: str, once: int, words: str
) -> None:
    assert words in read[kind].artifacts
    assert read[kind].text(read[kind].top).count(words) == once


def test_a_table_that_continues_on_the_next_page_is_read_as_one(read: dict[str, TaggedPdf]) -> None:
    tagged = read["plan"]
    assert len(tagged.pdf.pages) > 1
    assert [len(list(filter(lambda each: each.kind == "TR", table))) for table in tagged.all("Table")] == [34, 3]


def test_a_note_that_continues_on_the_next_page_is_read_as_one_paragraph() -> None:
    words = " ".join(f"ord{number}" for number in range(2000))
    tagged = TaggedPdf(render_pdf(f'<html lang="nb"><title>t</title><h1>t</h1><div>{words}</div></html>'))
    assert len(tagged.pdf.pages) > 1
    assert [tagged.text(paragraph) for paragraph in tagged.all("P")] == [words]


def test_the_same_html_is_the_same_file() -> None:
    html = '<html lang="nb"><title>t</title><h1>t</h1><p lang="sv">ett <a href="#x" id="x">två</a></p></html>'
    assert render_pdf(html) == render_pdf(html)


def without(key: str, *path: str) -> Callable[[pikepdf.Pdf], None]:
    """Return a change that deletes a key of the document's root, or of what a path of keys leads to."""

    def change(pdf: pikepdf.Pdf) -> None:
        place: Any = pdf.Root
        for step in path:
            place = place[step]
        del place[key]

    return change


def changed(kind: str, key: str, value: Any) -> Callable[[pikepdf.Pdf], None]:
    """Return a change that sets a key of the first structure element of a kind, or of its attributes."""

    def change(pdf: pikepdf.Pdf) -> None:
        entry: Any = next(
            each for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and each.get("/S") == kind
        )
        place = entry.A if key in {"/Scope", "/Headers"} else entry
        place[key] = value

    return change


def other_link(pdf: pikepdf.Pdf) -> None:
    next(page for page in pdf.pages if "/Annots" in page).Annots[0].Contents = "#in-short"


SMALL = """
<html lang="nb"><title>t</title>
<h1>Skjema</h1><p>Tekst med <a href="#x">lenke</a>.</p><h2 id="x">Del</h2><ul><li>punkt</li></ul>
<p><svg viewBox="0 0 9 9" width="9" height="9"><title>Strek</title><path d="M0 0h9v9"/></svg></p>
<table><thead><tr><th scope="col">A</th><th scope="col">B</th></tr></thead>
<tbody><tr><th scope="row">a</th><td>1</td></tr></tbody></table>
</html>
"""
BROKEN: list[tuple[str, str, Callable[[pikepdf.Pdf], None]]] = [
    ("declarations", "does not say that it is tagged", without("/MarkInfo")),
    ("declarations", "the name of the file", without("/ViewerPreferences")),
    ("declarations", "no language", without("/Lang")),
    ("declarations", "does not name PDF/UA-1", without("/Metadata")),
    ("marks", "has 0 elements", changed("/P", "/K", pikepdf.Array())),
    ("contents", "P is empty", changed("/P", "/K", pikepdf.Array())),
    ("places", "Avsnitt is no kind", changed("/P", "/S", pikepdf.Name.Avsnitt)),
    ("places", "L holds", changed("/LI", "/S", pikepdf.Name.P)),
    ("contents", "Sect has text of its own", changed("/P", "/S", pikepdf.Name.Sect)),
    ("headings", "the first heading has level", changed("/H1", "/S", pikepdf.Name.H2)),
    ("headings", "after 1", changed("/H2", "/S", pikepdf.Name.H4)),
    ("tables", "has no scope", changed("/TH", "/Scope", pikepdf.Name.Nothing)),
    ("tables", "has the heads", changed("/TD", "/Headers", pikepdf.Array())),
    ("tables", "of another table", changed("/TD", "/Headers", pikepdf.Array([pikepdf.String("x")]))),
    ("figures", "has no text", changed("/Figure", "/Alt", pikepdf.String(" "))),
    ("links", "is described as", other_link),
    ("languages", "is in “norsk”", changed("/P", "/Lang", pikepdf.String("norsk"))),
]


@pytest.fixture(scope="module")
def small() -> bytes:
    return render_pdf(SMALL)


@pytest.mark.parametrize(("rule", "words", "change"), BROKEN, ids=[f"{rule}: {words}" for rule, words, _ in BROKEN])
def test_each_rule_finds_its_fault(small: bytes, rule: str, words: str, change: Callable[[pikepdf.Pdf], None]) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(small)) as pdf:
        change(pdf)
        pdf.save(out)
    assert faults_of(small) == []
    found = [fault for fault in faults_of(out.getvalue()) if fault.startswith(f"{rule}:")]
    assert any(words in fault for fault in found), found


def test_a_language_that_is_the_same_around_changes_nothing() -> None:
    page = (
        '<html lang="nb"><title>Ark</title><body lang="{}"><p lang="{}">Ja</p><p lang="sv">Hej <b{}>då</b></p></html>'
    )
    assert render_pdf(page.format("nb", "nb", ' lang="sv"')) == render_pdf(page.replace(' lang="{}"', "").format(""))
