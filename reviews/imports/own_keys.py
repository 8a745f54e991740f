"""What becomes of each key of JSON lines and of each column of the workbook in an own export. Pure: imports no Django.

Everything that an export holds is read, computed again or left behind. own_notes.py names in the preview what is left
behind, and every key and column that this table does not know.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

READ, COMPUTED = "read", "computed"
# The keys of JSON lines, and behind the line the columns of the workbook.
NAMES: Mapping[str, str] = {
    READ: """
        scale.slug scale.version scale.checksum review.code review.organisation review.evaluators review.kind
        review.visit_start review.visit_end imported.original.code imported.original.fingerprint items[].number
        items[].score items[].evidence items[].sources items[].recommendation items[].observation items[].departure
        items[].decision total conditions.specialists conditions.period report.summary report.strengths fingerprint
        valid current.organisation
        | review organisation kind edition visit_start visit_end organisation_now edition_version period_start
        period_end evaluators summary strengths specialists original original_fingerprint item score sources departure
        evidence recommendation decision observation total fingerprint valid
    """,
    COMPUTED: """
        scale.title review.status items[].section items[].section_number items[].title items[].anchor items[].suggested
        sections[].name sections[].sum sections[].max sections[].mean max band.label band.min band.max missing
        current.status current.imported
        | edition_title status imported evaluator_count specialist_count total_max mean band section_<n>_sum item_<n>
        section number_in_section title anchor observed suggested
    """,
    "method": "review.method conditions.method | method",
    "signature": "signature.by signature.code signature.chain review.finalised_at | finalised_at",
    "gaps_reason": "signature.gaps_reason",
    "pdf": "current.pdf_sha256 | pdf_sha256",
    "correction": "review.corrects current.corrected_by | corrects corrected_by correction_reason",
    "ratings": """
        ratings[].by ratings[].number ratings[].score ratings[].sources ratings[].evidence ratings[].recommendation
        ratings[].observation ratings[].departure ratings[].awaiting ratings[].awaited ratings[].awaited_from
        ratings[].awaited_by conditions.handed_in
    """,
    "remarks": """
        remarks[].number remarks[].kind remarks[].text remarks[].by remarks[].at remarks[].answer remarks[].answered_by
        remarks[].answered_at | remark_kind remark remarked_at answer answered_at
    """,
    "handing_out": "handing_out.facts_until handing_out.no_check_reason handing_out.told",
    "first_import": "imported.by imported.code imported.at imported.file imported.sha256",
    "next_due": "current.next_due | next_due",
    "organisation_code": "current.organisation_code | organisation_code",
    "network": "current.network | network",
}
FATE_OF_KEY = {name: fate for fate, names in NAMES.items() for name in names.partition("|")[0].split()}
FATE_OF_COLUMN = {name: fate for fate, names in NAMES.items() for name in names.partition("|")[2].split()}
NUMBER = re.compile(r"_\d+")
EMPTY: tuple[Any, ...] = (None, "", [], {})


def left_columns(names: Iterable[str]) -> set[str]:
    """Return what is left behind of these columns of the workbook: keys of NAMES, or the names of unknown columns."""
    return {_fate_of_column(name) for name in names} - {READ, COMPUTED}


@lru_cache(maxsize=2_000)
def _fate_of_column(name: str) -> str:
    return FATE_OF_COLUMN.get(name) or FATE_OF_COLUMN.get(NUMBER.sub("_<n>", name), name)


def left_keys(content: Mapping[str, Any]) -> set[str]:
    """Return what is left behind of an object of JSON lines: keys of NAMES, or the names of unknown keys."""
    return set(_fates_in(content, "")) - {READ, COMPUTED}


def _fates_in(value: Any, name: str) -> Iterator[str]:
    """Yield the fates of the keys that have a value."""
    if name in FATE_OF_KEY or not isinstance(value, (dict, list)):
        if value not in EMPTY:
            yield FATE_OF_KEY.get(name, name)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _fates_in(inner, f"{name}.{key}" if name else key)
    else:
        for inner in value:
            yield from _fates_in(inner, f"{name}[]")
