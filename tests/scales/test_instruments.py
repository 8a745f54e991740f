"""The two shipped instruments are complete: the places that a reader of the sources would look up first.

`test_printed.py` checks every text, number and rule."""

import re

import pytest

from scales.parsing import parse_guide, parse_scale
from tests.builders import GUIDE, SCALE, document_of

IPS, QUESTIONS = parse_scale(document_of(SCALE)), parse_guide(document_of(GUIDE))


def test_the_scale_has_25_items_in_three_sections_with_125_anchors() -> None:
    assert [(section.name, len(section.items)) for section in IPS.sections] == [
        ("Ansatte", 3),
        ("Organisering", 8),
        ("Tjenester", 14),
    ]
    assert sum(len(item.anchors) for item in IPS.items) == 125


def test_six_items_have_checklists_with_30_components_in_all() -> None:
    counts = {item.number: len(item.checklist.components) for item in IPS.items if item.checklist}
    assert counts == {5: 5, 8: 5, 10: 5, 11: 5, 13: 4, 25: 6}


def test_bands_run_from_very_good_to_not_ips() -> None:
    assert [(band.min, band.max, band.label) for band in IPS.bands] == [
        (115, 125, "svært god kvalitet"),
        (100, 114, "god kvalitet"),
        (74, 99, "tilfredsstillende kvalitet"),
        (25, 73, "ikke IPS"),
    ]


def test_item_4_has_one_title_in_the_scale_and_another_on_the_sheet() -> None:
    differing = {
        item.number: (item.title[-9:], item.sheet_title[-10:]) for item in IPS.items if item.title != item.sheet_title
    }
    assert differing == {4: ("samarbeid", "teamarbeid")}


@pytest.mark.parametrize(
    ("number", "score", "begins", "ends"),
    [
        (6, 5, "Jobbspesialistene og NAV-veilederne har faste møter", "felles klienter og henvisninger."),
        (12, 5, "Jobbspesialisten eller en ansatt", "avhengig av klientens ytelser og stønader."),
        (14, 3, "Jobbspesialistene hjelper klientene med å lete", "for å lære av erfaringen."),
        (14, 5, "Utarbeiding av karriereprofil begynner", "eller lykkes på jobben."),
        (15, 1, "Første personlige henvendelse", "(> 9 mnd.) etter at klienten ble med i programmet."),
        (23, 4, "Jobbspesialisten møter klientene ansikt til ansikt hver uke", "hvis klientene selv ønsker det."),
    ],
)
def test_anchors_that_the_page_layout_tore_apart_are_whole(number: int, score: int, begins: str, ends: str) -> None:
    anchor = IPS.by_number[number].anchor(score)
    assert anchor.startswith(begins)
    assert anchor.endswith(ends)


def test_the_descriptions_of_items_14_and_23_have_their_ends() -> None:
    assert IPS.by_number[14].description.endswith("familiemedlemmer og tidligere arbeidsgivere.")
    assert "oppdateres etter hver nye jobberfaring" in IPS.by_number[14].description
    assert IPS.by_number[23].description.endswith("innen tre dager etter at de har fått høre om det.")


def test_the_first_component_of_item_5_is_complete() -> None:
    checklist = IPS.by_number[5].checklist
    assert checklist is not None
    assert checklist.components[0].endswith("behandlingsteamet som yter psykiske helsetjenester.")


def test_no_markup_and_no_layout_is_left_in_any_text() -> None:
    texts = [SCALE.read_text(encoding="utf-8"), GUIDE.read_text(encoding="utf-8")]
    assert [
        found for text in texts for found in re.findall(r"</?[a-z]+>|\*\*|\\t| {2}(?=\S)(?<!\n)", text) if found.strip()
    ] == []
    for broken in ("jobb-utvikling", "jobb utvikling", "Jobb-spesialisten", "intelligens tester", "21– 25"):
        assert all(broken not in item.description for item in IPS.items)
        assert all(broken not in anchor.text for item in IPS.items for anchor in item.anchors)


def test_odd_wording_of_the_printed_source_stays() -> None:
    assert "informasjon om hjelp" in IPS.by_number[12].description
    assert "hun hjelper klienten" in IPS.by_number[18].anchor(1)
    assert "Arbeidsplassen tilbyr" in IPS.by_number[22].anchor(5)


def test_the_guide_has_106_questions_in_23_criteria_and_none_for_10_and_20() -> None:
    assert sum(len(criterion.questions) for criterion in QUESTIONS.criteria) == 106
    assert {criterion.number for criterion in QUESTIONS.criteria} == set(range(1, 26)) - {10, 20}


def test_the_opening_question_note_and_condition_are_kept_apart() -> None:
    assert QUESTIONS.opening_question == "Vad är din roll inom IPS?"
    assert [c.number for c in QUESTIONS.criteria if c.note] == [25]
    conditional = [(c.number, q.text) for c in QUESTIONS.criteria for q in c.questions if q.condition]
    assert len(conditional) == 1
    assert conditional[0][0] == 16
    assert conditional[0][1].startswith("Hjälpte du också klienten")
