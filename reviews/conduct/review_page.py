"""Read model of a review's own page: its result or progress, its course, what is missing, and what the reader can do.

The template loops over what is handed over here and asks nothing. `review_actions.py` decides what the reader can do,
`review_course.py` what the course says, `review_notices.py` what they must not miss.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ipsfidelity.addresses import address
from ipsfidelity.prepared import prepared
from reviews.access import may_remark
from reviews.actionplan.plan_page import PlanSummary
from reviews.components.course import CourseStep, course_of
from reviews.components.last_review import LastReview, last_review
from reviews.components.links import Action as Link
from reviews.components.links import ActionBar, Fact, Notice, Tab
from reviews.components.result import (
    ProgressHero,
    ResultHero,
    progress_bar,
    result_hero,
)
from reviews.conduct.cached_fragments import NOTED, listed_item
from reviews.conduct.completeness import Completeness, completeness_of, submitted_values
from reviews.conduct.item_page import item_url
from reviews.conduct.review_actions import NextSteps, action_bar, review_tabs
from reviews.conduct.review_course import CANCELLING, Needs, course_lines, events_of
from reviews.conduct.review_notices import Handover, notices_of
from reviews.conduct.score_target import ReadableRow, readable_rows
from reviews.conduct.signing import first_day_to_sign
from reviews.factcheck.status import FactCheck, fact_check_of
from reviews.fields import AWAITING
from reviews.models import Review, ReviewEvaluator, User
from reviews.models.names import name_columns
from reviews.records.corrections import correction_notes
from reviews.records.handing_out import handing_out_in, names_of
from reviews.schedule.preparation_page import preparation_words
from reviews.sheets.attribution import ImportOrigin, evaluators_and_origin
from reviews.workflow import FINALISE, EvaluatorPart, Requirement, Transition
from scales.definition import Scale
from scales.scoring import Result, score


@dataclass(frozen=True)
class ListedSection:
    """A section of the list with the mark-up of its items. `sum` is "" until all of them have a score."""

    name: str
    sum: str
    max: str
    items: tuple[SafeString, ...]


@dataclass(frozen=True)
class ListedEvaluator:
    """One of the review's evaluators. `rated` is the number of items while each rates alone, else None."""

    name: str
    note: str
    rated: int | None
    has_submitted: bool


@dataclass(frozen=True)
class ToDo:
    """Something that keeps the review from going on. The words of the link are in `language`."""

    label: str
    url: str
    language: str
    lacks: str


@dataclass(frozen=True)
class ReviewPage:
    """The page of a review for one reader: either `result` or `progress` is None. `since` is "November 2024"."""

    review: Review
    bar: ActionBar
    tabs: tuple[Tab, ...]
    result: ResultHero | None
    progress: ProgressHero | None
    course: tuple[CourseStep, ...]
    notices: tuple[Notice, ...]
    to_do: tuple[ToDo, ...]
    sections: tuple[ListedSection, ...]
    count: str
    since: str
    facts: tuple[Fact, ...]
    may_reopen_ratings: bool


def review_page(review: Review, user: User, plan: PlanSummary) -> ReviewPage:
    """Return the page of a review for a reader.

    Five to fourteen queries: scores, evaluators, events, submitted ratings, remarks and whether the reader can remark,
    the last comparable review once there is a total, the review that this one corrects and why, its correction,
    whether the reader may know of these two, the preparation, the names of those who were told of the draft, and for a
    planned review a newer edition.
    """
    scale, rows, events = review.scale, readable_rows(review, user), events_of(review)
    result = score(scale, {number: row.value for number, row in rows.items()})
    completeness = completeness_of(review, rows.values(), submitted_values(review) if review.is_in_consensus else {})
    last = last_review(review) if result.total is not None and not review.is_blind else None
    evaluators, origin = _evaluators_and_origin(review)
    first_day = first_day_to_sign(review)
    sign_from = date_format(first_day, "DATE_FORMAT") if first_day and FINALISE in review.transitions else ""
    handing_out = handing_out_in(events)
    told = None if handing_out.told is None else names_of(handing_out.told)
    facts = fact_check_of(review)
    correction = review.correction if review.is_final else None
    visible_correction = correction and Review.objects.visible_to(user).filter(pk=correction.pk).first()
    cancelled = next((event for event in reversed(events) if event.type in CANCELLING), None)
    reads_steps = review.takes_part or review.coordinated
    preparation = preparation_words(review) if reads_steps else ""
    may_reopen = review.is_scorable and review.is_blind and review.takes_part and review.has_submitted
    steps = NextSteps(
        continue_url=_continue_url(review, completeness),
        is_begun=bool(result.scored),
        facts=facts,
        may_remark=may_remark(user, review),
        may_reopen_ratings=may_reopen,
        may_submit=review.is_blind and review.scorable_by_reader and completeness.may_be_submitted,
        transitions=tuple(_possible_transitions(review, completeness, first_day)),
        is_corrected=correction is not None,
        plan=plan,
    )
    handover = Handover(told, handing_out.no_check_reason, sign_from)
    progress = None if result.total is not None and not review.is_blind else _progress(review, result, evaluators)
    return ReviewPage(
        review=review,
        bar=action_bar(review, steps),
        tabs=review_tabs(review, plan),
        result=None if progress else result_hero(scale, result, last.result(scale) if last else None),
        progress=progress,
        course=course_of(review, course_lines(review, events, Needs(sign_from, told))),
        notices=notices_of(
            review,
            handover=handover,
            correction=visible_correction,
            corrects=correction_notes([review], user).get(review.pk),
            cancelled=cancelled,
            origin=origin,
        ),
        to_do=() if review.is_cancelled else tuple(_to_do(review, completeness, facts)),
        sections=tuple(_sections(review, result, rows, last)),
        count=str(len(scale.items)),
        since=date_format(last.visit_start, "YEAR_MONTH_FORMAT") if last else "",
        facts=(
            *_facts(review, evaluators, plan),
            *_facts_of_work(review, facts, handover, preparation),
        ),
        may_reopen_ratings=may_reopen,
    )


def _evaluators_and_origin(review: Review) -> tuple[tuple[ListedEvaluator, ...], ImportOrigin | None]:
    """Return the evaluators and None; for an imported review, the names in its file and the origin of the file."""
    if not review.is_imported:
        return _evaluators(review), None
    names, origin = evaluators_and_origin(review)
    return tuple(ListedEvaluator(name, "", None, has_submitted=False) for name in names), origin


def _evaluators(review: Review) -> tuple[ListedEvaluator, ...]:
    """Return the evaluators with their progress, which every reader may know. One query."""
    participations = _participations(review.pk, counts_ratings=review.is_blind)
    if not review.is_blind:
        return tuple(
            ListedEvaluator(
                str(row.user),
                _("third person") if row.part == EvaluatorPart.DECIDES else "",
                None,
                row.submitted_at is not None,
            )
            for row in participations
        )
    return tuple(_rating_evaluator(review, row) for row in participations)


@prepared
def _participations(review: int, *, counts_ratings: bool) -> QuerySet[ReviewEvaluator]:
    rows = ReviewEvaluator.objects.filter(review=review).select_related("user")
    rows = rows.only("review", "part", "submitted_at", *name_columns("user"))
    return rows.annotate(rated=Count("ratings__value")) if counts_ratings else rows


def _rating_evaluator(review: Review, row: Any) -> ListedEvaluator:
    has_submitted = row.submitted_at is not None
    values = {"rated": str(row.rated), "count": str(len(review.scale.items))}
    note = _("handed in") if has_submitted else _("%(rated)s of %(count)s") % values
    return ListedEvaluator(str(row.user), note, row.rated, has_submitted)


def _continue_url(review: Review, completeness: Completeness) -> str:
    """Return where the reader goes on scoring: the first item without a score, or else without a reason."""
    open_items = completeness.unscored or tuple(sorted(completeness.without_reason))
    return item_url(review, open_items[0]) if open_items else ""


def _possible_transitions(review: Review, completeness: Completeness, first_day: date | None) -> Iterator[Transition]:
    """Yield the transitions that need nothing more. `first_day` is when signing becomes possible, None if it is."""
    for transition in review.transitions:
        is_complete = completeness.is_complete or Requirement.EVERY_SCORE not in transition.needs
        if is_complete and not (first_day and transition == FINALISE):
            yield transition


def _progress(review: Review, result: Result, evaluators: Sequence[ListedEvaluator]) -> ProgressHero:
    """Return how far the review is: for others than its evaluators, while these rate alone, only who has handed in."""
    count = str(result.count)
    if review.is_blind and not review.takes_part:
        done, of = sum(evaluator.has_submitted for evaluator in evaluators), str(len(evaluators))
        bars = tuple(progress_bar(each.name, each.rated or 0, result.count) for each in evaluators)
        return ProgressHero(str(done), _("of %(count)s handed in") % {"count": of}, (), bars, "")
    lines = [_("sum so far %(sum)s") % {"sum": str(result.sum_so_far)}] if result.scored else []
    if review.is_blind:
        bars = tuple(progress_bar(each.name, each.rated or 0, result.count) for each in evaluators)
        return ProgressHero(str(result.scored), _("of %(count)s scored") % {"count": count}, tuple(lines), bars, "")
    missing = frozenset(result.missing)
    bars = tuple(
        progress_bar(section.name, sum(item.number not in missing for item in section.items), len(section.items))
        for section in review.scale.sections
    )
    words = _("of %(count)s scored") % {"count": count}
    return ProgressHero(str(result.scored), words, tuple(lines), bars, review.scale.language)


def _to_do(review: Review, completeness: Completeness, facts: FactCheck) -> Iterator[ToDo]:
    if review.takes_part and not review.is_closed and facts.unanswered:
        yield ToDo(_("Answer the remarks of the service"), facts.url, "", facts.unanswered_words)
    for awaited in completeness.awaited:
        by = _("by %(day)s") % {"day": date_format(awaited.by, "DATE_FORMAT")} if awaited.by else ""
        details = " · ".join(filter(None, (awaited.what, awaited.who, by)))
        yield _item_to_do(review, awaited.number, ": ".join(filter(None, (_("not enough data yet"), details))))
    for number in completeness.unexplained:
        yield _item_to_do(review, number, _("the score is not the suggested one; say why"))
    for number in completeness.undecided:
        yield _item_to_do(review, number, _("you had rated it differently; say why this score"))


def _item_to_do(review: Review, number: int, lacks: str) -> ToDo:
    """Return an open item with the address where the reader can score it, or else see it on the score sheet."""
    url = item_url(review, number) if review.scorable_by_reader else address("sheet", review.code)
    title = review.scale.by_number[number].title
    return ToDo(f"{number} {title}", url, review.scale.language, lacks)


def _sections(
    review: Review, result: Result, rows: Mapping[int, ReadableRow], last: LastReview | None
) -> Iterator[ListedSection]:
    """Yield the sections with their items. The last scores appear once all items have one: they would influence."""
    language, scores = get_language() or "", last.scores if last else {}
    for section, sums in zip(review.scale.sections, result.sections, strict=True):
        yield ListedSection(
            section.name,
            "" if sums.sum is None else str(sums.sum),
            str(sums.max),
            tuple(
                listed_item(
                    review.scale,
                    item.number,
                    _shown_value(rows[item.number]),
                    scores.get(item.number),
                    language,
                    is_scorable=review.scorable_by_reader,
                )
                for item in section.items
            ),
        )


def _shown_value(row: ReadableRow) -> int | str | None:
    """Return what the list shows of an item: its score, or why it has none."""
    if row.value is None and row.awaiting:
        return AWAITING
    return NOTED if row.value is None and row.evidence else row.value


def _facts(review: Review, evaluators: Sequence[ListedEvaluator], plan: PlanSummary) -> Iterator[Fact]:
    """Yield what the review is, and what follows from it."""
    yield Fact(_("Status"), (_status(review),))
    names = tuple(f"{each.name} ({each.note})" if each.note else each.name for each in evaluators) or ("–",)
    change = Link(_("Change"), address("change_plan", review.code))
    yield Fact(_("Evaluators"), names, action=change if review.coordinated and not review.is_closed else None)
    if not review.is_imported:
        yield Fact(_("Method"), (_capitalised(review.get_method_display()),))
    if review.period_start and review.period_end:
        period = f"{date_format(review.period_start, 'DATE_FORMAT')} – {date_format(review.period_end, 'DATE_FORMAT')}"
        yield Fact(_("Period looked at"), (period,))
    yield _scale_fact(review.scale)
    if plan.next_due:
        due = Link(_("Change"), address("due", review.code)) if review.coordinated else None
        yield Fact(_("Next review due"), (plan.next_due,), action=due)
    if plan.previous_plan:
        url = address("plan_before", review.code)
        yield Fact(_("Action plan of the last review"), (_capitalised(plan.previous_plan),), url=url)


def _facts_of_work(review: Review, facts: FactCheck, handover: Handover, preparation: str) -> Iterator[Fact]:
    """Yield how the work on the review stands."""
    if (review.takes_part or review.coordinated) and (preparation or not review.is_closed):
        words = preparation or _("no steps yet")
        yield Fact(_("Preparation"), (words,), url=address("preparation", review.code))
    if facts.is_shown:
        yield Fact(_("Remarks of the service"), (_capitalised(facts.sentence),), url=facts.url)
    if review.is_handed_out and handover.no_check_reason:
        yield Fact(_("Why there is no factual check"), (handover.no_check_reason,))


def _status(review: Review) -> str:
    words = str(review.get_status_display())
    if review.is_imported:
        return f"{words}, {_('imported')}"
    if review.finalised_at is None:
        return words
    return f"{words}, {date_format(timezone.localdate(review.finalised_at), 'DATE_FORMAT')}"


def _scale_fact(scale: Scale) -> Fact:
    url = address("scale", scale.slug)
    return Fact(_("Scale"), (f"{scale.title} ({scale.version})",), url=url, language=scale.language)


def _capitalised(words: object) -> str:
    return str(words)[:1].upper() + str(words)[1:]
