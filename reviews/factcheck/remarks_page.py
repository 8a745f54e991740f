"""The read model of the remarks page: the remarks of the service, item by item, next to what the draft says."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reviews.access import may_remark
from reviews.factcheck.forms import AnswerForm
from reviews.factcheck.status import FactCheck, fact_check_of
from reviews.models import ItemScore, Remark, Review, User
from reviews.workflow import EVALUATORS_AND_COORDINATORS


@dataclass(frozen=True)
class DraftItem:
    """An item as the draft report shows it. `score` and `anchor` are "" while it has no score."""

    number: str
    title: str
    score: str
    anchor: str
    evidence: str


@dataclass(frozen=True)
class RemarkEntry:
    """One remark, with what the reader can do about it.

    `form` is the form to answer it, for evaluators; it keeps a text that could not be saved. `is_open` shows the form
    unfolded. `may_change` is true for the author until the remark is answered or the deadline has passed.
    """

    remark: Remark
    kind: str
    is_fact: bool
    form: AnswerForm | None
    is_open: bool
    may_change: bool


@dataclass(frozen=True)
class RemarkGroup:
    """The remarks on one item, or on the report as a whole where `item` is None."""

    item: DraftItem | None
    remarks: tuple[RemarkEntry, ...]


@dataclass(frozen=True)
class RemarksPage:
    """All remarks on a review, in the order of the scale.

    `chosen_item` is the item whose link the reader followed to write a remark on it.
    """

    fact_check: FactCheck
    groups: tuple[RemarkGroup, ...]
    chosen_item: DraftItem | None
    may_remark: bool
    may_answer: bool
    may_set_deadline: bool


def remarks_page(
    review: Review, user: User, item_number: int | None = None, refused_answer: AnswerForm | None = None
) -> RemarksPage:
    """Return the remarks page for a user.

    `item_number` is the item whose link the user followed; `refused_answer` is an answer that could not be saved.
    At most four queries, however many remarks there are.
    """
    fact_check, may_write = fact_check_of(review), may_remark(user, review)
    remarks = list(Remark.objects.filter(review=review).select_related("by", "answered_by").order_by("pk"))
    may_answer = review.takes_part and not review.is_closed
    item_numbers = {remark.item_number for remark in remarks} | ({item_number} if may_write else set())
    draft_items = _draft_items(review, item_numbers)

    def entry_of(remark: Remark) -> RemarkEntry:
        is_refused = refused_answer is not None and refused_answer.remark.pk == remark.pk
        form = None
        if may_answer:
            form = refused_answer if is_refused else AnswerForm(remark, initial={"answer": remark.answer})
        return RemarkEntry(
            remark=remark,
            kind=str(remark.get_kind_display()),
            is_fact=remark.kind == Remark.Kind.FACT,
            form=form,
            is_open=is_refused or not remark.answer,
            may_change=may_write and remark.by_id == user.pk and not remark.answer,
        )

    by_item: dict[int | None, list[RemarkEntry]] = {}
    for remark in remarks:
        by_item.setdefault(remark.item_number, []).append(entry_of(remark))
    order = [None, *(item.number for item in review.scale.items)]
    return RemarksPage(
        fact_check=fact_check,
        groups=tuple(
            RemarkGroup(draft_items.get(number or 0), tuple(by_item[number])) for number in order if number in by_item
        ),
        chosen_item=draft_items.get(item_number or 0) if may_write else None,
        may_remark=may_write,
        may_answer=may_answer,
        may_set_deadline=review.is_handed_out and bool(EVALUATORS_AND_COORDINATORS & review.acting_as),
    )


def draft_item_of(review: Review, number: int | None) -> DraftItem | None:
    """Return an item as the draft report shows it, or None for the report as a whole. At most one query."""
    return _draft_items(review, {number}).get(number or 0)


def not_told_yet(review: Review) -> str:
    """Return when the service is told of answers, "" if it has been. At most one query."""
    if not review.is_handed_out:
        return _("No mail was sent: the service is told when the draft report is shared again.")
    unanswered = Remark.objects.filter(review=review, answer="").count()
    if not unanswered:
        return ""
    return ngettext(
        "No mail was sent yet: the service is told of all answers together, and %(count)s remark has none.",
        "No mail was sent yet: the service is told of all answers together, and %(count)s remarks have none.",
        unanswered,
    ) % {"count": unanswered}


def _draft_items(review: Review, numbers: Iterable[int | None]) -> dict[int, DraftItem]:
    wanted = [number for number in numbers if number]
    rows: Any = ItemScore.objects.filter(review=review, item_number__in=wanted) if wanted else ()
    return {row.item_number: _draft_item(review, row) for row in rows}


def _draft_item(review: Review, row: ItemScore) -> DraftItem:
    item = review.scale.by_number[row.item_number]
    return DraftItem(
        number=str(item.number),
        title=item.sheet_title,
        score="" if row.value is None else str(row.value),
        anchor="" if row.value is None else item.anchor(row.value),
        evidence=row.evidence,
    )
