"""What a scale and an interview guide are, as frozen dataclasses. Pure: imports no Django.

An instrument is a document: its wording, anchors, bands and rules are data, which `parsing.py` reads.
No code anywhere names an item, a section or a band of an instrument.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from scales.rules import SCORES, Rule

LONGEST_ROLE = 100  # characters
OPENING, OTHER = "0", "other"  # keys of what is noted outside the criteria's questions


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
