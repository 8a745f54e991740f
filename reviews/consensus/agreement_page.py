"""The read model of how far the evaluators of one review agreed before consensus, for the consensus page."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reviews.consensus.agreement import FEWEST, Agreement, Unit, agreement, units_of
from reviews.consensus.agreement_words import Figure, coefficient_figures, few_items_note, plain_figures
from reviews.consensus.coefficients import Reason, coefficients
from reviews.models import Review

ScoresByItem = dict[int, int]


@dataclass(frozen=True)
class ReviewAgreement:
    """The agreement of one review.

    `nothing_compared` says why there are no figures, "" if there are. `notes` are sentences on what limits the figures.
    """

    nothing_compared: str
    plain: tuple[Figure, ...]
    coefficients: tuple[Figure, ...]
    notes: tuple[str, ...]


def review_agreement(review: Review, names: Sequence[str], ratings: Sequence[ScoresByItem]) -> ReviewAgreement:
    """Return the agreement of a review. `ratings` holds the scores of each evaluator, by item, as `names` are ordered.

    Takes about 7 ms for two evaluators, nearly all of it for the intervals.
    """
    units = units_of(ratings)
    figures = agreement(units.values())
    if nothing := _nothing_compared(ratings, figures):
        return ReviewAgreement(nothing, (), (), ())
    chance_corrected = coefficients([[unit] for unit in units.values()])
    all_alike = chance_corrected.alpha.reason is Reason.ONE_SCORE  # said by alpha itself
    notes = (
        _raters_note(ratings),
        _left_out_note(review, units),
        *([] if all_alike else map(_constant_note, names, ratings)),
        few_items_note(chance_corrected, figures.n),
    )
    return ReviewAgreement(
        nothing_compared="",
        plain=plain_figures(figures),
        coefficients=coefficient_figures(chance_corrected),
        notes=tuple(filter(None, notes)),
    )


def _nothing_compared(ratings: Sequence[ScoresByItem], figures: Agreement) -> str:
    if len(ratings) < FEWEST:
        return _("One set of ratings was handed in: there is nothing to compare.")
    return "" if figures.n else _("No item was scored by two evaluators: there is nothing to compare.")


def _raters_note(ratings: Sequence[ScoresByItem]) -> str:
    if len(ratings) == FEWEST:
        return ""
    return _(
        "%(count)s evaluators rated. A score counts as the same only if all gave it; the distance is the mean of all "
        "pairs of evaluators."
    ) % {"count": len(ratings)}


def _left_out_note(review: Review, units: dict[int, Unit]) -> str:
    """Return a sentence that names the items with fewer than two scores, "" if there are none."""
    left_out = [str(item.number) for item in review.scale.items if len(units.get(item.number, ())) < FEWEST]
    sentence = ngettext(
        "Not compared, because fewer than two evaluators scored it: item %(numbers)s.",
        "Not compared, because fewer than two evaluators scored them: items %(numbers)s.",
        len(left_out),
    )
    return sentence % {"numbers": ", ".join(left_out)} if left_out else ""


def _constant_note(name: str, scores: ScoresByItem) -> str:
    """Return a sentence on an evaluator who gave all of several items one score, otherwise ""."""
    values = set(scores.values())
    if len(scores) == 1 or len(values) != 1:
        return ""
    return _(
        "%(name)s gave every item the score %(score)s. Alpha becomes low by that alone, even where the scores are "
        "close: read the counts above."
    ) % {"name": name, "score": values.pop()}
