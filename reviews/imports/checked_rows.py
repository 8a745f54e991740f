"""What rows of past reviews are checked against, and what they were understood as. Pure: imports no Django."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from reviews.imports.days import Calendar
from reviews.imports.near_names import Candidate
from reviews.imports.tables import Budget, Fault, unlimited
from scales.definition import Scale

ReviewKey = tuple[int, date, str]  # organisation, first day and kind, by which two reviews are the same


@dataclass(frozen=True)
class ImportContext:
    """The data and the limits that rows are checked against.

    `names` has the names of organisations in the file, by key. `organisations` maps these keys to the network's
    organisations of this name; more than one shares a name only if it did so before names were compared by key. `near`
    maps the keys of the other names to the organisations with a name near them. `organisation_of_file` was chosen for
    a file that names none.

    `chosen` has the answers to the questions of the preview, by field (answers.py). `kinds` maps names of kinds in
    lower case to kinds. `budget` limits the time of checking.
    """

    scale: Scale
    names: Mapping[str, str]
    organisations: Mapping[str, tuple[Candidate, ...]]
    near: Mapping[str, tuple[Candidate, ...]]
    organisation_of_file: Candidate | None
    chosen: Mapping[str, str]
    kinds: Mapping[str, str]
    calendar: Calendar
    longest_note: int
    most_lines: int
    budget: Budget = field(default_factory=unlimited, compare=False)


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
    def key(self) -> ReviewKey | None:
        """The key by which a row is the same review as another; None if a part of it is missing."""
        if self.organisation is None or self.visit_start is None or not self.kind:
            return None
        return self.organisation.pk, self.visit_start, self.kind
