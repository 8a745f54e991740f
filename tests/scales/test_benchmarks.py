"""Published figures: the shipped ones are read, and those without a source or a year are refused."""

import json
import re
from typing import Any

import pytest
from django.conf import settings

from scales.benchmarks import parse_benchmarks
from scales.document import DocumentFaults


def document() -> dict[str, Any]:
    return json.loads((settings.BASE_DIR / "fixtures" / "benchmarks.json").read_text(encoding="utf-8"))


def faults_of(found: Any) -> tuple[str, ...]:
    with pytest.raises(DocumentFaults) as caught:
        parse_benchmarks(found)
    return caught.value.faults


# slug, value in English, n, years ("" where the source gives none; "published" with the year of publication only),
# kind, scale, link; every row was checked against its source
SHIPPED = [
    (
        "usa-learning-community",
        ("mean total 103.8 → 108.4", 129, "2012–2014", "not_stated", "IPS"),
        "https://doi.org/10.1176/appi.ps.201500301",
    ),
    (
        "norway-trial",
        ("totals 97–109 (standard deviation 8.1)", 6, "published 2020", "not_stated", "IPS-25"),
        "https://doi.org/10.1186/s43058-020-00083-9",
    ),
    (
        "norway-new-team",
        ("total 95", 1, "", "not_stated", "IPS-25"),
        "https://www.tyrili.no/aktuelt/tyrili-ips-har-fatt-sin-forste-karakterbok",
    ),
    (
        "netherlands",
        ("fidelity and employment rise together over time", 27, "2014–2019", "not_stated", "IPS"),
        "",
    ),
    (
        "finland-pilot",
        ("mean item score 4.29", 1, "2021", "independent", "IPS, 1–5"),
        "https://www.varma.fi/ajankohtaista/uutiset-ja-artikkelit/uutiset/2021-q4/"
        "kuntoutussaation-laadunarviointi-varman-ja-spring-housen-ips-pilotti-tayttaa-ips-kriteerit/",
    ),
    (
        "validation-79-sites",
        ("Cronbach’s alpha .88; r = .34 with the employment rate", 79, "published 2012", "not_stated", "IPS-25"),
        "https://doi.org/10.1176/appi.ps.201100476",
    ),
    (
        "japan-raters",
        ("ICC .93 in 2016 and .92 in 2017", 30, "2016–2017", "not_stated", "JiSEF"),
        "https://doi.org/10.1002/npr2.12172",
    ),
    (
        "japan-self-and-reviewer",
        ("ICC .756 between the two", 58, "published 2024", "two_kinds", "JiSEF"),
        "https://www.springermedicine.com/comparative-analysis-of-independent-reviewer-rated-and-self-rate/50040972",
    ),
    (
        "usa-employment-norms",
        ("employment rate: 31% minimal, 41% average, 50% excellent", 13, "", "not_stated", "–"),
        "https://ipsworks.nyspi.org/index.php/faq-items/"
        "as-an-ips-supervisor-how-would-i-know-if-my-program-was-performing-well/",
    ),
]
SOURCES = {
    "usa-learning-community": "The IPS Learning Community: A Longitudinal Study of Sustainment, Quality, and Outcome. 2016",
    "norway-trial": "A structured mixed method process evaluation of a randomized controlled trial of Individual Placement"
    " and Support (IPS). Implementation Science Communications, 2020",
    "norway-new-team": "Tyrili: Tyrili IPS har fått sin første karakterbok. tyrili.no",
    "netherlands": "de Winter, Couwenbergh, van Weeghel, Bergmans, Bond: Fidelity and IPS: does quality of implementation"
    " predict vocational outcomes over time for organizations treating persons with severe mental illness in the"
    " Netherlands? 2020",
    "finland-pilot": "Varma: Kuntoutussäätiön laadunarviointi: Varman ja Spring Housen IPS-pilotti täyttää IPS-kriteerit,"
    " 2021",
    "validation-79-sites": "Bond et al.: Validation of the Revised Individual Placement and Support Fidelity Scale"
    " (IPS-25). Psychiatric Services, 2012",
    "japan-raters": "Yamaguchi et al.: Assessing stable validity and reliability of the Japanese version of the"
    " individualized supported employment fidelity scale: A replication. 2021",
    "japan-self-and-reviewer": "Yamaguchi et al.: Comparative Analysis of Independent Reviewer-Rated and Self-Rated"
    " Fidelity Scores in Individual Placement and Support Programs: Repeated Cross-Sectional Surveys. 2024",
    "usa-employment-norms": "IPS Employment Center: As an IPS supervisor, how would I know if my program was performing"
    " well? ipsworks.nyspi.org",
}


def test_every_shipped_figure_has_its_value_number_year_and_source() -> None:
    shipped = [
        (
            figure.slug,
            (
                figure.value["en"],
                figure.n,
                f"published {figure.years}" if figure.is_year_of_publication else figure.years,
                figure.kind,
                figure.scale,
            ),
            figure.link,
        )
        for figure in parse_benchmarks(document())
    ]
    assert shipped == SHIPPED
    assert {figure.slug: figure.source for figure in parse_benchmarks(document())} == SOURCES


def test_the_numbers_of_a_figure_are_the_same_in_each_language() -> None:
    for figure in parse_benchmarks(document()):
        for texts in (figure.value, figure.note, figure.unit):
            numbers = {
                language: sorted(float(each.replace(",", ".")) for each in re.findall(r"\d*[.,]?\d+", text))
                for language, text in texts.items()
            }
            assert all(each == numbers["en"] for each in numbers.values()), (figure.slug, numbers)


def test_a_document_names_its_languages_and_english_is_one() -> None:
    other = document()
    other["languages"] = ["nb", "nn", "sv", "fi"]
    faults = faults_of(other)
    assert faults[0] == "languages: must name 'en'"
    assert "figures[0].sample.en: is not known here" in faults[1]
    del other["languages"]
    assert faults_of(other)[0] == "languages: is missing"
    other["languages"] = ["nb", "nn", "sv", "fi", "en", "da"]
    assert faults_of(other)[0] == "figures[0].sample.da: is missing"


def test_a_missing_year_is_accepted_only_with_a_note_that_says_so() -> None:
    unknown = document()
    unknown["figures"][0]["years"] = None
    assert parse_benchmarks(unknown)[0].years == ""
    del unknown["figures"][0]["note"]
    assert faults_of(unknown) == ("figures[0].note: is due where no year is given",)


@pytest.mark.parametrize("key", ["source", "n", "review", "scale", "value", "years", "sample", "unit"])
def test_an_incomplete_figure_is_refused(key: str) -> None:
    broken = document()
    del broken["figures"][0][key]
    assert any(fault.startswith(f"figures[0].{key}") for fault in faults_of(broken))


def test_every_fault_is_listed_at_once() -> None:
    broken = document()
    broken["figures"][0] |= {"n": 0, "link": "http://example.org", "review": "friendly", "colour": "red"}
    broken["figures"][1]["years"] = {"from": 1200, "to": 1100}
    broken["figures"][2]["slug"] = broken["figures"][3]["slug"]
    del broken["figures"][4]["value"]["sv"]
    faults = "\n".join(faults_of(broken))
    for part in (
        "figures[0].n",
        "figures[0].link: must begin with https://",
        "figures[0].review: must be one of",
        "figures[0].colour",
        "figures[1].years.from: is no year",
        "figures[1].years.to",
        "used twice",
        "figures[4].value.sv: is missing",
    ):
        assert part in faults


def test_anything_but_a_document_of_figures_is_refused() -> None:
    assert faults_of([])
    assert faults_of({"kind": "benchmarks", "figures": []})
