"""Every column of every export: name, type, range, meaning and first version. Pure: imports no Django.

This is the only table of columns. A test compares it with the headers, the workbook's sheet "dictionary" and
docs/data-dictionary.md. Programs rely on the names: columns can be added but never renamed. Names and meanings are
English in every language of the interface; what people wrote is not translated.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

NUMBERED = "<n>"  # in the name of a column that exists once for each section or item: 1, 2, 3 …


class ColumnType(StrEnum):
    """The type of a cell. JSON has true and false where tables have 1 and 0, and null where a cell is empty."""

    TEXT = "text"
    WHOLE = "whole number"
    DECIMAL = "decimal number"
    DATE = "date"
    TIME = "time, UTC"
    YES_NO = "1 or 0"
    TRUTH = "true or false"
    OBJECT = "object"
    TEXTS = "list of texts"
    LIST = "list"


TEXT, WHOLE, DECIMAL, DATE, TIME, YES_NO = (
    ColumnType.TEXT,
    ColumnType.WHOLE,
    ColumnType.DECIMAL,
    ColumnType.DATE,
    ColumnType.TIME,
    ColumnType.YES_NO,
)
TRUTH, OBJECT, TEXTS, LIST = ColumnType.TRUTH, ColumnType.OBJECT, ColumnType.TEXTS, ColumnType.LIST
CODE = "UUID"
KINDS = "independent, peer, guided_self, self"
METHODS = "apart, together"
STATUSES = "final, superseded"
SCORE = "1–5"
SHA = "64 hexadecimal digits"


@dataclass(frozen=True)
class Column:
    """A column of a table, or a key of JSON lines. A name with `<n>` stands for one column for each number."""

    name: str
    type: ColumnType
    range: str
    meaning: str
    since: str = "0.1"

    def named(self, count: int) -> tuple[str, ...]:
        """Return the names of the column if there are `count` sections or items."""
        if NUMBERED not in self.name:
            return (self.name,)
        return tuple(self.name.replace(NUMBERED, str(number)) for number in range(1, count + 1))


IDENTITY = (
    Column("review", TEXT, CODE, "Code of the review: the same in every file and in the address of its page."),
    Column(
        "organisation_code",
        TEXT,
        CODE,
        "Code of the organisation, or of the one that it was joined to: stays when the organisation is renamed.",
    ),
    Column("organisation", TEXT, "", "Name of the organisation as it was signed."),
    Column("kind", TEXT, KINDS, "Who reviewed the programme. Figures of different kinds are not comparable."),
    Column("edition", TEXT, "", "Short name of the edition of the scale by which the review was scored."),
    Column("visit_start", DATE, "", "First day of the visit."),
    Column("valid", YES_NO, "", "1 while the figures count; 0 once a correction has replaced the review."),
)

REVIEWS = (
    *IDENTITY,
    Column("organisation_now", TEXT, "",
           "Name of the organisation, or of the one that it was joined to, on the day of the export."),
    Column("network", TEXT, "", "Name of the network on the day of the export."),
    Column("edition_title", TEXT, "", "Title of the scale, in its own language."),
    Column("edition_version", TEXT, "", "Version of the scale's edition."),
    Column("method", TEXT, METHODS, "apart: each evaluator rated alone, then consensus. together: one common scoring. "
           "Empty for imported reviews."),
    Column("visit_end", DATE, "", "Last day of the visit."),
    Column("period_start", DATE, "", "First day of the reviewed period; empty if none was given."),
    Column("period_end", DATE, "", "Last day of the reviewed period; empty if none was given."),
    Column("status", TEXT, STATUSES, "superseded: a correction has replaced the review."),
    Column("imported", YES_NO, "", "1 if the review was done elsewhere and read from a file: nobody signed it here."),
    Column("corrects", TEXT, CODE, "Code of the review that this one corrects; empty for most."),
    Column("corrected_by", TEXT, CODE, "Code of the correction that has replaced this review; empty for most."),
    Column("evaluators", TEXT, "", "Names of the evaluators as they were signed, separated by semicolons."),
    Column("evaluator_count", WHOLE, "0 or more", "Number of those evaluators."),
    Column("specialist_count", WHOLE, "0 or more", "Employment specialists scored; empty for imported reviews."),
    Column("finalised_at", TIME, "", "When the review was signed, or imported."),
    Column("total", WHOLE, "lowest to highest of the edition", "Sum of all items' scores."),
    Column("total_max", WHOLE, "", "Highest possible total of the edition."),
    Column("mean", DECIMAL, "1.00–5.00", "Mean score of an item: the total divided by the number of items."),
    Column("band", TEXT, "", "Quality band of the total, in the words of the scale."),
    Column("section_<n>_sum", WHOLE, "", "Sum of the scores of the scale's section number n."),
    Column("item_<n>", WHOLE, SCORE, "Score of item number n."),
    Column("next_due", DATE, "", "When the review after this one is due by the network's current rule, or the date set "
           "instead; empty unless this is the organisation's last valid one."),
    Column("summary", TEXT, "up to 5,000 characters", "The report's summary."),
    Column("strengths", TEXT, "up to 5,000 characters", "What the report says the service does well."),
    Column("fingerprint", TEXT, SHA, "SHA-256 of what was signed, as printed on the score sheet."),
    Column("pdf_sha256", TEXT, SHA, "SHA-256 of the stored PDF; empty for imported reviews, which have none."),
    Column("correction_reason", TEXT, "up to 1,000 characters", "Why the correction was opened; empty for most.",
           since="0.3"),
    Column("specialists", TEXT, "", "Labels of the employment specialists as JSON; gone: true where left out.",
           since="0.3"),
    Column("original", TEXT, CODE, "Code of the review in the installation that it was exported from and imported "
           "here; empty for most.", since="0.3"),
    Column("original_fingerprint", TEXT, SHA, "Fingerprint of that review; empty for most.", since="0.3"),
)  # fmt: skip

ITEMS = (
    *IDENTITY,
    Column("item", WHOLE, "1 or more", "Number of the item in the scale."),
    Column("section", TEXT, "", "Name of the item's section, in the words of the scale."),
    Column("number_in_section", WHOLE, "1 or more", "Number of the item within its section."),
    Column("title", TEXT, "", "Title of the item as on the score sheet."),
    Column("score", WHOLE, SCORE, "The score. A finished review has one for every item."),
    Column("anchor", TEXT, "", "The scale's description of that score."),
    Column("sources", TEXT, "", "Codes of the data sources behind the score, separated by semicolons."),
    Column("observed", TEXT, "", "What was observed, in one line in the language of the scale; empty if nothing was "
           "entered."),
    Column("suggested", WHOLE, SCORE, "The score that the observation suggests; empty if it suggests none."),
    Column("departure", TEXT, "up to 1,000 characters", "Why the score differs from the suggested one."),
    Column("evidence", TEXT, "up to 5,000 characters", "The evaluators' note: what the score rests on."),
    Column("recommendation", TEXT, "up to 5,000 characters", "What the evaluators recommend."),
    Column("decision", TEXT, "up to 1,000 characters", "Why the evaluators agreed on this score although their "
           "ratings differed."),
    Column("observation", TEXT, "", "What was observed, as JSON in the form of scales/suggestion.py; empty if nothing "
           "was entered.", since="0.3"),
)  # fmt: skip

REMARKS = (
    *IDENTITY,
    Column("item", WHOLE, "1 or more", "Number of the item remarked on; empty for a remark on the whole report."),
    Column("remark_kind", TEXT, "comment, fact", "fact: something is missing or wrong."),
    Column("remark", TEXT, "up to 2,000 characters", "What the service remarked on the draft report."),
    Column("remarked_at", TIME, "", "When the remark was made."),
    Column("answer", TEXT, "up to 2,000 characters", "What the evaluators answered."),
    Column("answered_at", TIME, "", "When it was answered; empty without an answer."),
)

CONTENTS = (
    Column("file", TEXT, "", "Name of the PDF in the archive; empty if there is none."),
    Column("has_pdf", YES_NO, "", "0 for reviews without a stored PDF: imported ones."),
    *IDENTITY,
    Column("visit_end", DATE, "", "Last day of the visit."),
    Column("status", TEXT, STATUSES, "superseded: a correction has replaced the review."),
    Column("total", WHOLE, "lowest to highest of the edition", "Sum of all items' scores."),
    Column("band", TEXT, "", "Quality band of the total, in the words of the scale."),
    Column("fingerprint", TEXT, SHA, "SHA-256 of what was signed, as printed on the score sheet."),
    Column("pdf_sha256", TEXT, SHA, "SHA-256 of the PDF; empty if there is none."),
)

DICTIONARY = (
    Column("sheet", TEXT, "reviews, items, remarks, dictionary", "Name of the sheet."),
    Column("column", TEXT, "", "Name of the column; <n> stands for a number."),
    Column("type", TEXT, ", ".join((TEXT, WHOLE, DECIMAL, DATE, TIME, YES_NO)), "What its cells hold."),
    Column("range", TEXT, "", "The possible values; empty if every value of the type is possible."),
    Column("meaning", TEXT, "", "What the cells mean."),
    Column("since", TEXT, "", "Version of the program that added the column."),
)

SHEETS: Mapping[str, tuple[Column, ...]] = {
    "reviews": REVIEWS,
    "items": ITEMS,
    "remarks": REMARKS,
    "dictionary": DICTIONARY,
}


def header(columns: tuple[Column, ...], *, sections: int = 0, items: int = 0) -> tuple[str, ...]:
    """Return the names of the columns in their order. Numbered columns are repeated for each section or item."""
    counts = {column.name: sections if column.name.startswith("section") else items for column in columns}
    return tuple(name for column in columns for name in column.named(counts[column.name]))


def dictionary() -> Iterator[tuple[str, ...]]:
    """Yield the rows of the workbook's sheet "dictionary"."""
    for sheet, columns in SHEETS.items():
        for column in columns:
            yield (sheet, column.name, column.type.value, column.range, column.meaning, column.since)
