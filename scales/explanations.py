"""Observations, reasons for suggestions and next steps in words, in the interface's language.

Words only: suggestion.py and next_step.py decide what is suggested.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import floor
from string import ascii_lowercase

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scales.definition import Item
from scales.next_step import ObservationChange
from scales.rules import Cap, CountRule, Rule, ThresholdRule
from scales.suggestion import (
    DECIMALS,
    HALF,
    LeftOut,
    Mean,
    Measured,
    Met,
    Observation,
    Suggestion,
    left_out_of_mean,
    specialist_scores,
)


def reason_of(suggestion: Suggestion) -> str:
    """Return why a score is suggested, in one to three sentences."""
    match suggestion.because:
        case Measured() as because:
            reason = _measured(because)
        case Met() as because:
            reason = _met(because)
        case Mean() as because:
            reason = _mean(because, suggestion.score)
    return " ".join([reason, _condition(suggestion.cap, suggestion.score)] if suggestion.cap else [reason]).strip()


def left_out_words(item: Item, observation: Observation, specialists: Sequence[str]) -> str:
    """Return who is left out of the mean and why, "" if nobody is. The reason of a suggestion says the same."""
    left_out = left_out_of_mean(item, observation, specialists)
    return _left_out(left_out) if left_out else ""


def change_words(item: Item, change: ObservationChange) -> tuple[str, str]:
    """Return a change to an observation in words, and the quotation from the scale that follows it.

    The quotation is in the language of the scale, "" if there is none.
    """
    words, quotation = _change(item, change)
    if not change.label:
        return words, quotation
    return _("Specialist %(label)s: %(told)s") % {"label": change.label, "told": words}, quotation


def _change(item: Item, change: ObservationChange) -> tuple[str, str]:
    rule = item.rule
    if change.part is not None and isinstance(rule, CountRule):
        parts = rule.parts or (item.checklist.components if item.checklist else ())
        return _("this is met too:"), parts[change.part - 1]
    if change.amount is not None and isinstance(rule, ThresholdRule):
        return _("%(amount)s instead of what was observed") % {"amount": amount_words(rule.unit, change.amount)}, ""
    if change.more is not None and change.whole is not None:
        numbers = {"more": number_words(change.more), "whole": number_words(change.whole)}
        return _("%(more)s more of %(whole)s hours") % numbers, ""
    text = next((cap.text for cap in getattr(rule, "caps", ()) if cap.code == change.cap), "")
    return _("this is no longer so:"), text


def number_words(value: Fraction, decimals: int = DECIMALS) -> str:
    """Return a number in the reader's language, rounded half up to `decimals` decimals without closing zeros.

    More decimals are shown where these would turn the number into a whole one, since limits are whole numbers: 64.9965
    is below 65, and must not be shown as 65.
    """
    units = _rounded(value, decimals)
    while units % 10**decimals == 0 and value.denominator != 1:
        decimals += 1
        units = _rounded(value, decimals)
    while decimals and units % 10 == 0:
        units, decimals = units // 10, decimals - 1
    return number_format(Decimal(units).scaleb(-decimals), decimals)


def _rounded(value: Fraction, decimals: int) -> int:
    """Return a number in units of its last decimal, rounded half up."""
    return floor(value * 10**decimals + HALF)


def amount_words(unit: str, value: Fraction) -> str:
    """Return an amount with its unit: "78%", "1 client", "45 days", "3 contacts a week"."""
    number, count = number_words(value), 1 if value == 1 else 2
    match unit:
        case "percent":
            return _("%(number)s%%") % {"number": number}
        case "clients":
            return ngettext("%(number)s client", "%(number)s clients", count) % {"number": number}
        case "days":
            return ngettext("%(number)s day", "%(number)s days", count) % {"number": number}
        case _:
            return ngettext("%(number)s contact a week", "%(number)s contacts a week", count) % {"number": number}


def _measured(because: Measured) -> str:
    rule = because.rule
    if because.amount is None:
        return ""
    amount = amount_words(rule.unit, because.amount)
    if because.enough is not None and rule.alternative:
        return _("%(amount)s: %(enough)s is enough here (%(times)s × “%(measure)s”, when fewer than %(few)s).") % {
            "amount": amount,
            "enough": number_words(because.enough),
            "times": rule.alternative.times,
            "measure": rule.alternative.measure,
            "few": rule.alternative.fewer_than,
        }
    sentences = [_reached(because, amount)]
    if because.is_open:
        sentences.append(_("The form leaves this value open: the highest anchor that is fully met counts."))
    return " ".join(sentences)


def _reached(because: Measured, amount: str) -> str:
    rule = because.rule
    limit = _limit(rule, because.step.limit) if because.step else ""
    missed = _limit(rule, because.missed.limit) if because.missed else ""
    values = {"amount": amount, "limit": limit, "next": missed}
    if limit and missed:
        return _("%(amount)s meets “%(limit)s”, not “%(next)s”.") % values
    return (_("%(amount)s meets “%(limit)s”.") if limit else _("%(amount)s does not meet “%(next)s”.")) % values


def _limit(rule: ThresholdRule, limit: int) -> str:
    amount = amount_words(rule.unit, Fraction(limit))
    return (_("at most %(amount)s") if rule.lower_is_better else _("at least %(amount)s")) % {"amount": amount}


def _met(because: Met) -> str:
    if because.met is None:
        return ""
    sentence = ngettext("%(met)s of %(parts)s points is met.", "%(met)s of %(parts)s points are met.", because.met)
    sentence %= {"met": because.met, "parts": because.parts}
    return f"{sentence} {_('The form has no anchor for this number.')}" if because.is_open else sentence


def _mean(because: Mean, score: int) -> str:
    scores = " + ".join(str(specialist.score) for specialist in because.specialists)
    sentence = _("Mean of the specialists: (%(scores)s) / %(count)s = %(mean)s, rounded to %(score)s.") % {
        "scores": scores,
        "count": len(because.specialists),
        "mean": number_words(because.value),
        "score": score,
    }
    return f"{sentence} {_left_out(because.left_out)}" if because.left_out else sentence


def _left_out(left_out: LeftOut) -> str:
    return ngettext(
        "Specialist %(labels)s has no suggestion and is left out of the mean: “%(measure)s” is 0.",
        "Specialists %(labels)s have no suggestion and are left out of the mean: “%(measure)s” is 0.",
        len(left_out.labels),
    ) % {"labels": ", ".join(left_out.labels), "measure": left_out.measure}


def _condition(cap: Cap, score: int) -> str:
    words = {"condition": cap.text, "score": score}
    if cap.gives == score:
        return _("Yes to “%(condition)s” gives %(score)s.") % words
    return _("Yes to “%(condition)s” allows at most %(score)s.") % words


def observation_words(item: Item, observation: Observation, specialists: Sequence[str] = ()) -> str:
    """Return the observation of an item in one line, "" if nothing was observed."""
    if not item.per_specialist:
        return _observed(item.rule, observation)
    by_label, left_out = observation.get("specialists", {}), left_out_of_mean(item, observation, specialists)
    phrases = []
    for label, given in specialist_scores(item, observation, specialists):
        result = (
            _("left out of the mean") if left_out and label in left_out.labels else str(given.score) if given else ""
        )
        parts = (_observed(item.rule, by_label.get(label, {})), result)
        if phrase := " → ".join(part for part in parts if part):
            phrases.append(f"{label}: {phrase}")
    return "; ".join(phrases)


def point_letter(number: int) -> str:
    """Return the letter by which pages, keys and reports name a point of a checklist: "a" for 1."""
    return ascii_lowercase[number - 1]


def _observed(rule: Rule, observation: Observation) -> str:
    """Return what was observed for an item or for one specialist."""
    phrases = []
    whole, part = observation.get("whole"), observation.get("part")
    if isinstance(rule, ThresholdRule) and whole and part:
        hours = {"part": number_words(Fraction(part)), "whole": number_words(Fraction(whole))}
        phrases.append(_("%(part)s of %(whole)s hours") % hours)
    elif isinstance(rule, ThresholdRule) and "amount" in observation:
        phrases.append(amount_words(rule.unit, Fraction(observation["amount"])))
    if isinstance(rule, ThresholdRule) and rule.alternative and "alternative" in observation:
        phrases.append(f"{rule.alternative.measure}: {number_words(Fraction(observation['alternative']))}")
    if observation.get("none"):
        phrases.append(_("none of the points is met"))
    elif observation.get("met"):
        phrases.append(_("met: %(letters)s") % {"letters": ", ".join(map(point_letter, observation["met"]))})
    caps = [cap for cap in getattr(rule, "caps", ()) if cap.code in observation.get("caps", ())]
    phrases += [_("yes to “%(condition)s”") % {"condition": cap.text} for cap in caps]
    return ", ".join(phrases)
