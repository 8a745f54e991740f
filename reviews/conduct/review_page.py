"""Read model of a review's own page: its status, its result, what is missing and what the reader can do next."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from reviews.access import may_remark
from reviews.conduct.cancelling import cancellation_of
from reviews.conduct.completeness import AwaitedItem, Completeness, completeness_of, submitted_values
from reviews.conduct.item_page import item_url
from reviews.conduct.newer_editions import NewerEdition, newer_edition_of
from reviews.conduct.score_target import readable_rows
from reviews.conduct.signing import first_day_to_sign
from reviews.factcheck.status import FactCheck, fact_check_of
from reviews.models import Review, ReviewEvent, User
from reviews.models.scores import Judgement
from reviews.records.corrections import CorrectionNote, cancellation_event, correction_notes
from reviews.records.handing_out import HandingOut, handing_out_of, names_of
from reviews.schedule.preparation_page import preparation_words
from reviews.sheets.sheet import ImportOrigin, evaluators_and_origin
from reviews.wording import Progress
from reviews.workflow import FINALISE, MAY_CHANGE_PLAN, MAY_CORRECT, EvaluatorPart, Requirement, Transition
from scales.definition import Item, Scale
from scales.scoring import Result, SectionResult, score


@dataclass(frozen=True)
class ListedItem:
    """One item in the page's list. Numbers are text, because templates would localise them."""

    number: str
    title: str
    value: str
    has_evidence: bool
    awaiting: bool


@dataclass(frozen=True)
class ListedEvaluator:
    """One of the review's evaluators. `progress` is "12 of 15" while each rates alone, else ""."""

    name: str
    decides: bool
    progress: str
    has_submitted: bool


@dataclass(frozen=True)
class OpenItem:
    """An item that keeps the review from being complete. `awaited` is None unless the item awaits data."""

    item: Item
    url: str
    awaited: AwaitedItem | None


@dataclass(frozen=True)
class ReviewPage:
    """The page of a review for one reader.

    `may_submit`: the reader's own ratings are complete and not submitted. `may_reopen_ratings`: they are submitted, and
    those of another evaluator are not. `may_enter`: the reader can enter the scores of a paper sheet. `preparation` is
    "3 of 12 done", or "" if there are no steps or the reader may not see them. `sign_from` is the last day of the visit
    if only that is ahead of the signature, else "". While the draft report is handed out, `readers` says who was told,
    and `no_check_reason` why there is no factual check. `cancellation` is the transition by which the reader can cancel
    the review, None if they cannot; who can cancel it can also change its plan. `cancelled` is the event that says why
    it was cancelled.
    """

    review: Review
    evaluators: tuple[ListedEvaluator, ...]
    result: Result
    band_rank: int
    progress: Progress
    completeness: Completeness
    awaited: tuple[OpenItem, ...]
    unexplained: tuple[OpenItem, ...]
    undecided: tuple[OpenItem, ...]
    sections: tuple[tuple[SectionResult, tuple[ListedItem, ...]], ...]
    continue_url: str
    preparation: str
    may_submit: bool
    may_reopen_ratings: bool
    may_enter: bool
    transitions: tuple[Transition, ...]
    may_correct: bool
    sign_from: str
    cancellation: Transition | None
    cancelled: ReviewEvent | None
    facts: FactCheck
    readers: str
    no_check_reason: str
    may_remark: bool
    corrects: CorrectionNote | None
    corrected_by: Review | None
    origin: ImportOrigin | None

    @property
    def newer_edition(self) -> NewerEdition | None:
        """The edition to which the reader can change a planned review over. One query at most."""
        may_change = self.review.takes_part or self.review.coordinated
        return newer_edition_of(self.review) if may_change else None

    @property
    def must_answer(self) -> bool:
        """Whether the reader is an evaluator and a remark of the service has no answer yet."""
        return self.review.takes_part and not self.review.is_closed and self.facts.unanswered > 0


def review_page(review: Review, user: User) -> ReviewPage:
    """Return the page of a review for a reader.

    Four to twelve queries: scores, evaluators, submitted ratings, remarks and whether the reader can remark, the review
    that this one corrects and why, its correction, whether the reader may know of these two, the preparation, for a
    draft how it was handed out and the names of those who were told, and for a planned review a newer edition, which
    the template asks for.
    """
    scale, rows = review.scale, readable_rows(review, user)
    result = score(scale, {number: row.value for number, row in rows.items()})
    completeness = completeness_of(review, rows.values(), submitted_values(review) if review.is_in_consensus else {})
    visible = Review.objects.visible_to(user)
    correction = review.correction if review.is_final else None
    evaluators, origin = _evaluators_and_origin(review)
    first_day = first_day_to_sign(review)
    handing_out = handing_out_of(review) if review.is_handed_out else HandingOut()
    return ReviewPage(
        review=review,
        evaluators=evaluators,
        result=result,
        band_rank=scale.rank(result.band) if result.band else 0,
        progress=Progress.of(result),
        completeness=completeness,
        awaited=tuple(_open_item(review, awaited.number, awaited) for awaited in completeness.awaited),
        unexplained=tuple(_open_item(review, number) for number in completeness.unexplained),
        undecided=tuple(_open_item(review, number) for number in completeness.undecided),
        sections=_sections(scale, result, rows),
        continue_url=item_url(review, completeness.unscored[0]) if completeness.unscored else "",
        preparation=preparation_words(review) if review.takes_part or review.coordinated else "",
        may_submit=review.is_blind and review.scorable_by_reader and completeness.may_be_submitted,
        may_reopen_ratings=review.is_scorable and review.is_blind and review.takes_part and review.has_submitted,
        may_enter=review.scorable_by_reader and not review.is_in_consensus,
        transitions=tuple(_possible_transitions(review, completeness, first_day)),
        may_correct=review.is_valid and correction is None and bool(MAY_CORRECT & review.acting_as),
        sign_from=date_format(first_day, "DATE_FORMAT") if first_day and FINALISE in review.transitions else "",
        cancellation=cancellation_of(review) if MAY_CHANGE_PLAN & review.acting_as and not review.is_closed else None,
        cancelled=cancellation_event(review),
        facts=fact_check_of(review),
        readers=_readers(handing_out),
        no_check_reason=handing_out.no_check_reason,
        may_remark=may_remark(user, review),
        corrects=correction_notes([review], user).get(review.pk),
        corrected_by=visible.filter(pk=correction.pk).first() if correction else None,
        origin=origin,
    )


def _evaluators_and_origin(review: Review) -> tuple[tuple[ListedEvaluator, ...], ImportOrigin | None]:
    """Return the evaluators and None; for an imported review, the names in its file and the origin of the file."""
    if not review.is_imported:
        return _evaluators(review), None
    names, origin = evaluators_and_origin(review)
    return tuple(ListedEvaluator(name, decides=False, progress="", has_submitted=False) for name in names), origin


def _sections(
    scale: Scale, result: Result, rows: Mapping[int, Judgement]
) -> tuple[tuple[SectionResult, tuple[ListedItem, ...]], ...]:
    return tuple(
        (sums, tuple(_listed_item(item, rows[item.number]) for item in section.items))
        for section, sums in zip(scale.sections, result.sections, strict=True)
    )


def _possible_transitions(review: Review, completeness: Completeness, first_day: date | None) -> Iterator[Transition]:
    """Yield the transitions that need nothing more. `first_day` is when signing becomes possible, None if it is."""
    for transition in review.transitions:
        is_complete = completeness.is_complete or Requirement.EVERY_SCORE not in transition.needs
        if is_complete and not (first_day and transition == FINALISE):
            yield transition


def _readers(handing_out: HandingOut) -> str:
    """Return who was told of the draft report, "" if that is not on record. At most one query."""
    if handing_out.told is None:
        return ""
    return ", ".join(names_of(handing_out.told)) or _("nobody by mail")


def _evaluators(review: Review) -> tuple[ListedEvaluator, ...]:
    """Return the evaluators with their progress, which every reader may know. One query."""
    participations = review.participations.select_related("user")
    if not review.is_blind:
        return tuple(
            ListedEvaluator(str(row.user), decides=row.part == EvaluatorPart.DECIDES, progress="", has_submitted=False)
            for row in participations
        )
    count = str(len(review.scale.items))
    return tuple(
        ListedEvaluator(
            str(row.user),
            decides=False,
            progress=_("%(rated)s of %(count)s") % {"rated": row.rated, "count": count},
            has_submitted=row.submitted_at is not None,
        )
        for row in participations.annotate(rated=Count("ratings__value"))
    )


def _listed_item(item: Item, row: Judgement) -> ListedItem:
    return ListedItem(
        number=str(item.number),
        title=item.title,
        value=str(row.value or ""),
        has_evidence=bool(row.evidence),
        awaiting=row.awaiting,
    )


def _open_item(review: Review, number: int, awaited: AwaitedItem | None = None) -> OpenItem:
    """Return an open item with the address where the reader can score it, or else see it on the score sheet."""
    url = item_url(review, number) if review.scorable_by_reader else ""
    return OpenItem(review.scale.by_number[number], url or reverse("sheet", args=[review.code]), awaited)
