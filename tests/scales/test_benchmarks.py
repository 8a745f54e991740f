"""Published figures: what is shipped can be read, and what lacks a source or a year is refused."""

import json
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


def test_the_figures_that_are_shipped_can_be_read() -> None:
    figures = parse_benchmarks(document())
    learning = figures[0]
    assert (learning.years, learning.n, learning.is_year_of_publication) == ("2012–2014", 129, False)
    assert "103,8 → 108,4" in learning.value["nb"]
    assert all(figure.source and figure.link and figure.kind for figure in figures)


@pytest.mark.parametrize("key", ["source", "link", "n", "review", "scale", "value", "years", "sample", "unit"])
def test_a_figure_that_lacks_what_makes_it_one_is_refused(key: str) -> None:
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


def test_something_else_is_no_document() -> None:
    assert faults_of([])
    assert faults_of({"kind": "benchmarks", "figures": []})
