"""Agreement figures in words: each with its value, its interval or the reason why there is none, and what it means.

Words only: `agreement.py`, `coefficients.py` and `icc.py` compute. A figure is never judged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from reviews.consensus.agreement import Agreement
from reviews.consensus.coefficients import Coefficient, Coefficients, Reason
from reviews.consensus.icc import Icc
from reviews.consensus.icc import Reason as IccReason

FEW_ITEMS = 50  # with fewer items of one review an interval is typically wider than 0.2
FEW_REVIEWS = 30
MOST_LOOKED_AT = 1_000  # reviews that were rated independently, the newest, of every scale and kind
MOST_REVIEWS = 150  # the newest: intervals are narrow by then, and what matters is how people rate today
BELOW_FULL = 0.99  # what is shown of a figure that rounds to 1 without full agreement

REASONS: Mapping[Reason | IccReason, str | Promise] = {
    Reason.NOTHING_COMPARED: gettext_lazy("Cannot be computed: no item was scored by two evaluators."),
    Reason.ONE_UNIT: gettext_lazy(
        "Cannot be computed: only one item was scored by two evaluators. At least two items are needed."
    ),
    Reason.ONE_SCORE: gettext_lazy(
        "Cannot be computed: every score is the same, so nothing shows what chance would give."
    ),
    Reason.FULL_AGREEMENT: gettext_lazy(
        "No interval: no item was scored differently, so nothing shows how much the figure could vary."
    ),
    Reason.SAME_IN_EVERY_SAMPLE: gettext_lazy("No interval: any selection of the items gives the same figure."),
    Reason.RARELY_VARIES: gettext_lazy("No interval: nearly all scores are the same, which is too little for one."),
    IccReason.TOO_FEW_TARGETS: gettext_lazy(
        "Cannot be computed: fewer than two reviews have all items scored by two evaluators."
    ),
    IccReason.NOTHING_VARIES: gettext_lazy("Cannot be computed: all totals are the same."),
    IccReason.TARGETS_ALIKE: gettext_lazy(
        "No interval: the reviews have the same mean total, so that only the evaluators differ."
    ),
    IccReason.FULL_AGREEMENT: gettext_lazy("No interval: the evaluators of each review gave the same total."),
}


@dataclass(frozen=True)
class Figure:
    """A figure for a page: its name, its value in words, and a sentence that explains it."""

    name: str
    value: str
    meaning: str


def plain_figures(figures: Agreement) -> tuple[Figure, ...]:
    """Return the counts and the mean distance; () if nothing was compared."""
    if figures.mean_distance is None:
        return ()
    return (
        Figure(
            _("Same score"),
            _share_words(figures.exact, figures.n, figures.exact_share),
            _("How often the evaluators gave an item exactly the same score."),
        ),
        Figure(
            _("At most one apart"),
            _share_words(figures.within_one, figures.n, figures.within_one_share),
            _("How often the scores of an item were equal or neighbours, such as 3 and 4."),
        ),
        Figure(
            _("Mean distance"),
            _("%(distance)s points") % {"distance": number_format(figures.mean_distance)},
            _("How far apart two scores of an item are on average. 0 means that they never differ."),
        ),
    )


def total_distance_figures(distance: Decimal | None) -> tuple[Figure, ...]:
    """Return the mean distance of totals; () if no review has two totals."""
    if distance is None:
        return ()
    value = _("%(distance)s points") % {"distance": number_format(distance)}
    meaning = _("How far apart the totals of two evaluators of the same review are on average.")
    return (Figure(_("Mean distance of totals"), value, meaning),)


def coefficient_figures(figures: Coefficients) -> tuple[Figure, ...]:
    """Return alpha and AC2."""
    return (
        Figure(
            _("Krippendorff’s alpha"),
            _coefficient_words(figures.alpha),
            _(
                "How much of the variation of the scores the evaluators share: 1 is full agreement, 0 is what chance "
                "would give, below 0 is less than that. It becomes low where nearly all scores are alike."
            ),
        ),
        Figure(
            _("Gwet’s AC2"),
            _coefficient_words(figures.ac2),
            _(
                "The same question, with chance estimated in a way that still works where nearly all scores are alike. "
                "Large differences count more than small ones."
            ),
        ),
    )


def icc_figure(icc: Icc) -> Figure:
    """Return ICC(1,1) of totals."""
    words = _words(icc.value, icc.interval, icc.reason)
    if icc.value is not None:
        totals = ngettext("totals of %(count)s review", "totals of %(count)s reviews", icc.targets)
        words = f"{words} – {totals % {'count': icc.targets}}"
    meaning = _(
        "How much of the differences between totals lies between the programmes: 1 means that any evaluator would have "
        "given the same total, 0 that it depends on the evaluator alone."
    )
    return Figure("ICC(1,1)", words, meaning)


def few_items_note(figures: Coefficients, count: int) -> str:
    """Return a sentence on wide intervals if there are intervals from few items, otherwise ""."""
    if count >= FEW_ITEMS or not (figures.alpha.interval or figures.ac2.interval):
        return ""
    return _(
        "The interval is wide, because %(count)s items are few. It shows between which limits the figure would lie for "
        "95 of 100 selections of such items."
    ) % {"count": count}


def few_reviews_note(figures: Coefficients, icc: Icc, count: int) -> str:
    """Return a sentence on wide intervals if there are intervals from few reviews, otherwise ""."""
    if count >= FEW_REVIEWS or not (figures.alpha.interval or figures.ac2.interval or icc.interval):
        return ""
    return _("The intervals are wide, because %(count)s reviews are few. More reviews make them narrower.") % {
        "count": count
    }


def only_newest_note(count: int, looked_at: int) -> str:
    """Return sentences on the reviews that are not counted, because newer ones reach the limits. "" if all are."""
    newest = _("Only the newest %(most)s reviews count.") % {"most": MOST_REVIEWS}
    among = _("They were looked for among the newest %(most)s that were rated independently.") % {
        "most": MOST_LOOKED_AT
    }
    limits = ((newest, count >= MOST_REVIEWS), (among, looked_at >= MOST_LOOKED_AT))
    return " ".join(sentence for sentence, is_reached in limits if is_reached)


def decimals(value: float) -> str:
    """Return a number with two decimals in the reader's format. "1.00" is full agreement only, and 0 has no sign."""
    shown = round(value, 2) if value == 1 else min(round(value, 2), BELOW_FULL)
    return number_format(shown + 0.0, 2)


def _coefficient_words(coefficient: Coefficient) -> str:
    return _words(coefficient.value, coefficient.interval, coefficient.reason)


def _words(value: float | None, interval: Sequence[float] | None, reason: Reason | IccReason | None) -> str:
    if value is None:
        return str(REASONS[reason]) if reason else ""
    if interval is None:
        return f"{decimals(value)}. {REASONS[reason]}" if reason else decimals(value)
    return f"{decimals(value)} ({_interval_words(*map(decimals, interval))})"


def _interval_words(low: str, high: str) -> str:
    if low == high:
        return _("the 95%% interval is narrower than %(width)s") % {"width": decimals(0.01)}
    return _("95%% interval %(low)s to %(high)s") % {"low": low, "high": high}


def _share_words(count: int, of: int, share: int | None) -> str:
    return _("%(n)s of %(of)s items (%(share)s%%)") % {"n": count, "of": of, "share": share}
