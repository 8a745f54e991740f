"""The place of each text in an instrument, for its corrections. Pure: imports no Django.

A place is a path: "items/5/anchors/3" is the anchor for score 3 of item 5, "criteria/9/questions/2" the second
question of criterion 9. Items, criteria and anchors are named by number, sources and conditions by code; everything
else is counted from 1. Empty texts have no place.
"""

from collections.abc import Iterable

from scales.definition import Criterion, Guide, Item, Scale
from scales.rules import JudgementRule, Rule, ThresholdRule

Texts = dict[str, str]


def texts_of_scale(scale: Scale) -> Texts:
    """Return all texts of a scale by place. The sources of an item are one text, such as "ADM, DOK"."""
    return (
        _texts_of_head(scale)
        | _filled("", {"sheet_title": scale.sheet_title, "instruction": scale.instruction})
        | _listed("history", scale.history)
        | _filled("sources/", {source.code: source.name for source in scale.sources})
        | _filled("bands/", {f"{n}/label": band.label for n, band in enumerate(scale.bands, 1)})
        | _filled("bands/", {f"{n}/ours": band.plain for n, band in enumerate(scale.bands, 1)})
        | _filled("sections/", {f"{n}/name": section.name for n, section in enumerate(scale.sections, 1)})
        | {place: text for item in scale.items for place, text in _texts_of_item(item).items()}
    )


def texts_of_guide(guide: Guide) -> Texts:
    """Return all texts of a guide by place."""
    return (
        _texts_of_head(guide)
        | _filled("", {"role": guide.role, "opening_question": guide.opening_question})
        | _listed("other_roles", guide.other_roles)
        | {place: text for criterion in guide.criteria for place, text in _texts_of_criterion(criterion).items()}
    )


def _texts_of_head(definition: Scale | Guide) -> Texts:
    return _filled("", {"title": definition.title, "version": definition.version, "rights": definition.rights})


def _texts_of_item(item: Item) -> Texts:
    place, checklist = f"items/{item.number}", item.checklist
    fields = {"title": item.title, "sheet_title": item.sheet_title, "description": item.description}
    ours = {"short": item.names.short, "plain": item.names.plain}
    return (
        _filled(f"{place}/", fields | {"sources": ", ".join(item.sources)})
        | _filled(f"{place}/ours/", ours)
        | _filled(f"{place}/anchors/", {str(anchor.score): anchor.text for anchor in item.anchors})
        | _filled(f"{place}/checklist/", {"heading": checklist.heading if checklist else ""})
        | _listed(f"{place}/checklist", checklist.components if checklist else ())
        | _texts_of_rule(f"{place}/rule", item.rule)
    )


def _texts_of_rule(place: str, rule: Rule) -> Texts:
    texts = _filled(f"{place}/", {"note": rule.note})
    if isinstance(rule, JudgementRule):
        return texts
    texts |= _filled(f"{place}/caps/", {cap.code: cap.text for cap in rule.caps})
    if isinstance(rule, ThresholdRule):
        alternative = rule.alternative.measure if rule.alternative else ""
        return texts | _filled(f"{place}/", {"measure": rule.measure, "alternative": alternative})
    return texts | _listed(f"{place}/phases", rule.parts)


def _texts_of_criterion(criterion: Criterion) -> Texts:
    place = f"criteria/{criterion.number}"
    conditions = {f"{n}/condition": question.condition for n, question in enumerate(criterion.questions, 1)}
    return (
        _filled(f"{place}/", {"title": criterion.title, "note": criterion.note})
        | _listed(f"{place}/questions", (question.text for question in criterion.questions))
        | _filled(f"{place}/questions/", conditions)
    )


def _filled(prefix: str, texts: Texts) -> Texts:
    """Return the texts that are not empty, with a prefix to their places."""
    return {f"{prefix}{key}": text for key, text in texts.items() if text}


def _listed(place: str, texts: Iterable[str]) -> Texts:
    """Return the texts of a list that are not empty, at their numbers below `place`."""
    return _filled(f"{place}/", {str(n): text for n, text in enumerate(texts, 1)})
