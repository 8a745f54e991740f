"""The rows of an own export: the cells of a table of past reviews, and the rest, which a table cannot say.

Checks what the program itself would not have let anybody enter: a portion is stored as it is imported.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict

from ipsfidelity.names import name_key
from ipsfidelity.privacy import identity_numbers
from reviews.conduct.observation_fields import form_fields, observation_data, observation_from
from reviews.imports import columns
from reviews.imports.tables import Oddity, excerpt, unreadable
from reviews.models.scores import LONGEST_NOTE, LONGEST_REASON
from reviews.records.chain import digest
from reviews.sheets.verification import NOT_SIGNED
from reviews.typed_text import cleaned_note
from scales.definition import Item, Scale
from scales.models import ScaleEdition

LONGEST_LEFT = 200  # characters of a name of what is not read
MOST_COUNTED = 1_000  # such names in a file
Content = Mapping[str, Any]


@dataclass
class Portion:
    """The reviews of one scale that are imported together, while a file is read."""

    edition: ScaleEdition
    rows: list[list[Any]] = field(default_factory=list)
    originals: dict[str, Any] = field(default_factory=dict)

    def as_plain(self) -> dict[str, Any]:
        """Return the portion as the rows of an upload."""
        return {
            "edition": self.edition.slug,
            "sheet": "",
            "sheets": 0,
            "rows": self.rows,
            "originals": self.originals,
        }


@dataclass
class Summary:
    """What is known of a file as a whole: `left` counts the reviews by what is not read of them (own_keys.py).

    `names` has the first row of each name of an organisation.
    """

    superseded: int = 0
    left: Counter[str] = field(default_factory=Counter)
    names: dict[str, int] = field(default_factory=dict)

    def count_left(self, names: Iterable[str]) -> None:
        """Count one more review for each of the names, as far as there are not too many of them."""
        for name in names:
            if name in self.left or len(self.left) < MOST_COUNTED:
                self.left[name] += 1


def edition_of_review(content: Content, editions: Mapping[str, ScaleEdition], row: int) -> ScaleEdition:
    """Return the edition by which a review was scored. Raise UnreadableFile if it is not here, or is another here."""
    signed = content["scale"]
    edition = editions.get(signed["slug"])
    if edition is None:
        raise unreadable("own_no_edition", slug=signed["slug"])
    if signed.get("checksum", edition.checksum) != edition.checksum or signed["version"] != edition.version:
        raise unreadable("own_other_edition", slug=signed["slug"])
    if "checksum" in signed and digest(_as_signed(content)) != content["fingerprint"]:
        raise unreadable("own_altered", row=row)
    return edition


def _as_signed(content: Content) -> dict[str, Any]:
    added = NOT_SIGNED | {"original", "visit", "period", "specialists"}
    return {key: value for key, value in content.items() if key not in added}


def add_review(portion: Portion, number: int, content: Content, organisations: Mapping[str, Any]) -> None:
    """Add a review to a portion. `number` is its row in the file. Raise UnreadableFile if it is not as exported."""
    scale, items = portion.edition.scale, content["items"]
    labels = [each["label"] for each in content["specialists"]]
    texts = {name: cleaned_note(content.get("report", {}).get(name, "")) for name in ("summary", "strengths")}
    if any(len(text) > LONGEST_NOTE or identity_numbers(text) for text in texts.values()):
        raise unreadable("own_broken", row=number)
    if [item["number"] for item in items] != [item.number for item in scale.items]:
        raise unreadable("own_broken", row=number)
    cells = {column: _kept(text) for column, text in _cells(content, organisations) if text}
    portion.rows.append([number, cells])
    portion.originals[str(number)] = content["original"] | {
        "period": content["period"],
        "specialists": content["specialists"],
        "report": texts,
        "items": {str(item["number"]): _rest_of_item(item, scale, labels, number) for item in items},
    }


def name_of_organisation(content: Content, organisations: Mapping[str, Any]) -> str:
    """Return the name of a review's organisation as it was signed, or its name of today if only that is known here."""
    name, name_now = content["review"]["organisation"], content.get("current", {}).get("organisation", "")
    is_renamed = name_key(name) not in organisations and name_key(name_now) in organisations
    return name_now if is_renamed else name


def named(left: Iterable[str]) -> Iterator[str]:
    """Yield the names of what is not read, shortened and without national identity numbers."""
    yield from {"–" if identity_numbers(name[:LONGEST_LEFT]) else excerpt(name) for name in left}


def _kept(text: str) -> str | list[str]:
    """Return a cell as it is stored: without its text if that holds a national identity number."""
    return [Oddity.IDENTITY_NUMBER, ""] if identity_numbers(text) else text


def _cells(content: Content, organisations: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the cells of a review as a table of past reviews has them."""
    signed = content["review"]
    yield columns.ORGANISATION, name_of_organisation(content, organisations)
    yield columns.START, content["visit"][0]
    yield columns.END, content["visit"][1]
    yield columns.KIND, signed["kind"]
    yield columns.EVALUATORS, "; ".join(signed["evaluators"])
    yield columns.TOTAL, str(content["total"])
    for item in content["items"]:
        yield columns.score_column(item["number"]), str(item["score"])
        yield columns.note_column(item["number"]), item["evidence"]
        yield columns.recommendation_column(item["number"]), item["recommendation"]


def _rest_of_item(item: Content, scale: Scale, labels: Sequence[str], row: int) -> dict[str, Any]:
    """Return what a row has no cells for. Raise UnreadableFile if it cannot have been entered here."""
    reasons = {name: cleaned_note(item.get(name, "")) for name in ("departure", "decision")}
    too_long = any(len(text) > LONGEST_REASON or identity_numbers(text) for text in reasons.values())
    known = {source.code for source in scale.sources}
    if too_long or not known.issuperset(item["sources"]) or not _fits(item, scale.by_number[item["number"]], labels):
        raise unreadable("own_broken", row=row)
    return {"sources": item["sources"], "observation": item["observation"]} | reasons


def _fits(item: Content, asked: Item, labels: Sequence[str]) -> bool:
    """Return whether an observation is one that the form of the item makes."""
    observation = item["observation"]
    if not observation:
        return True
    try:
        form = forms.Form(MultiValueDict(observation_data(observation, asked, labels)))
    except (TypeError, AttributeError, ValueError):
        return False
    form.fields = form_fields(asked, labels)
    return form.is_valid() and observation_from(form.cleaned_data, asked, labels) == observation
