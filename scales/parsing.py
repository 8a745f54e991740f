"""Parse the document of a scale or an interview guide. Pure: imports no Django.

`parse_scale` and `parse_guide` return frozen dataclasses, or raise `DocumentFaults` with all faults and their places.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from scales.definition import (
    LONGEST_ROLE,
    Anchor,
    Band,
    Checklist,
    Criterion,
    Guide,
    Item,
    ItemNames,
    Question,
    Scale,
    Section,
    Source,
    TextCorrection,
)
from scales.document import DocumentFaults, Node
from scales.places import Texts, texts_of_guide, texts_of_scale
from scales.rules import SCORES, JudgementRule, parse_rule

INSTRUMENT_LANGUAGES = ("nb", "nn", "sv", "da", "fi", "en")  # may differ from the languages of the interface
LONGEST_TITLE = 200  # characters
LONGEST_SHORT, LONGEST_PLAIN = 24, 60  # characters of names that are ours
MOST_MONTHS = 60  # from one review to the next
MOST_CRITERIA = 999  # keeps the keys of questions short


def parse_scale(document: Any) -> Scale:
    """Return the scale that a document defines. Raise DocumentFaults with all faults and their places."""
    root = Node(document, "", [])
    root.choice("kind", ("scale",))
    sources = _sources(root)
    title = root.text("title", longest=LONGEST_TITLE)
    scale = Scale(
        slug=root.slug("slug"),
        instrument=root.slug("instrument"),
        version=root.text("version", longest=50),
        language=root.choice("language", INSTRUMENT_LANGUAGES),
        title=title,
        sheet_title=root.text("sheet_title", required=False) or title,
        instruction=root.text("instruction"),
        history=root.texts("history", required=False),
        rights=root.text("rights"),
        sources=sources,
        bands=_bands(root),
        sections=tuple(_section(node, [s.code for s in sources]) for node in root.nodes("sections")),
        comparable_with=root.slugs("comparable_with"),
        replaces=root.slugs("replaces"),
        corrections=_corrections(root),
    )
    root.nothing_else()
    numbers = [item.number for item in scale.items]
    _check_unique(root, "sections", "the item number", numbers)
    if sorted(numbers) != list(range(1, len(numbers) + 1)):
        root.fault(f"must number the items 1 to {len(numbers)} without a gap", "sections")
    _check_bands(root, scale)
    _check_other_editions(root, "comparable_with", scale.slug, scale.comparable_with)
    _check_other_editions(root, "replaces", scale.slug, scale.replaces)
    _check_corrections(root, scale.corrections, texts_of_scale(scale))
    if root.faults:
        raise DocumentFaults(root.faults)
    return scale


def incomparabilities(scale: Scale, other: Scale) -> list[str]:
    """Return why scores by two editions cannot be compared, as far as documents tell: the anchors are for people."""
    same = {
        "instrument": scale.instrument == other.instrument,
        "numbers of the items in each section": _numbering(scale) == _numbering(other),
        "bands": _totals(scale) == _totals(other),
    }
    return [f"{scale.slug} and {other.slug} have different {what}" for what, is_same in same.items() if not is_same]


def _numbering(scale: Scale) -> list[list[tuple[int, int]]]:
    return [[(item.number, item.section_number) for item in section.items] for section in scale.sections]


def _totals(scale: Scale) -> list[tuple[int, int]]:
    return [(band.min, band.max) for band in scale.bands]


def parse_guide(document: Any) -> Guide:
    """Return the guide that a document defines. Raise DocumentFaults with all faults and their places."""
    root = Node(document, "", [])
    root.choice("kind", ("guide",))
    guide = Guide(
        slug=root.slug("slug"),
        instrument=root.slug("instrument"),
        version=root.text("version", longest=50),
        language=root.choice("language", INSTRUMENT_LANGUAGES),
        title=root.text("title", longest=LONGEST_TITLE),
        role=root.text("role", longest=LONGEST_ROLE),
        other_roles=root.texts("other_roles", required=False, longest=LONGEST_ROLE),
        source=root.text("source", required=False, longest=LONGEST_ROLE),
        opening_question=root.text("opening_question", required=False),
        rights=root.text("rights"),
        criteria=tuple(_criterion(node) for node in root.nodes("criteria")),
        corrections=_corrections(root),
    )
    root.nothing_else()
    _check_unique(root, "criteria", "the number", [criterion.number for criterion in guide.criteria])
    _check_corrections(root, guide.corrections, texts_of_guide(guide))
    if root.faults:
        raise DocumentFaults(root.faults)
    return guide


def _sources(root: Node) -> tuple[Source, ...]:
    sources = []
    for node in root.nodes("sources"):
        sources.append(Source(node.text("code"), node.text("name")))
        node.nothing_else()
    _check_unique(root, "sources", "the code", [source.code for source in sources])
    return tuple(sources)


def _bands(root: Node) -> tuple[Band, ...]:
    bands = []
    for node in root.nodes("bands"):
        label, lowest, highest = node.text("label", longest=100), node.number("min"), node.number("max")
        bands.append(Band(label, lowest, highest, _months(node), _plain_sentence(node)))
        node.nothing_else()
    _check_unique(root, "bands", "the label", [band.label for band in bands])
    return tuple(bands)


def _plain_sentence(node: Node) -> str:
    ours = node.optional_node("ours")
    if ours is None:
        return ""
    sentence = ours.text("plain", longest=LONGEST_PLAIN)
    ours.nothing_else()
    return sentence


def _months(node: Node) -> int | None:
    months = node.number("months_to_next", required=False)
    if "months_to_next" in node.value and not 1 <= months <= MOST_MONTHS:
        node.fault(f"must be from 1 to {MOST_MONTHS}", "months_to_next")
    return months or None


def _check_bands(root: Node, scale: Scale) -> None:
    """Check that the bands cover every possible total exactly once, from the best band down."""
    expected_max = scale.max
    for band in scale.bands:
        if band.max != expected_max:
            problem = "leaves a hole" if band.max < expected_max else "overlaps"
            root.fault(f"{band.label!r} {problem}: it must end at {expected_max}, not {band.max}", "bands")
        if band.min > band.max:
            root.fault(f"{band.label!r} begins above its end", "bands")
        expected_max = band.min - 1
    if scale.bands and expected_max != scale.min - 1:
        root.fault(f"the lowest band must begin at {scale.min}, not {expected_max + 1}", "bands")


def _check_other_editions(root: Node, key: str, own: str, slugs: tuple[str, ...]) -> None:
    _check_unique(root, key, "the slug", slugs)
    if own and own in slugs:
        root.fault("names the scale itself", key)


def _section(node: Node, codes: list[str]) -> Section:
    section = Section(node.text("name"), tuple(_item(child, codes) for child in node.nodes("items")))
    node.nothing_else()
    _check_unique(node, "items", "the section number", [item.section_number for item in section.items])
    return section


def _item(node: Node, codes: list[str]) -> Item:
    title = node.text("title")
    checklist = _checklist(node)
    rule_node = node.optional_node("rule")
    item = Item(
        number=node.number("number"),
        section_number=node.number("section_number"),
        title=title,
        sheet_title=node.text("sheet_title", required=False) or title,
        description=node.text("description"),
        sources=_item_sources(node, codes),
        anchors=_anchors(node),
        checklist=checklist,
        per_specialist=node.flag("per_specialist"),
        rule=parse_rule(rule_node, len(checklist.components) if checklist else 0) if rule_node else JudgementRule(),
        names=_item_names(node),
    )
    node.nothing_else()
    return item


def _item_names(node: Node) -> ItemNames:
    ours = node.optional_node("ours")
    if ours is None:
        return ItemNames()
    names = ItemNames(
        ours.text("short", required=False, longest=LONGEST_SHORT),
        ours.text("plain", required=False, longest=LONGEST_PLAIN),
    )
    ours.nothing_else()
    return names


def _item_sources(node: Node, codes: list[str]) -> tuple[str, ...]:
    """Return the codes of an item's sources, in the order of `codes`, the sources of the scale."""
    sources = node.texts("sources")
    for unknown in sorted(set(sources) - set(codes)):
        node.fault(f"names the unknown source {unknown!r}", "sources")
    _check_unique(node, "sources", "the source", sources)
    return tuple(code for code in codes if code in sources)


def _anchors(node: Node) -> tuple[Anchor, ...]:
    anchors = []
    for child in node.nodes("anchors"):
        anchors.append(Anchor(child.number("score"), child.text("text")))
        child.nothing_else()
    scores = [anchor.score for anchor in anchors]
    if len(anchors) != len(SCORES):
        node.fault(f"needs {len(SCORES)} anchors, not {len(anchors)}", "anchors")
    elif tuple(scores) != SCORES:
        node.fault(f"must run from 1 to 5, not {', '.join(map(str, scores))}", "anchors")
    return tuple(anchors)


def _checklist(node: Node) -> Checklist | None:
    child = node.optional_node("checklist")
    if child is None:
        return None
    checklist = Checklist(child.text("heading", required=False), child.texts("components"))
    child.nothing_else()
    return checklist


def _criterion(node: Node) -> Criterion:
    number = node.number("number")
    if not 1 <= number <= MOST_CRITERIA:
        node.fault(f"must be from 1 to {MOST_CRITERIA}", "number")
    questions = [_question(child, f"{number}.{n}") for n, child in enumerate(node.nodes("questions"), 1)]
    criterion = Criterion(number, node.text("title"), node.text("note", required=False), tuple(questions))
    node.nothing_else()
    return criterion


def _question(node: Node, key: str) -> Question:
    question = Question(
        key,
        node.text("text"),
        node.text("condition", required=False),
        node.numbers("also", required=False),
        node.numbers("components", required=False),
    )
    node.nothing_else()
    return question


def _corrections(root: Node) -> tuple[TextCorrection, ...]:
    corrections = []
    for node in root.nodes("corrections", required=False):
        where, printed, corrected, reason = (node.text(key) for key in ("where", "printed", "corrected", "reason"))
        corrections.append(TextCorrection(where, printed, corrected, reason, node.texts("places", required=False)))
        node.nothing_else()
    return tuple(corrections)


def _check_corrections(root: Node, corrections: Iterable[TextCorrection], texts: Texts) -> None:
    """Check that the corrected text occurs exactly once at each place of a correction."""
    for n, correction in enumerate(corrections):
        for place in correction.places:
            if place not in texts:
                root.fault(f"names the unknown place {place!r}", f"corrections[{n}].places")
            elif texts[place].count(correction.corrected) != 1:
                root.fault(f"must find {correction.corrected!r} once at {place!r}", f"corrections[{n}].places")


def _check_unique(node: Node, key: str, what: str, values: Iterable[object]) -> None:
    """Add a fault for each value that occurs more than once; `what` names the values."""
    for value, count in Counter(values).items():
        if count > 1:
            node.fault(f"repeats {what} {value}", key)
