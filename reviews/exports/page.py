"""Read model of the page of exports: a summary of the selection, and past exports. Read-only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reviews.exports.files import is_long
from reviews.exports.selection import PART, Selection, number_of_parts, part_version
from reviews.exports.services import MOST
from reviews.models import Export, Network, Organisation, Review
from reviews.wording import format_day
from reviews.workflow import Kind
from scales.models import ScaleEdition

PAGE = 50  # past exports
LARGEST_FILE = max(MOST.values())  # reviews
MOST_PARTS = 20  # of an archive on the page, the earliest visits first


@dataclass(frozen=True)
class ArchivePart:
    """One part of a selection, as text: its number, the count of its reviews, the first and the last of them.

    `version` is that of the part (part_version).
    """

    number: str
    count: str
    first: str
    last: str
    version: str


@dataclass(frozen=True)
class SelectionSummary:
    """What a selection contains, as text. `number` is the number of reviews.

    `too_many` is a sentence if no file holds so many reviews, else "". They are not counted further then. `superseded`
    and `without_pdf` are "" for none. `parts` is empty if one archive holds all reviews. `left_out` says that there
    are further parts, "" for none.
    """

    is_empty: bool
    number: int
    too_many: str
    count: str
    kinds: tuple[str, ...]
    superseded: str
    without_pdf: str
    parts: tuple[ArchivePart, ...]
    left_out: str


@dataclass(frozen=True)
class Offer:
    """A file that can be exported: its address with the filters, "" for a heading above the parts of an archive.

    `part` is the number of a part and `seen` its version, "" for a whole file. `is_long` if the worker makes the file.
    """

    title: str
    explanation: str
    url: str
    part: str = ""
    seen: str = ""
    is_primary: bool = False
    is_long: bool = False


@dataclass(frozen=True)
class PastExport:
    """One past export, as text. `form` is its format."""

    at: datetime
    by: str
    form: str
    filters: str
    reviews: str


@dataclass(frozen=True)
class PastExportsPage:
    """A page of past exports, newest first. `older` is the key that the next page continues before, "" on the last."""

    exports: tuple[PastExport, ...]
    older: str


def selection_summary(selection: Selection, most: int = LARGEST_FILE) -> SelectionSummary:
    """Return the summary of a selection. No file holds more than `most` reviews. Three queries at most."""
    counts = selection.counts(most + 1)
    number = counts["number"]
    is_too_many = number > most
    are_parts = number_of_parts(number) > 1 and not is_too_many
    return SelectionSummary(
        is_empty=not number,
        number=number,
        too_many=_too_many(most) if is_too_many else "",
        count=count_words(number),
        kinds=tuple(f"{kind.label}: {counts[f'of_{kind}']}" for kind in Kind if counts[f"of_{kind}"]),
        superseded=str(counts["superseded"] or ""),
        without_pdf=_without_pdf(counts["imported"]),
        parts=_parts(selection) if are_parts else (),
        left_out=_left_out() if number_of_parts(number) > MOST_PARTS else "",
    )


def offers(network: Network, selection: Selection, summary: SelectionSummary) -> tuple[Offer, ...]:
    """Return the files in which a selection can be exported: score sheets first, in parts if there are many.

    There are none of a selection with too many reviews.
    """
    if summary.too_many:
        return ()

    def url(name: str) -> str:
        return f"{reverse(name, args=[network.code])}?{selection.query}"

    def data(name: str, address: str, title: str, explanation: str) -> Offer:
        is_made_later = is_long(name, summary.number)
        if name.endswith(".csv"):
            explanation += " " + _("With %(signs)s.") % {"signs": selection.csv.label}
        if is_made_later:
            explanation += " " + _("So many reviews take a while: the file is made while you do something else.")
        return Offer(title, explanation, url(address), is_long=is_made_later)

    parts = (
        Offer(
            _("Part %(n)s") % {"n": part.number},
            f"{part.count}: {part.first} – {part.last}",
            url("export_sheets"),
            part.number,
            part.version,
        )
        for part in summary.parts
    )
    in_parts = _("They come in parts: if one breaks off, take that part again.") if summary.parts else ""
    contents = _("The signed PDFs as they are, with a list of contents.")
    sheets = (contents, summary.without_pdf, in_parts, summary.left_out)
    return (
        Offer(
            _("Score sheets (ZIP)"),
            " ".join(filter(None, sheets)),
            "" if summary.parts else url("export_sheets"),
            is_primary=True,
        ),
        *parts,
        data(
            "reviews.xlsx",
            "export_workbook",
            _("Spreadsheet (XLSX)"),
            _("For Excel: reviews, item scores with every note, the service’s remarks, and what each column means."),
        ),
        data("reviews.csv", "export_reviews", _("Reviews (CSV)"), _("One row a review, for statistics programs.")),
        data("items.csv", "export_items", _("Item scores (CSV)"), _("One row an item, with every note.")),
        data(
            "remarks.csv",
            "export_remarks",
            _("Remarks (CSV)"),
            _("One row a remark of a service on a draft report, with its answer."),
        ),
        data(
            "reviews.jsonl",
            "export_lines",
            _("Data (JSON lines)"),
            _("For programs: all that was signed, one review a line, with its fingerprint."),
        ),
    )


def past_exports(network: Network, before: int | None = None) -> PastExportsPage:
    """Return a page of a network's past exports: those with a key below `before`, or the newest. Three queries."""
    exports = Export.objects.filter(network=network).select_related("by")
    if before is not None:
        exports = exports.filter(pk__lt=before)
    and_next = list(exports[: PAGE + 1])
    shown = and_next[:PAGE]
    names = names_in(export.selection for export in shown)
    rows = tuple(_past(export, names) for export in shown)
    return PastExportsPage(rows, older=str(shown[-1].pk) if len(and_next) > PAGE else "")


def _past(export: Export, names: Mapping[str, str]) -> PastExport:
    form = form_words(export.form, export.selection.get("table", ""))
    return PastExport(export.at, str(export.by), form, filter_words(export.selection, names), str(export.reviews))


def filter_words(filters: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Return the filters of an export in words. `names` maps codes of organisations and slugs of editions to names."""
    phrases = [", ".join(names.get(code, code) for code in filters["organisations"])]
    if filters.get("name"):
        phrases.append(_("organisations named “%(name)s”") % {"name": filters["name"]})
    if filters["kind"]:
        phrases.append(str(Kind(filters["kind"]).label))
    phrases.append(names.get(filters["edition"], filters["edition"]))
    for key, words in (("since", _("from %(date)s")), ("until", _("until %(date)s"))):
        if filters[key]:
            phrases.append(words % {"date": _day(date.fromisoformat(filters[key]))})
    if filters["superseded"]:
        phrases.append(_("superseded ones too"))
    if filters.get("parts", 1) > 1:
        phrases.append(_("part %(part)s of %(parts)s") % {"part": filters["part"], "parts": filters["parts"]})
    return " · ".join(phrase for phrase in phrases if phrase) or _("all that are valid")


def count_words(count: int) -> str:
    """Return a number of reviews in words."""
    return ngettext("%(count)s review", "%(count)s reviews", count) % {"count": str(count)}


def _without_pdf(count: int) -> str:
    sentence = ngettext(
        "%(count)s imported review has no PDF: the list names it.",
        "%(count)s imported reviews have no PDF: the list names them.",
        count,
    )
    return sentence % {"count": str(count)} if count else ""


def form_words(form: str, table: str) -> str:
    """Return the format of an export. The three tables as CSV have names of their own."""
    words = {
        "reviews": _("reviews as table (CSV)"),
        "items": _("item scores as table (CSV)"),
        "remarks": _("remarks as table (CSV)"),
    }
    return words.get(table, str(Export.Form(form).label))


def names_in(selections: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the names of the organisations and editions in stored filters, by code and slug. Two queries."""
    filters = list(selections)
    codes = {code for chosen in filters for code in chosen["organisations"]}
    slugs = {chosen["edition"] for chosen in filters} - {""}
    organisations = Organisation.objects.filter(code__in=codes) if codes else ()
    editions = ScaleEdition.objects.filter(slug__in=slugs).defer("document") if slugs else ()
    by_code = {str(organisation.code): organisation.name for organisation in organisations}
    return by_code | {edition.slug: str(edition) for edition in editions}


def _too_many(most: int) -> str:
    return _(
        "More than %(most)s reviews fit, which is the most that a file holds. Choose fewer, by the days of their "
        "visits for example, and take one file after the other."
    ) % {"most": str(most)}


def _left_out() -> str:
    return _("Only the first %(n)s parts are listed. For later visits, choose the first day above.") % {
        "n": str(MOST_PARTS)
    }


def _parts(selection: Selection) -> tuple[ArchivePart, ...]:
    """Return the first parts of a selection. Two queries."""
    keys = selection.keys(stop=MOST_PARTS * PART)
    parts = [keys[start : start + PART] for start in range(0, len(keys), PART)]
    labels = _labels([key for part in parts for key in (part[0], part[-1])])
    return tuple(
        ArchivePart(str(number), count_words(len(part)), labels[part[0]], labels[part[-1]], part_version(part))
        for number, part in enumerate(parts, start=1)
    )


def _labels(keys: Iterable[int]) -> dict[int, str]:
    """Return the first day and the organisation of reviews, by key. One query."""
    reviews = Review.objects.filter(pk__in=keys).select_related("organisation__joined_to")
    return {review.pk: f"{_day(review.visit_start)}, {review.organisation}" for review in reviews}


def _day(day: date) -> str:
    return format_day(day, "SHORT_DATE_FORMAT")
