"""What a scale and an interview guide are. Pure: imports no Django.

An instrument is a document: its wording, anchors, bands and rules are data. `parse_scale` and
`parse_guide` turn a document into frozen dataclasses or raise `DocumentFaults` with every fault.
No code anywhere names an item, a section or a band of an instrument.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from scales.document import DocumentFaults, Node
from scales.places import Texts, texts_of_guide, texts_of_scale
from scales.rules import SCORES, Judgement, Rule, parse_rule

LONGEST_TITLE = 200  # characters, of an instrument
LONGEST_ROLE = 100  # characters
MOST_CRITERIA = 999  # keys of questions stay short
OPENING, OTHER = "0", "other"  # keys of what is noted outside the criteria's questions
INSTRUMENT_LANGUAGES = ("nb", "nn", "sv", "da", "fi", "en")  # may differ from those of the interface


@dataclass(frozen=True)
class Source:
    """A kind of evidence: its code on the form and its full name."""

    code: str
    name: str


@dataclass(frozen=True)
class Anchor:
    """The written description of one score of one item."""

    score: int
    text: str


@dataclass(frozen=True)
class Checklist:
    """The parts whose number decides the score; `heading` is "" where the form prints none."""

    heading: str
    components: tuple[str, ...]


@dataclass(frozen=True)
class Item:
    """One criterion. `number` runs through the scale, `section_number` restarts in each section."""

    number: int
    section_number: int
    title: str
    sheet_title: str
    description: str
    sources: tuple[str, ...]
    anchors: tuple[Anchor, ...]
    checklist: Checklist | None
    per_specialist: bool
    rule: Rule

    def anchor(self, score: int) -> str:
        """Return the text of the anchor for a score from 1 to 5."""
        return self.anchors[score - 1].text


@dataclass(frozen=True)
class Section:
    name: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Band:
    """A named range of totals, both ends included."""

    label: str
    min: int
    max: int


@dataclass(frozen=True)
class Correction:
    """A repair of the printed source: what stood there, what stands here, and why.

    `places` (see `places.py`) are the texts whose words it changes: each holds `corrected` once where the source has
    `printed`. A repair of the layout only names none. `where` is shown to readers.
    """

    where: str
    printed: str
    corrected: str
    reason: str
    places: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Scale:
    """A whole scale. `bands` run from the best down and tile the range of possible totals.

    A process keeps one object a document: scales and guides are compared by identity.
    """

    slug: str
    instrument: str
    version: str
    language: str
    title: str
    sheet_title: str
    instruction: str
    history: tuple[str, ...]
    rights: str
    sources: tuple[Source, ...]
    bands: tuple[Band, ...]
    sections: tuple[Section, ...]
    corrections: tuple[Correction, ...]

    @cached_property
    def items(self) -> tuple[Item, ...]:
        return tuple(item for section in self.sections for item in section.items)

    @cached_property
    def by_number(self) -> dict[int, Item]:
        return {item.number: item for item in self.items}

    @cached_property
    def section_of(self) -> dict[int, Section]:
        return {item.number: section for section in self.sections for item in section.items}

    def rank(self, band: Band) -> int:
        """Return a band's place from the lowest, 1, up."""
        return len(self.bands) - self.bands.index(band)

    @property
    def max(self) -> int:
        """The highest possible total."""
        return len(self.items) * SCORES[-1]

    @property
    def min(self) -> int:
        """The lowest possible total: every item scored 1."""
        return len(self.items) * SCORES[0]


@dataclass(frozen=True)
class Question:
    """One question of a guide. It may serve second items (`also`) and single checklist
    components of its own item (`components`, counted from 1). `key` is its place in the guide:
    "5.3" is the third question of criterion 5."""

    key: str
    text: str
    condition: str
    also: tuple[int, ...]
    components: tuple[int, ...]


@dataclass(frozen=True)
class Criterion:
    """The questions for the item with the same number; `note` is for the interviewer."""

    number: int
    title: str
    note: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, eq=False)
class Guide:
    """The questions for one role in one language. `source` is the scale's code of what interviews yield.

    What is noted has a key: OPENING, a question's own, or OTHER. Step 0 holds what belongs to no
    criterion, every other step is the criterion of that number.
    """

    slug: str
    instrument: str
    version: str
    language: str
    title: str
    role: str
    source: str
    opening_question: str
    rights: str
    criteria: tuple[Criterion, ...]
    corrections: tuple[Correction, ...]

    def questions_for(self, number: int) -> tuple[tuple[Criterion, Question], ...]:
        """Return the questions that serve item `number`: its own first, then borrowed ones."""
        found = [(c, q) for c in self.criteria for q in c.questions if number == c.number or number in q.also]
        return tuple(sorted(found, key=lambda pair: pair[0].number != number))

    @cached_property
    def by_number(self) -> dict[int, Criterion]:
        return {criterion.number: criterion for criterion in self.criteria}

    @cached_property
    def by_key(self) -> dict[str, Question]:
        return {question.key: question for criterion in self.criteria for question in criterion.questions}

    @cached_property
    def question_keys(self) -> tuple[str, ...]:
        """The key of everything that the guide asks, in its order."""
        opening = (OPENING,) if self.opening_question else ()
        return (*opening, *self.by_key)

    @property
    def note_keys(self) -> tuple[str, ...]:
        """The key of everything that can be noted: what is asked, and what was said besides."""
        return (*self.question_keys, OTHER)

    @cached_property
    def steps(self) -> tuple[int, ...]:
        """The steps of an interview: it begins with the opening question, or else ends with what was said besides."""
        numbers = tuple(criterion.number for criterion in self.criteria)
        return (0, *numbers) if self.opening_question else (*numbers, 0)

    def keys_at(self, step: int) -> tuple[str, ...]:
        """Return the keys of what is noted at one of the steps."""
        if step:
            return tuple(question.key for question in self.by_number[step].questions)
        return (OPENING, OTHER) if self.opening_question else (OTHER,)

    def silent_on(self, numbers: Iterable[int]) -> tuple[int, ...]:
        """Return those of the items for which the guide has no question."""
        return tuple(number for number in numbers if not self.questions_for(number))


def parse_scale(document: Any) -> Scale:
    """Return the scale of a document. Raises DocumentFaults with every fault and its place."""
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
        corrections=_corrections(root),
    )
    root.nothing_else()
    numbers = [item.number for item in scale.items]
    _repeats(root, "sections", "the item number", numbers)
    if sorted(numbers) != list(range(1, len(numbers) + 1)):
        root.fault(f"must number the items 1 to {len(numbers)} without a gap", "sections")
    _bands_tile(root, scale)
    _corrections_apply(root, scale.corrections, texts_of_scale(scale))
    if root.faults:
        raise DocumentFaults(root.faults)
    return scale


def parse_guide(document: Any) -> Guide:
    """Return the guide of a document. Raises DocumentFaults with every fault and its place."""
    root = Node(document, "", [])
    root.choice("kind", ("guide",))
    guide = Guide(
        slug=root.slug("slug"),
        instrument=root.slug("instrument"),
        version=root.text("version", longest=50),
        language=root.choice("language", INSTRUMENT_LANGUAGES),
        title=root.text("title", longest=LONGEST_TITLE),
        role=root.text("role", longest=LONGEST_ROLE),
        source=root.text("source", required=False, longest=LONGEST_ROLE),
        opening_question=root.text("opening_question", required=False),
        rights=root.text("rights"),
        criteria=tuple(_criterion(node) for node in root.nodes("criteria")),
        corrections=_corrections(root),
    )
    root.nothing_else()
    _repeats(root, "criteria", "the number", [criterion.number for criterion in guide.criteria])
    _corrections_apply(root, guide.corrections, texts_of_guide(guide))
    if root.faults:
        raise DocumentFaults(root.faults)
    return guide


def _sources(root: Node) -> tuple[Source, ...]:
    found = []
    for node in root.nodes("sources"):
        found.append(Source(node.text("code"), node.text("name")))
        node.nothing_else()
    _repeats(root, "sources", "the code", [source.code for source in found])
    return tuple(found)


def _bands(root: Node) -> tuple[Band, ...]:
    found = []
    for node in root.nodes("bands"):
        found.append(Band(node.text("label", longest=100), node.number("min"), node.number("max")))
        node.nothing_else()
    _repeats(root, "bands", "the label", [band.label for band in found])
    return tuple(found)


def _bands_tile(root: Node, scale: Scale) -> None:
    """Bands must cover every possible total once, from the best band down."""
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


def _section(node: Node, codes: list[str]) -> Section:
    section = Section(node.text("name"), tuple(_item(child, codes) for child in node.nodes("items")))
    node.nothing_else()
    _repeats(node, "items", "the section number", [item.section_number for item in section.items])
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
        rule=parse_rule(rule_node, len(checklist.components) if checklist else 0) if rule_node else Judgement(),
    )
    node.nothing_else()
    return item


def _item_sources(node: Node, codes: list[str]) -> tuple[str, ...]:
    found = node.texts("sources")
    for unknown in sorted(set(found) - set(codes)):
        node.fault(f"names the unknown source {unknown!r}", "sources")
    _repeats(node, "sources", "the source", found)
    return tuple(code for code in codes if code in found)


def _anchors(node: Node) -> tuple[Anchor, ...]:
    found = []
    for child in node.nodes("anchors"):
        found.append(Anchor(child.number("score"), child.text("text")))
        child.nothing_else()
    scores = [anchor.score for anchor in found]
    if len(found) != len(SCORES):
        node.fault(f"needs {len(SCORES)} anchors, not {len(found)}", "anchors")
    elif tuple(scores) != SCORES:
        node.fault(f"must run from 1 to 5, not {', '.join(map(str, scores))}", "anchors")
    return tuple(found)


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
    questions = [_question(child, f"{number}.{place}") for place, child in enumerate(node.nodes("questions"), 1)]
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


def _corrections(root: Node) -> tuple[Correction, ...]:
    found = []
    for node in root.nodes("corrections", required=False):
        where, printed, corrected, reason = (node.text(key) for key in ("where", "printed", "corrected", "reason"))
        found.append(Correction(where, printed, corrected, reason, node.texts("places", required=False)))
        node.nothing_else()
    return tuple(found)


def _corrections_apply(root: Node, corrections: Iterable[Correction], texts: Texts) -> None:
    """Check that each correction's text occurs exactly once at each of its places."""
    for n, correction in enumerate(corrections):
        for place in correction.places:
            if place not in texts:
                root.fault(f"names the unknown place {place!r}", f"corrections[{n}].places")
            elif texts[place].count(correction.corrected) != 1:
                root.fault(f"must find {correction.corrected!r} once at {place!r}", f"corrections[{n}].places")


def _repeats(node: Node, key: str, what: str, values: Iterable[object]) -> None:
    for value, count in Counter(values).items():
        if count > 1:
            node.fault(f"repeats {what} {value}", key)
