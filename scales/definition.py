"""Scales and interview guides as frozen dataclasses. Pure: imports no Django.

An instrument is a document: its wording, anchors, bands and rules are data, which `parsing.py` reads. No code names an
item, a section or a band of an instrument.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from scales.rules import SCORES, JudgementRule, Rule

HALF_YEAR, YEAR = 6, 12  # months
GOOD_MEAN = 4  # the mean item score from which a total is good
LONGEST_ROLE = 100  # characters
OPENING, OTHER = "0", "other"  # keys of notes that belong to no criterion


@dataclass(frozen=True)
class Source:
    """A data source, with its code on the form and its full name."""

    code: str
    name: str


@dataclass(frozen=True)
class Anchor:
    """The written description of one score of one item."""

    score: int
    text: str


@dataclass(frozen=True)
class Checklist:
    """The parts of an item that are counted. `heading` is "" if the form prints none."""

    heading: str
    components: tuple[str, ...]


@dataclass(frozen=True)
class ItemNames:
    """Names of an item that are ours and not the instrument's; "" where the document has none."""

    short: str = ""
    plain: str = ""


@dataclass(frozen=True)
class Item:
    """An item. `number` counts through the whole scale, `section_number` starts at 1 in each section.

    `sheet_title` is the title on the score sheet; `sources` are codes of data sources. `names` are our own words for
    the item, which never appear on the score sheet.
    """

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
    names: ItemNames = ItemNames()

    @property
    def short(self) -> str:
        """The short name for narrow lists and charts, or else the title."""
        return self.names.short or self.title

    @property
    def plain(self) -> str:
        """The name in words that need no knowledge of the method, or else the title."""
        return self.names.plain or self.title

    @property
    def has_suggestions(self) -> bool:
        """Whether an observation of the item can suggest a score."""
        return self.per_specialist or not isinstance(self.rule, JudgementRule)

    def anchor(self, score: int) -> str:
        """Return the text of the anchor for a score from 1 to 5."""
        return self.anchors[score - 1].text


@dataclass(frozen=True)
class Section:
    """A group of items."""

    name: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Band:
    """A quality band: a named range of totals, both ends included.

    `months_to_next` is when the next review is due after this result, None if the document does not say. `plain` is
    our sentence for the result, such as "We garden well", "" if the document has none.
    """

    label: str
    min: int
    max: int
    months_to_next: int | None = None
    plain: str = ""


@dataclass(frozen=True)
class TextCorrection:
    """A correction of a misprint in the printed source, with the reason.

    `where` names the place for readers. `places` (see `places.py`) are the corrected texts: each contains `corrected`
    once where the source has `printed`. A correction of the layout alone has no places.
    """

    where: str
    printed: str
    corrected: str
    reason: str
    places: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False, kw_only=True)
class Instrument:
    """What a scale and an interview guide have in common.

    Each process has one object for each document, so instruments are compared by identity.
    """

    slug: str
    instrument: str
    version: str
    language: str
    title: str
    rights: str
    corrections: tuple[TextCorrection, ...]


@dataclass(frozen=True, eq=False, kw_only=True)
class Scale(Instrument):
    """A scale. `bands` run from the best down and cover the possible totals without gaps or overlaps.

    `comparable_with` holds the slugs of editions with the same items, the same meaning of the anchors and the same
    bands, so that scores by them can be compared. Loading checks what can be checked. `replaces` holds the slugs of
    older editions that are no longer offered for new reviews.
    """

    sheet_title: str
    instruction: str
    history: tuple[str, ...]
    sources: tuple[Source, ...]
    bands: tuple[Band, ...]
    sections: tuple[Section, ...]
    comparable_with: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """The items of all sections, in order."""
        return tuple(item for section in self.sections for item in section.items)

    @cached_property
    def by_number(self) -> dict[int, Item]:
        """The items by number."""
        return {item.number: item for item in self.items}

    @cached_property
    def section_of(self) -> dict[int, Section]:
        """The section of each item, by the item's number."""
        return {item.number: section for section in self.sections for item in section.items}

    @cached_property
    def blank_guide(self) -> "Guide":
        """A guide without questions: one note for each item, and one for what belongs to none. It has no document."""
        return Guide(
            slug="",
            instrument=self.instrument,
            version=self.version,
            language=self.language,
            title="",
            rights="",
            corrections=(),
            role="",
            other_roles=(),
            source="",
            opening_question="",
            criteria=tuple(
                Criterion(item.number, item.title, "", (Question(str(item.number), "", "", (), ()),))
                for item in self.items
            ),
        )

    def rank(self, band: Band) -> int:
        """Return the rank of a band, counted from the lowest, 1."""
        return len(self.bands) - self.bands.index(band)

    def ranked(self, rank: int) -> Band:
        """Return the band of a rank, counted from the lowest, 1."""
        return self.bands[len(self.bands) - rank]

    def months_to_next(self, band: Band) -> int:
        """Return after how many months the next review is due, by the document or else by the practice of the field.

        Reviews are half-yearly until the result is good, then yearly. Good is the best of several bands, and every band
        whose totals are a mean item score of GOOD_MEAN or more.
        """
        is_best = len(self.bands) > 1 and band == self.bands[0]
        is_good = is_best or band.min >= GOOD_MEAN * len(self.items)
        return band.months_to_next or (YEAR if is_good else HALF_YEAR)

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
    """A question of a guide. `key` is its place: "5.3" is the third question of criterion 5.

    `text` is "" in a guide without questions, where the key is the number of the item.

    `also` holds numbers of other items that the question serves, `components` numbers (from 1) of checklist components
    of its own item.
    """

    key: str
    text: str
    condition: str
    also: tuple[int, ...]
    components: tuple[int, ...]


@dataclass(frozen=True)
class Criterion:
    """The questions for the item with the same number. `note` is a hint for the interviewer."""

    number: int
    title: str
    note: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, eq=False, kw_only=True)
class Guide(Instrument):
    """The questions for one role in one language. `source` is the code of the data source of interviews.

    `role` is the role that informants have by default. `other_roles` are further roles that the questions fit.

    The key of a note is OPENING, the key of a question, or OTHER. Step 0 of an interview has the notes that belong to
    no criterion; every other step is the criterion with that number.
    """

    role: str
    other_roles: tuple[str, ...]
    source: str
    opening_question: str
    criteria: tuple[Criterion, ...]

    def questions_for(self, number: int) -> tuple[tuple[Criterion, Question], ...]:
        """Return the questions that serve item `number`, those of its own criterion first."""
        pairs = [(c, q) for c in self.criteria for q in c.questions if number == c.number or number in q.also]
        return tuple(sorted(pairs, key=lambda pair: pair[0].number != number))

    @property
    def roles(self) -> tuple[str, ...]:
        """All roles that the questions fit."""
        return (self.role, *self.other_roles)

    def fits(self, role: str) -> bool:
        """Return whether the questions fit an informant's role: "team leader, days" names the role "team leader"."""
        return any(known.casefold() in role.casefold() for known in self.roles)

    @cached_property
    def by_number(self) -> dict[int, Criterion]:
        """The criteria by number."""
        return {criterion.number: criterion for criterion in self.criteria}

    @cached_property
    def by_key(self) -> dict[str, Question]:
        """The questions by key."""
        return {question.key: question for criterion in self.criteria for question in criterion.questions}

    @cached_property
    def question_keys(self) -> tuple[str, ...]:
        """The keys of the opening question, if there is one, and of all questions, in order."""
        opening = (OPENING,) if self.opening_question else ()
        return (*opening, *self.by_key)

    @property
    def question_count(self) -> int:
        """The number of questions that every page names: those of the criteria, as in the printed guide.

        Neither the opening question nor the field for what was said besides is counted.
        """
        return len(self.by_key)

    @property
    def note_keys(self) -> tuple[str, ...]:
        """The keys of all possible notes: those of the questions, and OTHER."""
        return (*self.question_keys, OTHER)

    @cached_property
    def steps(self) -> tuple[int, ...]:
        """The steps of an interview. Step 0 comes first if the guide has an opening question, else last."""
        numbers = tuple(criterion.number for criterion in self.criteria)
        return (0, *numbers) if self.opening_question else (*numbers, 0)

    def keys_at(self, step: int) -> tuple[str, ...]:
        """Return the keys of the notes of a step."""
        if step:
            return tuple(question.key for question in self.by_number[step].questions)
        return (OPENING, OTHER) if self.opening_question else (OTHER,)

    def silent_on(self, numbers: Iterable[int]) -> tuple[int, ...]:
        """Return the numbers of the items for which the guide has no question."""
        return tuple(number for number in numbers if not self.questions_for(number))
