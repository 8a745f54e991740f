"""Read models of the pages on which a draft report is handed out and a review is signed. They never write."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from reviews.conduct.completeness import Completeness, completeness_of_scores
from reviews.conduct.incomplete_items import IncompleteItem, incomplete_items
from reviews.conduct.unprintable import UnprintableText, unprintable_texts
from reviews.fact_check_form import ASK, WITHOUT
from reviews.factcheck.deadline import proposed_deadline
from reviews.factcheck.notifications import draft_recipients
from reviews.models import Review, User
from reviews.models.events import LONGEST_COMMENT
from reviews.models.names import ByName
from reviews.records import chain
from reviews.records.corrections import correction_reason
from reviews.records.handing_out import handing_out_of
from reviews.sheets.evidence_gaps import EvidenceGaps, gaps_of
from reviews.sheets.sheet import Sheet, sheet_of
from reviews.workflow import DISCUSS, REOPEN, Transition


@dataclass(frozen=True)
class TransitionPage:
    """The page of a transition. `seen` is the head of the chain that it shows, so that nobody signs a later change."""

    review: Review
    transition: Transition
    seen: str
    sheet: Sheet


@dataclass(frozen=True)
class CompletenessPage(TransitionPage):
    """The page of a transition for which every item needs a score. `items` are those that lack something."""

    completeness: Completeness
    gaps: EvidenceGaps
    items: tuple[IncompleteItem, ...]
    unprintable: tuple[UnprintableText, ...]
    send_back_url: str


@dataclass(frozen=True)
class Readers:
    """Who reads a draft report once it is handed out.

    With a factual check, `told` are mailed, and the `untold` can read the draft but have no address for mail. Without
    one, `told_anyway` are mailed, because their remarks were answered. If nobody leads the organisation, all three are
    empty: a team leader can be invited at `invite_url`, which is "" if the evaluator has to ask one of `coordinators`.
    """

    told: tuple[str, ...]
    untold: tuple[str, ...]
    told_anyway: tuple[str, ...]
    invite_url: str
    coordinators: tuple[str, ...]

    @property
    def exist(self) -> bool:
        """Whether anybody leads the organisation."""
        return bool(self.told or self.untold)


def transition_page(review: Review, transition: Transition) -> TransitionPage:
    """Return the page of a transition that needs no scores."""
    return TransitionPage(review, transition, chain.head(review), sheet_of(review))


def completeness_page(review: Review, transition: Transition) -> CompletenessPage:
    """Return the page of a transition for which every item needs a score."""
    seen, sheet, completeness = chain.head(review), sheet_of(review), completeness_of_scores(review)
    gaps, back = gaps_of(sheet), DISCUSS if review.is_rated_apart else REOPEN
    items = incomplete_items(review, completeness, gaps)
    url = "" if review.is_scorable else review.transition_url(back)
    unprintable = unprintable_texts(review, sheet)
    return CompletenessPage(review, transition, seen, sheet, completeness, gaps, items, unprintable, url)


def readers_of_draft(review: Review) -> Readers:
    """Return who will read the draft report of a review. Three to five queries."""
    leaders = User.objects.leaders_of(review.organisation).filter(is_active=True).order_by(ByName(), "pk")
    told = draft_recipients(review, proposed_deadline())
    network, is_led = review.organisation.network, bool(leaders)
    invite_url = f"{reverse('invite', args=[network.code])}?organisation={review.organisation.current.code}"
    return Readers(
        told=_names(told),
        untold=_names(leader for leader in leaders if leader not in told),
        told_anyway=_names(draft_recipients(review, None)),
        invite_url=invite_url if review.coordinated and not is_led else "",
        coordinators=() if is_led else _names(User.objects.coordinators_of(network)),
    )


def no_reader_words(review: Review, *, is_asked: bool = True) -> str:
    """Return why nobody was told of a draft report or a signed review, and what to do about it. At most one query.

    `is_asked` is False if the service is not asked to check the facts, so that nobody had to be told.
    """
    if not is_asked and User.objects.leaders_of(review.organisation).filter(is_active=True).exists():
        return _("No mail was sent, because nobody is asked to check the facts. The team leader can read the report.")
    return _(
        "Nobody was told: %(organisation)s has no team leader. Ask the coordinator to invite one, or send the PDF "
        "yourself."
    ) % {"organisation": review.organisation}


def told_words(recipients: Iterable[User]) -> str:
    """Return who gets mail about a step, as a sentence that is true before the step and after it."""
    if names := ", ".join(_names(recipients)):
        return _("Mail about this goes to %(names)s.") % {"names": names}
    return _("No mail is sent about this.")


def statement(sheet: Sheet, signer: User) -> str:
    """Return in words what a person signs. The sheet is complete."""
    result = sheet.result
    return _(
        "I, %(name)s, sign the %(kind)s of %(organisation)s, %(visit)s, by %(evaluators)s: total %(total)s of %(max)s, "
        "“%(band)s”, scored by %(scale)s, %(version)s, with the notes below."
    ) % {
        "name": signer.name,
        "kind": sheet.kind_label,
        "organisation": sheet.organisation,
        "visit": sheet.visit,
        "evaluators": ", ".join(sheet.evaluators),
        "total": result.total,
        "max": result.max,
        "band": result.band and result.band.label,
        "scale": sheet.scale.title,
        "version": sheet.scale.version,
    }


def hand_out_initial(review: Review, *, is_led: bool) -> dict[str, Any]:
    """Return what the form of handing out proposes: what was decided last, or a factual check of two weeks.

    For a correction it proposes no check, with the reason for the correction: the report was checked before. If nobody
    leads the organisation, neither is proposed, so that no draft is handed out to nobody without a thought.
    """
    last, reason = handing_out_of(review), correction_reason(review)
    if reason:
        reason = _("Correction of a signed review: %(reason)s") % {"reason": reason}
    reason = last.no_check_reason or reason[:LONGEST_COMMENT]
    is_asked = review.facts_until is not None or (is_led and not reason)
    return {
        "fact_check": ASK if is_asked else WITHOUT if reason else None,
        "facts_until": proposed_deadline(),
        "no_check_reason": reason,
        "gaps_reason": last.gaps_reason,
    }


def _names(people: Iterable[User]) -> tuple[str, ...]:
    return tuple(map(str, people))
