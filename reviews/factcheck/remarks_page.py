"""Read model of the page of remarks: what the service wrote, beside what it is about, item by item."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from reviews.access import may_remark
from reviews.factcheck.forms import AnswerForm
from reviews.factcheck.status import FactCheck, facts_of
from reviews.models import ItemScore, Remark, Review, User
from reviews.workflow import ITS_EVALUATORS_AND_COORDINATORS


@dataclass(frozen=True)
class Context:
    """What the draft says of an item: its score ("" without), the anchor of that score, the evidence."""

    number: str
    title: str
    score: str
    anchor: str
    evidence: str


@dataclass(frozen=True)
class Line:
    """One remark. `form` is there for who answers, with what was typed where that could not be saved
    (`is_open`); `may_change` for its author, while it can be changed."""

    remark: Remark
    kind: str
    is_fact: bool
    form: AnswerForm | None
    is_open: bool
    may_change: bool


@dataclass(frozen=True)
class Group:
    """The remarks on one item, or on the report as a whole, where there is no context."""

    context: Context | None
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class RemarksPage:
    """All remarks on a review, in the scale's order; `chosen` is the item that the reader came from to remark on it."""

    facts: FactCheck
    groups: tuple[Group, ...]
    chosen: Context | None
    may_remark: bool
    may_answer: bool
    may_set_day: bool


def remarks_page(review: Review, user: User, item: int | None = None, typed: AnswerForm | None = None) -> RemarksPage:
    """Return the page for a person, with the item they came from and an answer that was typed and not saved.

    At most four queries, however many remarks there are.
    """
    facts, may_write = facts_of(review), may_remark(user, review)
    remarks = list(Remark.objects.filter(review=review).select_related("by", "answered_by").order_by("pk"))
    may_answer = review.takes_part and not review.is_final
    contexts = _contexts(review, {remark.item_number for remark in remarks} | ({item} if may_write else set()))

    def line(remark: Remark) -> Line:
        is_typed = typed is not None and typed.remark.pk == remark.pk
        return Line(
            remark=remark,
            kind=str(remark.get_kind_display()),
            is_fact=remark.kind == Remark.Kind.FACT,
            form=(typed if is_typed else AnswerForm(remark, initial={"answer": remark.answer})) if may_answer else None,
            is_open=is_typed or not remark.answer,
            may_change=may_write and remark.by_id == user.pk and not remark.answer,
        )

    by_item: dict[int | None, list[Line]] = {}
    for remark in remarks:
        by_item.setdefault(remark.item_number, []).append(line(remark))
    order = [None, *(each.number for each in review.scale.items)]
    return RemarksPage(
        facts=facts,
        groups=tuple(Group(contexts.get(number or 0), tuple(by_item[number])) for number in order if number in by_item),
        chosen=contexts.get(item or 0) if may_write else None,
        may_remark=may_write,
        may_answer=may_answer,
        may_set_day=review.is_handed_out and bool(ITS_EVALUATORS_AND_COORDINATORS & review.parties),
    )


def context_of(review: Review, number: int | None) -> Context | None:
    """Return what the draft says of one item; None of the report as a whole. One query at most."""
    return _contexts(review, {number}).get(number or 0)


def _contexts(review: Review, numbers: Iterable[int | None]) -> dict[int, Context]:
    wanted = [number for number in numbers if number]
    rows: Any = ItemScore.objects.filter(review=review, item_number__in=wanted) if wanted else ()
    return {row.item_number: _context(review, row) for row in rows}


def _context(review: Review, row: ItemScore) -> Context:
    item = review.scale.by_number[row.item_number]
    return Context(
        number=str(item.number),
        title=item.sheet_title,
        score="" if row.value is None else str(row.value),
        anchor="" if row.value is None else item.anchor(row.value),
        evidence=row.evidence,
    )
