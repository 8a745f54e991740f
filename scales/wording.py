"""Observations and the reasons of suggestions, in the interface's language. Words only; the rule is suggestion.py's."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scales.definition import Item
from scales.next_step import Change
from scales.rules import Cap, Counted, Rule, Thresholds
from scales.suggestion import Mean, Measured, Met, Observation, SpecialistScore, Suggestion, specialist_scores


def reason_of(suggestion: Suggestion) -> str:
    """Return why a score is suggested, in one to three sentences."""
    match suggestion.because:
        case Measured() as because:
            told = _measured(because)
        case Met() as because:
            told = _met(because)
        case Mean() as because:
            told = _mean(because, suggestion.score)
    return " ".join([told, _held_down(suggestion.cap)] if suggestion.cap else [told]).strip()


def change_in_words(item: Item, change: Change) -> tuple[str, str]:
    """Return what would have to be different, as said of one change of what was observed, and the scale's own words
    that it ends with, in the scale's language; "" where it quotes none."""
    told, quoted = _changed(item, change)
    if not change.label:
        return told, quoted
    return _("Specialist %(label)s: %(told)s") % {"label": change.label, "told": told}, quoted


def _changed(item: Item, change: Change) -> tuple[str, str]:
    rule = item.rule
    if change.part is not None and isinstance(rule, Counted):
        parts = rule.parts or (item.checklist.components if item.checklist else ())
        return _("this is met too:"), parts[change.part - 1]
    if change.amount is not None and isinstance(rule, Thresholds):
        return _("%(amount)s instead of what was observed") % {"amount": amount_in(rule.unit, change.amount)}, ""
    text = next((cap.text for cap in getattr(rule, "caps", ()) if cap.code == change.cap), "")
    return _("this is no longer so:"), text


def shown(value: Fraction, decimals: int = 2) -> str:
    """Return a number as people write it, with at most that many decimals, rounded half up."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    places = 0 if rounded == rounded.to_integral() else max(0, -int(rounded.normalize().as_tuple().exponent))
    return number_format(rounded, places)


def amount_in(unit: str, value: Fraction) -> str:
    """Return an amount with its unit: "78 %", "1 client", "45 days", "3 contacts a week"."""
    number, count = shown(value), 1 if value == 1 else 2
    match unit:
        case "percent":
            return _("%(number)s %%") % {"number": number}
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
    amount = amount_in(rule.unit, because.amount)
    if because.enough is not None and rule.alternative:
        return _("%(amount)s: %(enough)s is enough here (%(times)s × “%(measure)s”, when fewer than %(few)s).") % {
            "amount": amount,
            "enough": because.enough,
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
    told = {"amount": amount, "limit": limit, "next": missed}
    if limit and missed:
        return _("%(amount)s meets “%(limit)s”, not “%(next)s”.") % told
    return (_("%(amount)s meets “%(limit)s”.") if limit else _("%(amount)s does not meet “%(next)s”.")) % told


def _limit(rule: Thresholds, limit: int) -> str:
    amount = amount_in(rule.unit, Fraction(limit))
    return (_("at most %(amount)s") if rule.lower_is_better else _("at least %(amount)s")) % {"amount": amount}


def _met(because: Met) -> str:
    told = ngettext("%(met)s of %(parts)s points is met.", "%(met)s of %(parts)s points are met.", because.met) % {
        "met": because.met,
        "parts": because.parts,
    }
    return f"{told} {_('The form has no anchor for this number.')}" if because.is_open else told


def _mean(because: Mean, score: int) -> str:
    scores = " + ".join(str(line.score) for line in because.lines)
    return _("Mean of the specialists: (%(scores)s) / %(count)s = %(mean)s, rounded to %(score)s.") % {
        "scores": scores,
        "count": len(because.lines),
        "mean": shown(because.value),
        "score": score,
    }


def _held_down(cap: Cap) -> str:
    return _("Yes to “%(condition)s” allows at most %(score)s.") % {"condition": cap.text, "score": cap.at_most}


def observed(item: Item, seen: Observation, specialists: Sequence[str] = ()) -> str:
    """Return what was observed of an item, in one line; "" where nothing was."""
    if not item.per_specialist:
        return _seen(item.rule, seen)
    lines = specialist_scores(item, seen, specialists)
    told = [(label, _seen(item.rule, seen.get("specialists", {}).get(label, {})), line) for label, line in lines]
    return "; ".join(f"{label}: {_arrow(what, line)}" for label, what, line in told if what or line)


def _arrow(what: str, line: SpecialistScore | None) -> str:
    return " → ".join(part for part in (what, str(line.score) if line else "") if part)


def _seen(rule: Rule, seen: Observation) -> str:
    told = []
    whole, part = seen.get("whole"), seen.get("part")
    if isinstance(rule, Thresholds) and whole and part:
        told.append(_("%(part)s of %(whole)s hours") % {"part": _typed(part), "whole": _typed(whole)})
    elif isinstance(rule, Thresholds) and "amount" in seen:
        told.append(amount_in(rule.unit, Fraction(seen["amount"])))
    if isinstance(rule, Thresholds) and rule.alternative and "alternative" in seen:
        told.append(f"{rule.alternative.measure}: {_typed(seen['alternative'])}")
    if seen.get("none"):
        told.append(_("none of the points is met"))
    elif seen.get("met"):
        told.append(_("met: %(numbers)s") % {"numbers": ", ".join(map(str, seen["met"]))})
    caps = getattr(rule, "caps", ())
    told += [_("yes to “%(condition)s”") % {"condition": cap.text} for cap in caps if cap.code in seen.get("caps", ())]
    return ", ".join(told)


def _typed(number: str) -> str:
    return shown(Fraction(number))
