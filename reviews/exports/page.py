"""The read model of the page of exports: what a selection holds, and what was taken out before. Reads; never writes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reviews.exports.selection import Selection, parts_of, selection_version
from reviews.models import Export, Network, Organisation, Review
from reviews.workflow import Kind
from scales.models import ScaleEdition

PAGE = 50  # past exports


@dataclass(frozen=True)
class Part:
    """One part of a selection, as text: its number, how many reviews it holds, the first and the last of them."""

    number: str
    told: str
    first: str
    last: str


@dataclass(frozen=True)
class Overview:
    """What is in a selection, as text. `superseded` and `without_pdf` are "" for none; `parts` is empty where one
    archive holds all. `seen` stands for exactly these reviews: another one more or less changes it."""

    is_empty: bool
    told: str
    kinds: tuple[str, ...]
    superseded: str
    without_pdf: str
    parts: tuple[Part, ...]
    seen: str


@dataclass(frozen=True)
class Line:
    """One past export."""

    at: datetime
    by: str
    form: str
    filters: str
    reviews: str


@dataclass(frozen=True)
class Past:
    """Some past exports, newest first; `older` is the number to go on from, "" on the last page."""

    lines: tuple[Line, ...]
    older: str


def overview_of(selection: Selection) -> Overview:
    """Return what a selection holds. Five queries at most, however many reviews."""
    keys, reviews = selection.keys(), selection.reviews()
    kinds = dict(reviews.order_by().values_list("kind").annotate(count=Count("pk")))
    replaced = len(keys) - reviews.valid().count() if selection.superseded else 0
    imported = reviews.filter(is_imported=True).count()
    return Overview(
        is_empty=not keys,
        told=_counted(len(keys)),
        kinds=tuple(f"{Kind(kind).label}: {kinds[kind]}" for kind in Kind.values if kind in kinds),
        superseded=str(replaced or ""),
        without_pdf=_without_pdf(imported),
        parts=_parts(parts_of(keys)),
        seen=selection_version(keys),
    )


def past_exports(network: Network, before: int | None = None) -> Past:
    """Return a page of what was taken out of a network. Three queries."""
    found = Export.objects.filter(network=network).select_related("by")
    if before is not None:
        found = found.filter(pk__lt=before)
    exports = list(found[: PAGE + 1])
    shown = exports[:PAGE]
    names = _names_in(shown)
    lines = tuple(
        Line(one.at, str(one.by), _form(one), in_words(one.selection, names), str(one.reviews)) for one in shown
    )
    return Past(lines, older=str(shown[-1].pk) if len(exports) > PAGE else "")


def in_words(filters: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Return the filters of an export as a person reads them; `names` has organisations by code, editions by slug."""
    told = [", ".join(names.get(code, code) for code in filters["organisations"])]
    if filters.get("name"):
        told.append(_("organisations named “%(name)s”") % {"name": filters["name"]})
    if filters["kind"]:
        told.append(str(Kind(filters["kind"]).label))
    told.append(names.get(filters["edition"], filters["edition"]))
    for key, words in (("since", _("from %(date)s")), ("until", _("until %(date)s"))):
        if filters[key]:
            told.append(words % {"date": _day(date.fromisoformat(filters[key]))})
    if filters["superseded"]:
        told.append(_("superseded ones too"))
    if filters.get("parts", 1) > 1:
        told.append(_("part %(part)s of %(parts)s") % {"part": filters["part"], "parts": filters["parts"]})
    return " · ".join(part for part in told if part) or _("all that are valid")


def _counted(count: int) -> str:
    return ngettext("%(count)s review", "%(count)s reviews", count) % {"count": str(count)}


def _without_pdf(count: int) -> str:
    told = ngettext(
        "%(count)s imported review has no PDF: the list names it.",
        "%(count)s imported reviews have no PDF: the list names them.",
        count,
    )
    return told % {"count": str(count)} if count else ""


def _form(export: Export) -> str:
    """Return what was made: of tables as CSV there are three."""
    words = {
        "reviews": _("reviews as table (CSV)"),
        "items": _("item scores as table (CSV)"),
        "remarks": _("remarks as table (CSV)"),
    }
    return words.get(export.selection.get("table", ""), str(export.get_form_display()))


def _names_in(exports: Iterable[Export]) -> dict[str, str]:
    codes = {code for export in exports for code in export.selection["organisations"]}
    slugs = {export.selection["edition"] for export in exports} - {""}
    organisations = Organisation.objects.filter(code__in=codes) if codes else ()
    editions = ScaleEdition.objects.filter(slug__in=slugs).defer("document") if slugs else ()
    return {str(one.code): one.name for one in organisations} | {one.slug: str(one) for one in editions}


def _parts(parts: Sequence[Sequence[int]]) -> tuple[Part, ...]:
    if len(parts) == 1:
        return ()
    ends = _named([key for part in parts for key in (part[0], part[-1])])
    return tuple(
        Part(str(number), _counted(len(part)), ends[part[0]], ends[part[-1]])
        for number, part in enumerate(parts, start=1)
    )


def _named(keys: Iterable[int]) -> dict[int, str]:
    reviews = Review.objects.filter(pk__in=keys).select_related("organisation")
    return {review.pk: f"{_day(review.visit_start)}, {review.organisation}" for review in reviews}


def _day(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")
