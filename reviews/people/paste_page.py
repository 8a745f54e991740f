"""Read model of a pasted list before it is taken over: each line as it was read, and what is wrong with it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reviews.people.pasted_organisations import OrganisationLine
from reviews.people.pasted_people import PersonLine
from reviews.workflow import Role


@dataclass(frozen=True)
class PasteRow:
    """A line of the preview. `fault` is "" if it can be taken over, `unused` names cells that are left out."""

    number: str
    cells: tuple[str, ...]
    unused: str
    fault: str


@dataclass(frozen=True)
class PastePage:
    """The preview. `confirm` is the label of the button that takes over the lines without a fault, "" if there is none.

    `level` is "success" if all lines can be taken over, else "warning". `seen` is the fingerprint of the checked text.
    """

    heads: tuple[str, ...]
    rows: tuple[PasteRow, ...]
    summary: str
    level: str
    confirm: str
    seen: str
    has_unused: bool


def fingerprint(*texts: str) -> str:
    """Return what tells one text from another, to find out whether a page shows what is taken over."""
    return hashlib.sha256("\0".join(texts).replace("\r\n", "\n").encode()).hexdigest()


def organisations_preview(lines: Sequence[OrganisationLine], seen: str) -> PastePage:
    """Return the preview of a list of organisations."""
    rows = tuple(PasteRow(str(line.number), (line.name,), line.unused, line.fault) for line in lines)
    ready = sum(not row.fault for row in rows)
    confirm = ngettext("Add %(count)s organisation", "Add %(count)s organisations", ready) % {"count": ready}
    return _page((_("Name"),), rows, confirm, seen)


def people_preview(lines: Sequence[PersonLine], seen: str) -> PastePage:
    """Return the preview of a list of people."""
    rows = tuple(
        PasteRow(
            str(line.number),
            (line.name or "–", line.email or "–", str(Role(line.role).label), str(line.organisation or "–")),
            line.unused,
            line.fault,
        )
        for line in lines
    )
    ready = sum(not row.fault for row in rows)
    confirm = ngettext("Invite %(count)s person", "Invite %(count)s people", ready) % {"count": ready}
    return _page((_("Name"), _("E-mail address"), _("Role"), _("Organisation")), rows, confirm, seen)


def _page(heads: tuple[str, ...], rows: tuple[PasteRow, ...], confirm: str, seen: str) -> PastePage:
    faults = sum(bool(row.fault) for row in rows)
    ready = len(rows) - faults
    words = []
    if ready:
        words.append(ngettext("%(count)s line is right.", "%(count)s lines are right.", ready) % {"count": ready})
    if faults:
        words.append(
            ngettext(
                "%(count)s line cannot be taken over; it stays in the field until you put it right or delete it.",
                "%(count)s lines cannot be taken over; they stay in the field until you put them right or delete them.",
                faults,
            )
            % {"count": faults}
        )
    level = "warning" if faults or not rows else "success"
    return PastePage(
        heads, rows, " ".join(words), level, confirm if ready else "", seen, has_unused=any(row.unused for row in rows)
    )
