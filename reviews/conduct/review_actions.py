"""What the reader of a review can do and read, as the actions and the tabs of its page; rare things are in "More"."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ipsfidelity.addresses import address
from reviews.actionplan.plan_page import PlanSummary
from reviews.components.links import Action, ActionBar, Download, Tab
from reviews.conduct.cancelling import cancellation_of
from reviews.factcheck.status import FactCheck
from reviews.models import Review
from reviews.workflow import DISCUSS, MAY_CHANGE_PLAN, MAY_CORRECT, REOPEN, Transition

REOPEN_FORM = "take-back"  # the id of the form that the button submits
BACKWARD = frozenset({REOPEN, DISCUSS})


@dataclass(frozen=True)
class NextSteps:
    """What the state of a review allows its reader.

    `may_submit`: the reader's own ratings are complete and not submitted. `may_reopen_ratings`: they are submitted, and
    those of another evaluator are not. `transitions` need nothing more. `is_corrected`: a correction was opened.
    """

    continue_url: str
    is_begun: bool
    facts: FactCheck
    may_remark: bool
    may_reopen_ratings: bool
    may_submit: bool
    transitions: tuple[Transition, ...]
    is_corrected: bool
    plan: PlanSummary


def action_bar(review: Review, steps: NextSteps) -> ActionBar:
    """Return the actions of a review's page. What the reader does next is primary."""
    actions = list(_next_steps(review, steps))
    if actions:
        actions[0] = replace(actions[0], is_primary=not actions[0].form)
    if review.takes_part and review.is_scorable:
        actions.append(Action(_("Quick notes"), _url("quick_notes", review)))
    return ActionBar(actions, tuple(_downloads(review)), tuple(_more(review, steps)))


def review_tabs(review: Review, plan: PlanSummary) -> tuple[Tab, ...]:
    """Return the pages of a review that its reader may open."""
    labels = {"review": _("Review"), "report": _("Report"), "sheet": _("Score sheet")}
    if plan.open_actions and not plan.may_keep:
        labels["plan"] = _plan_label(plan)
    if review.takes_part:
        labels["interviews"] = _("Interviews")
    labels["evidence"] = _("Evidence")
    if review.is_rated_apart and not review.is_blind and (review.takes_part or review.coordinated):
        labels["consensus"] = _("Ratings and agreement")
    labels["history"] = _("History")
    return tuple(Tab(label, _url(name, review), name == "review") for name, label in labels.items())


def _next_steps(review: Review, steps: NextSteps) -> Iterator[Action]:
    """Yield what the reader does next, the most pressing first."""
    if steps.may_remark:
        label = _("Check the facts until %(date)s") % {"date": steps.facts.until_words}
        yield Action(label, steps.facts.url)
    if review.takes_part and review.is_handed_out and steps.facts.unanswered:
        yield Action(_("Answer the remarks of the service"), steps.facts.url)
    for transition in steps.transitions:
        if transition not in BACKWARD:
            yield Action(f"{transition.label} …", review.transition_url(transition))
    if review.is_in_consensus and review.takes_part:
        yield Action(_("Consensus"), _url("consensus", review))
    elif review.scorable_by_reader and steps.continue_url:
        yield Action(_("Continue scoring") if steps.is_begun else _("Start scoring"), steps.continue_url)
    if steps.may_submit:
        yield Action(f"{_('Hand in my ratings')} …", _url("hand_in", review))
    if steps.may_reopen_ratings:
        yield Action(_("Take my ratings back"), form=REOPEN_FORM)
    if steps.plan.may_keep:
        yield Action(_plan_label(steps.plan), _url("plan", review))


def _downloads(review: Review) -> Iterator[Download]:
    signed = review.finalised_at if review.has_stored_pdf else None
    hint = _("signed %(day)s") % {"day": date_format(timezone.localdate(signed), "DATE_FORMAT")} if signed else ""
    yield Download("PDF", _("Report"), _url("report_pdf", review))
    if review.is_valid:
        yield Download(
            "PDF", _("Result for the wall"), _url("wall_pdf", review), _("one page, drawn, with three actions")
        )
    yield Download("PDF", _("Score sheet"), _url("sheet_pdf", review), hint)
    yield Download("Word", _("Report to write on in"), _url("report_docx", review))
    yield Download("JSON", _("Data for programs"), _url("sheet_json", review))


def _more(review: Review, steps: NextSteps) -> Iterator[Action]:
    if review.scorable_by_reader and not review.is_in_consensus:
        yield Action(_("Enter a paper sheet"), _url("entry", review))
    if review.is_valid:
        yield Action(_("Result for the wall"), _url("wall", review))
    if review.has_stored_pdf:
        yield Action(_("Check a PDF"), _url("verify", review))
    for transition in steps.transitions:
        if transition in BACKWARD:
            yield Action(f"{transition.label} …", review.transition_url(transition))
    if MAY_CHANGE_PLAN & review.acting_as and not review.is_closed:
        yield Action(f"{_('Change the plan')} …", _url("change_plan", review))
        yield Action(f"{cancellation_of(review).label} …", _url("cancel", review))
    if review.is_valid and not steps.is_corrected and MAY_CORRECT & review.acting_as:
        yield Action(f"{_('Correct a mistake')} …", _url("correct", review))


def _plan_label(plan: PlanSummary) -> str:
    if plan.open_actions == "0":
        return _("Action plan")
    return _("Action plan (%(n)s open)") % {"n": plan.open_actions}


def _url(name: str, review: Review) -> str:
    return address(name, review.code)
