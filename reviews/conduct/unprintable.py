"""Find signs in a review's texts that its PDFs cannot draw. Reads only.

A signed PDF is kept as it is, so the evaluators are told about such signs before they hand out the draft and sign it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from ipsfidelity.pdf_fonts import undrawable
from reviews.models import ItemScore, Remark, ReportText, Review
from reviews.sheets.sheet import Sheet

TEXTS_OF_ITEMS = ("evidence", "recommendation", "departure", "decision", "awaited", "awaited_from")
Place = tuple[str, str, str]  # label, URL, text


@dataclass(frozen=True)
class UnprintableText:
    """A text with signs that cannot be printed: where it stands, the signs, and the page on which it can be changed.

    `url` is "" if the reader cannot change it.
    """

    label: str
    url: str
    signs: str


def unprintable_texts(review: Review, sheet: Sheet) -> tuple[UnprintableText, ...]:
    """Return the texts of a review that cannot be printed as they are, in the order of the report. Three queries."""
    places = (*_names(review, sheet), *_report_texts(review), *_item_texts(review), *_remarks(review))
    return tuple(UnprintableText(label, url, signs) for label, url, text in places if (signs := undrawable(text)))


def _names(review: Review, sheet: Sheet) -> Iterator[Place]:
    yield _("Organisation"), review.organisation.get_absolute_url(), sheet.organisation
    for name in sheet.evaluators:  # each person changes their own name
        yield _("Evaluators"), "", name


def _item_texts(review: Review) -> Iterator[Place]:
    rows = ItemScore.objects.filter(review=review).order_by("item_number")
    for number, *texts in rows.values_list("item_number", *TEXTS_OF_ITEMS):
        yield _("Item %(number)s") % {"number": number}, reverse("item", args=[review.code, number]), "".join(texts)


def _report_texts(review: Review) -> Iterator[Place]:
    url = reverse("report", args=[review.code])
    for summary, strengths in ReportText.objects.filter(review=review).values_list("summary", "strengths"):
        yield _("Summary"), url, summary
        yield _("Strengths"), url, strengths


def _remarks(review: Review) -> Iterator[Place]:
    url = reverse("remarks", args=[review.code])
    for number, text, answer in Remark.objects.filter(review=review).values_list("item_number", "text", "answer"):
        label = _("Remark on item %(number)s") % {"number": number} if number else _("Remark on the report")
        yield label, url, text + answer
