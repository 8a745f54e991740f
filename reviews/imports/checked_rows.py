"""What rows of past reviews are checked against, and what they were understood as. Pure: imports no Django."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import chain

from reviews.imports import answers
from reviews.imports.days import Calendar
from reviews.imports.near_names import Candidate
from reviews.imports.tables import Budget, Fault, unlimited
from scales.definition import Scale


@dataclass(frozen=True)
class ImportContext:
    """The data and the limits that rows are checked against.

    `organisations` maps the keys of names to the network's organisations; more than one shares a name only if it did
    so before names were compared by key. `chosen` has the answers to the questions of the preview, by field
    (answers.py). `kinds` maps names of kinds in lower case to kinds. `existing` holds organisation, first day and kind
    of the network's reviews that are open or valid. `budget` limits the time of checking.
    """

    scale: Scale
    organisations: Mapping[str, tuple[Candidate, ...]]
    chosen: Mapping[str, str]
    kinds: Mapping[str, str]
    existing: frozenset[tuple[int, date, str]]
    calendar: Calendar
    longest_note: int
    most_lines: int
    budget: Budget = field(default_factory=unlimited, compare=False)

    @cached_property
    def organisation_of_file(self) -> Candidate | None:
        """The organisation that was chosen for a file that names none."""
        code = self.chosen.get(answers.ORGANISATION)
        return next((each for each in chain(*self.organisations.values()) if each.code == code), None)


@dataclass(frozen=True)
class CheckedRow:
    """One review as interpreted from a row. Values with a fault are None, "" or missing; `faults` has the reasons.

    `name` is the organisation's name in the file, `candidates` are all organisations that it may mean. If `is_near`,
    none of them has that name, but one like it.
    """

    number: int
    name: str
    candidates: tuple[Candidate, ...]
    is_near: bool
    organisation: Candidate | None
    visit_start: date | None
    visit_end: date | None
    kind: str
    evaluators: tuple[str, ...]
    scores: Mapping[int, int]
    notes: Mapping[int, str]
    recommendations: Mapping[int, str]
    faults: tuple[Fault, ...]

    @property
    def days(self) -> tuple[date, date]:
        """The first and last day of the visit. Only for a row without faults: raise ValueError if a day is missing."""
        if self.visit_start is None or self.visit_end is None:
            raise ValueError("a row with a fault has no days")
        return self.visit_start, self.visit_end

    @property
    def organisation_pk(self) -> int:
        """The key of the organisation. Only for a row without faults: raise ValueError if it is missing."""
        if self.organisation is None:
            raise ValueError("a row with a fault has no organisation")
        return self.organisation.pk

    @property
    def key(self) -> tuple[int, date, str] | None:
        """Organisation, first day and kind, by which a row is the same review as another; None if one is missing."""
        if self.organisation is None or self.visit_start is None or not self.kind:
            return None
        return self.organisation.pk, self.visit_start, self.kind
